"""What `check` has to say of links and boards, given what the sources answered; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from connectors.base import ByBoard, ByLabel, ByQuery, Level, Pull
from connectors.errors import SourceError
from syncer.core.counting import is_done_list
from syncer.core.decide import judge_all
from syncer.core.linking import selector_of
from syncer.core.records import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from config.counting import Counting
    from config.okrs import Okrs
    from connectors.base import Card, Hit, Selector
    from syncer.core.plan import Plan, Target

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (`error`) or worth a look, and where: an id of the file, or a source.

    `line` is where the file speaks of it, None where it doesn't.
    """

    where: str
    text: str
    line: int | None = None
    error: bool = False


def findings(
    okrs: Okrs, plan: Plan, answers: Mapping[str, Pull | SourceError]
) -> tuple[Finding, ...]:
    """Everything that the sources' answers say about the file's links, in the file's order."""
    out: list[Finding] = []
    for name, whole in answers.items():
        line = okrs.places.sources.get(name)
        if isinstance(whole, SourceError):
            out.append(Finding(name, str(whole), line, error=True))
        else:
            out += [Finding(name, note, line) for note in whole.notes]
    for target in plan.targets:
        lines = _lines(target, okrs)
        for name, wanted in target.selectors.items():
            answer = answers.get(name)
            if isinstance(answer, Pull):
                rules = okrs.rules[target.id][name]
                out += [
                    replace(found, line=lines.get((name, one)))
                    for one in wanted
                    for found in _of_link(target, one, answer, rules)
                ]
    return (*out, *_shared(okrs, plan, answers))


def _lines(target: Target, okrs: Okrs) -> dict[tuple[str, Selector], int]:
    """The line of each link, by its source and selector."""
    links = zip(target.key_result.links, okrs.places.links.get(target.id, ()), strict=False)
    return {
        (link.source, selector_of(link, target.id, okrs.sources[link.source], target.since)): line
        for link, line in links
    }


def _of_link(target: Target, one: Selector, pull: Pull, rules: Counting) -> Iterator[Finding]:
    if one in pull.problems:
        yield Finding(target.id, str(pull.problems[one]), error=True)
        return
    hits = pull.hits[one]
    text = _reaches_nothing(one, pull.source) if not hits else _only_containers(one, hits, pull)
    if text:
        yield Finding(target.id, text)
    if isinstance(one, ByBoard):
        yield from _never_done(target, one, pull, rules)


def _reaches_nothing(one: Selector, source: str) -> str:
    if isinstance(one, ByLabel) or (isinstance(one, ByBoard) and one.label is not None):
        return f"{source}: no card carries the label {one.label} yet; is it spelled so there?"
    return f"{source}: a link that reaches no card yet: {_named(one)}"


def _only_containers(one: Selector, hits: tuple[Hit, ...], pull: Pull) -> str | None:
    if not isinstance(one, ByQuery | ByBoard) or one.children:
        return None
    if any(pull.cards[hit.card].level is not Level.CONTAINER for hit in hits):
        return None
    return (
        f"{pull.source}: a link that reaches only containers ({_named(one)}); "
        "children: true on the link counts what is under them"
    )


def _never_done(target: Target, one: ByBoard, pull: Pull, rules: Counting) -> Iterator[Finding]:
    for board in one.boards:
        lists = pull.lists.get(board)
        if lists is None or any(is_done_list(name, at, rules) for at, name in lists.items()):
            continue
        if any(_is_marked(pull.cards[hit.card], one, pull, rules) for hit in pull.hits[one]):
            continue
        text = (
            f"{pull.source}: on board {board} nothing counts as done: no list is named so and no "
            "card is marked complete; name the list under counting: done: lists "
            f"({_some(tuple(lists.values()))})"
        )
        yield Finding(target.id, text)


def _is_marked(card: Card, one: ByBoard, pull: Pull, rules: Counting) -> bool:
    """Whether a card, or an item of it that counts, is marked as done by someone's hand."""
    items = pull.below.get(card.id, ()) if one.children else ()
    return (rules.done.due_complete and card.complete) or any(item.complete for item in items)


def _shared(okrs: Okrs, plan: Plan, answers: Mapping[str, Pull | SourceError]) -> Iterator[Finding]:
    """Cards that count in two KRs: they do, and someone should know."""
    counted = {
        target.id: {
            (card.source, card.id): card.key
            for name in target.selectors
            if isinstance(answer := answers.get(name), Pull)
            if not any(one in answer.problems for one in target.selectors[name])
            for card in judge_all(target, answer, okrs.rules[target.id][name])
            if card.state is not State.IGNORED
        }
        for target in plan.targets
    }
    for one, other in combinations(counted, 2):
        both = sorted(counted[one][card] for card in counted[one].keys() & counted[other].keys())
        if both:
            text = f"{len(both)} of its cards count in {other} too: {_some(both)}"
            yield Finding(one, text, okrs.lines.get(one))


def _named(one: Selector) -> str:
    if isinstance(one, ByQuery):
        return f"jql {one.query}"
    if isinstance(one, ByBoard):
        lists = f", list {', '.join(one.lists)}" if one.lists else ""
        return f"board {', '.join(one.boards)}{lists}"
    return f"label {one.label}" if isinstance(one, ByLabel) else f"epic {', '.join(one.keys)}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
