"""Checks that each review is told in one way, and is of a team that is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.checks import walk
from config.variables import CALENDAR, calendar_variable
from config.wording import listed, meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.checks.walk import Fault
    from config.yaml_file import Content, KeyPath

WAYS = ("every", "rrule", "event", "dates")
_RULES = ("every", "rrule")
_EXAMPLES = {"every": "2 weeks", "starts": '"2026-10-08T10:00"', "event": "OKR review"}


def check_reviews(content: Content) -> Iterator[Fault]:
    """Find reviews that tell no time or two, and those of teams that aren't in the file."""
    for path, values in _blocks(content):
        yield from _check_block(path, values)
    yield from _check_teams(content)


def _blocks(content: Content) -> Iterator[tuple[KeyPath, dict[str, Content]]]:
    if isinstance(programme := content.get("review"), dict):
        yield ("review",), programme
    if isinstance(own := content.get("reviews"), dict):
        for team, values in own.items():
            if isinstance(values, dict):
                yield ("reviews", team), values


def _check_block(path: KeyPath, values: dict[str, Content]) -> Iterator[Fault]:
    given = {key for key, value in values.items() if value not in (None, "", [])}
    ways = [way for way in WAYS if way in given]
    if not ways:
        missing = "event" if "ical" in given else "every"
        yield path, f"{missing} is missing; write for example {missing}: {_EXAMPLES[missing]}"
    for way in ways[1:]:
        yield (*path, way), f"{way} stands beside {ways[0]}; keep one of the two"
    if ways and ways[0] in _RULES and "starts" not in given:
        yield path, f"starts is missing; write for example starts: {_EXAMPLES['starts']}"
    if ways and ways[0] not in _RULES and "starts" in given:
        yield (*path, "starts"), f"starts goes with {listed(_RULES, 'or')}; take it out"
    if isinstance(file := values.get("ical"), str) and "://" in file:
        variable = calendar_variable(None if len(path) == 1 else str(path[1])) or CALENDAR
        text = f"a calendar's URL may be a secret; take it out and set {variable} instead"
        yield (*path, "ical"), f"ical holds a URL, and {text}"
    if "ical" in given and ways and "event" not in given:
        yield (*path, "ical"), f"ical goes with event, and here is {ways[0]}; keep one of the two"


def _check_teams(content: Content) -> Iterator[Fault]:
    reviews = content.get("reviews")
    named = (walk.text(values, "team") for _, values in walk.objectives(content))
    teams = {team.casefold(): team for team in named if team is not None}
    first: dict[str, str] = {}
    for name in reviews if isinstance(reviews, dict) else ():
        path = ("reviews", name)
        if name.casefold() not in teams:
            advice = meant(name, teams.values(), "")
            yield path, f"no objective is of a team {quoted(name)}; {advice}"
        elif first.setdefault(name.casefold(), name) != name:
            yield path, f"{quoted(name)} is {quoted(first[name.casefold()])} again; keep one"
