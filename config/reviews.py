"""When the review meetings are, as okrs.yaml says it: the programme's, and a team's own."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import Field

from config.checks import walk
from config.frozen import Frozen
from config.types import Dates, Duration, Every, Line, Moment, Rule, Zone
from config.wording import listed, meant, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.checks.walk import Finding
    from config.okrs import Okrs
    from config.yaml_file import Content, Place

WAYS = ("every", "rrule", "event", "dates")
_RULES = ("every", "rrule")
_EXAMPLES = {"every": "2 weeks", "starts": '"2026-10-08T10:00"', "event": "OKR review"}


class Review(Frozen):
    """When the review meetings are, and how long before them the report is made.

    They are told in one of four ways: `every` ("N days|weeks|months|years" or one
    such word) or `rrule` (RFC 5545's), both from `starts` on, an ISO date and
    time; by the name of the `event` in a calendar, whose file is `ical` or whose
    URL is in the environment; or as `dates`. All of it is by the clock of
    `timezone` where it has no offset or zone of its own.
    """

    every: Every | None = Field(default=None, examples=["2 weeks"])
    rrule: Rule | None = Field(default=None, examples=['"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"'])
    ical: Line | None = Field(default=None, examples=["meetings.ics"])
    event: Line | None = Field(default=None, examples=["OKR review"])
    dates: Dates = Field(default=(), examples=['["2026-10-08T10:00", "2026-10-29T10:00"]'])
    starts: Moment | None = Field(default=None, examples=['"2026-10-08T10:00"'])
    timezone: Zone = Field(default="UTC", examples=["Europe/London"])
    prepare: Duration = Field(default=timedelta(hours=24), examples=["24h"])


def variable(team: str | None = None) -> str | None:
    """Name the environment's variable with a calendar's URL; None for a team that can have none.

    A team's name is in it in capitals, without accents, and with _ for all
    that is no letter from A to Z and no digit.
    """
    if team is None:
        return "OKR_SYNC_REVIEW__ICAL"
    plain = unicodedata.normalize("NFKD", team).encode("ascii", "ignore").decode().upper()
    part = re.sub(r"[^A-Z0-9]+", "_", plain).strip("_")
    return f"OKR_SYNC_REVIEWS__{part}__ICAL" if part else None


def calendar_variables(okrs: Okrs) -> list[str]:
    """Give the variables that mean something to this file's reviews."""
    named = [None] if okrs.review and okrs.review.event else []
    own = [team for team, review in okrs.reviews.items() if review.event]
    wanted = [None, *own] if own else named
    return [name for team in wanted if (name := variable(team)) is not None]


def completed(
    reviews: Mapping[str, Review], programme: Review | None, teams: Iterable[str]
) -> dict[str, Review]:
    """Give the teams' own reviews under their names as the objectives spell them.

    What a team's leaves out, `timezone` and `prepare`, is as in the programme's.
    """
    spelled = {team.casefold(): team for team in teams}
    out = {}
    for team, review in reviews.items():
        own = review.model_fields_set
        shared = {
            name: getattr(programme, name)
            for name in ("timezone", "prepare")
            if programme is not None and name not in own
        }
        out[spelled.get(team.casefold(), team)] = review.model_copy(update=shared)
    return out


def check_reviews(content: Content) -> Iterator[Finding]:
    """Find reviews that tell no time or two, and those of teams that aren't in the file."""
    for place, values in _blocks(content):
        yield from _check_block(place, values)
    yield from _check_teams(content)


def _blocks(content: Content) -> Iterator[tuple[Place, dict[str, Content]]]:
    if isinstance(programme := content.get("review"), dict):
        yield ("review",), programme
    if isinstance(own := content.get("reviews"), dict):
        yield from ((("reviews", team), one) for team, one in own.items() if isinstance(one, dict))


def _check_block(place: Place, values: dict[str, Content]) -> Iterator[Finding]:
    told = {key for key, value in values.items() if value not in (None, "", [])}
    ways = [way for way in WAYS if way in told]
    if not ways:
        missing = "event" if "ical" in told else "every"
        yield place, f"{missing} is missing; write for example {missing}: {_EXAMPLES[missing]}"
    for way in ways[1:]:
        yield (*place, way), f"{way} stands beside {ways[0]}; keep one of the two"
    if ways and ways[0] in _RULES and "starts" not in told:
        yield place, f"starts is missing; write for example starts: {_EXAMPLES['starts']}"
    if ways and ways[0] not in _RULES and "starts" in told:
        yield (*place, "starts"), f"starts goes with {listed(_RULES, 'or')}; take it out"
    if isinstance(file := values.get("ical"), str) and "://" in file:
        named = variable(None if len(place) == 1 else str(place[1])) or variable()
        text = f"a calendar's URL may be a secret; take it out and set {named} instead"
        yield (*place, "ical"), f"ical holds a URL, and {text}"
    if "ical" in told and ways and "event" not in told:
        yield (*place, "ical"), f"ical goes with event, and here is {ways[0]}; keep one of the two"


def _check_teams(content: Content) -> Iterator[Finding]:
    named = content.get("reviews")
    found = (walk.text(values, "team") for _, values in walk.objectives(content))
    teams = {team.casefold(): team for team in found if team is not None}
    first: dict[str, str] = {}
    for name in named if isinstance(named, dict) else ():
        place = ("reviews", name)
        if name.casefold() not in teams:
            yield (
                place,
                f"no objective is of a team {quoted(name)}; {meant(name, teams.values(), '')}",
            )
        elif first.setdefault(name.casefold(), name) != name:
            yield place, f"{quoted(name)} is {quoted(first[name.casefold()])} again; keep one"
