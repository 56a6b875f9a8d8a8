"""What `check` has to say of links and boards, given what the sources answered; pure."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from types import MappingProxyType
from typing import TYPE_CHECKING

from config.wording import nearest
from connectors.base import ByBoard, ByEpic, ByKey, ByLabel, ByQuery, Level, Pull
from connectors.errors import SourceError
from syncer.core.check_names import Notice, unborne
from syncer.core.counting import is_done_list
from syncer.core.decide import judge_all
from syncer.core.linking import selector_of
from syncer.core.records import State
from syncer.core.sprints import remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from config.counting import Counting
    from config.okrs import Okrs
    from connectors.base import Card, Hit, Selector
    from syncer.core.plan import Plan, Target

SHOWN = 5


def findings(
    okrs: Okrs,
    plan: Plan,
    answers: Mapping[str, Pull | SourceError],
    labels_in_use: Mapping[str, Iterable[str]] = MappingProxyType({}),
) -> tuple[Notice, ...]:
    """Everything that the sources' answers say about the file's links, in the file's order.

    `labels_in_use` are those that cards carry which no link reaches, by source: a label
    that nothing carries may be one of them, misspelled.
    """
    out: list[Notice] = []
    for name, whole in answers.items():
        line = okrs.places.sources.get(name)
        if isinstance(whole, SourceError):
            out.append(Notice(name, _named_once(str(whole), name), line, error=True))
        else:
            out += [Notice(name, _named_once(note, name), line) for note in whole.notes]
    for target in plan.targets:
        lines = _lines(target, okrs)
        for name, selectors in target.selectors.items():
            answer = answers.get(name)
            if isinstance(answer, Pull):
                rules = okrs.rules[target.id][name]
                out += [
                    replace(finding, line=lines.get((name, selector)))
                    for selector in selectors
                    for finding in _of_link(
                        target, selector, answer, rules, labels_in_use.get(name, ())
                    )
                ]
    return (*out, *_shared(okrs, plan, answers), *unborne(okrs, answers))


def _lines(target: Target, okrs: Okrs) -> dict[tuple[str, Selector], int]:
    """The line of each link, by its source and selector."""
    links = zip(target.key_result.links, okrs.places.links.get(target.id, ()), strict=False)
    return {
        (link.source, selector_of(link, target.id, okrs.sources[link.source], target.since)): line
        for link, line in links
    }


def sources_without(plan: Plan, answers: Mapping[str, Pull | SourceError]) -> tuple[str, ...]:
    """Give the sources on which some link's label is carried by no card."""
    return tuple(
        name
        for name, answer in answers.items()
        if isinstance(answer, Pull)
        for selector in plan.asks[name].selectors
        if isinstance(selector, ByLabel | ByBoard) and selector.label is not None
        if selector not in answer.problems and not answer.hits[selector]
    )


def _of_link(
    target: Target, selector: Selector, pull: Pull, rules: Counting, labels_in_use: Iterable[str]
) -> Iterator[Notice]:
    if selector in pull.problems:
        yield Notice(target.id, str(pull.problems[selector]), error=True)
        return
    hits = pull.hits[selector]
    text = remark([selector], pull)
    text = (
        text or _reaches_nothing(selector, pull, labels_in_use)
        if not hits
        else _only_containers(selector, hits, pull)
    )
    if text:
        yield Notice(target.id, text)
    if isinstance(selector, ByBoard):
        yield from _never_done(target, selector, pull, rules)


def _reaches_nothing(selector: Selector, pull: Pull, labels_in_use: Iterable[str]) -> str:
    if isinstance(selector, ByLabel):
        return _uncarried(selector.label, pull, labels_in_use)
    if isinstance(selector, ByBoard) and selector.label is not None:
        return _uncarried(selector.label, pull, labels_in_use)
    return f"{pull.source}: a link that reaches no card yet: {_named(selector)}"


def _uncarried(label: str, pull: Pull, labels_in_use: Iterable[str]) -> str:
    labels = {*labels_in_use, *(name for card in pull.cards.values() for name in card.labels)}
    near = nearest(label, sorted(labels))
    advice = f"did you mean {near}?" if near else "is it spelled so there?"
    return f"{pull.source}: no card carries the label {label} yet; {advice}"


def _only_containers(selector: Selector, hits: Sequence[Hit], pull: Pull) -> str | None:
    if not isinstance(selector, ByQuery | ByBoard) or selector.children:
        return None
    if any(pull.cards[hit.card].level is not Level.CONTAINER for hit in hits):
        return None
    return (
        f"{pull.source}: a link that reaches only containers ({_named(selector)}); "
        "children: true on the link counts what is under them"
    )


def _never_done(target: Target, selector: ByBoard, pull: Pull, rules: Counting) -> Iterator[Notice]:
    for board in selector.boards or tuple(pull.lists):
        lists = pull.lists.get(board)
        if lists is None or any(is_done_list(name, at, rules) for at, name in lists.items()):
            continue
        if any(
            _is_marked(pull.cards[hit.card], selector, pull, rules) for hit in pull.hits[selector]
        ):
            continue
        text = (
            f"{pull.source}: on board {board} nothing counts as done: no list is named so and no "
            "card is marked complete; name the list under counting: done: lists "
            f"({_some(tuple(lists.values()))})"
        )
        yield Notice(target.id, text)


def _is_marked(card: Card, selector: ByBoard, pull: Pull, rules: Counting) -> bool:
    """Whether a card, or an item of it that counts, is marked as done by someone's hand."""
    items = pull.below.get(card.id, ()) if selector.children else ()
    return (rules.done.due_complete and card.complete) or any(item.complete for item in items)


def _shared(okrs: Okrs, plan: Plan, answers: Mapping[str, Pull | SourceError]) -> Iterator[Notice]:
    """Cards that count in two KRs: they do, and someone should know."""
    counted = {
        target.id: {
            (card.source, card.id): card.key
            for name in target.selectors
            if isinstance(answer := answers.get(name), Pull)
            if not any(kr in answer.problems for kr in target.selectors[name])
            for card in judge_all(target, answer, okrs.rules[target.id][name])
            if card.state is not State.IGNORED
        }
        for target in plan.targets
    }
    family = _families(okrs)
    for kr, other in combinations(counted, 2):
        if {kr, other} in family:
            continue
        both = sorted(counted[kr][card] for card in counted[kr].keys() & counted[other].keys())
        if both:
            text = f"{len(both)} of its cards count in {other} too: {_some(both)}"
            yield Notice(kr, text, okrs.lines.get(kr))


def _families(okrs: Okrs) -> list[set[str]]:
    """Give the pairs of KRs of which one's objective stands above the other's.

    A year's KR is what its quarters' are for: that they share cards is the plan.
    """
    above = {objective.id: objective.parent for objective in okrs.objectives}
    return [
        {kr.id, other.id}
        for (objective, kr), (below, other) in permutations(okrs.key_results(), 2)
        if objective.id in _ancestors(below.id, above)
    ]


def _ancestors(objective: str, above: Mapping[str, str | None]) -> Iterator[str]:
    while (parent := above.get(objective)) is not None:
        yield parent
        objective = parent


def _named_once(text: str, name: str) -> str:
    """Take a source's name from the beginning of what is said of it: the finding has it."""
    return text.removeprefix(f"{name}: ")


def _named(selector: ByEpic | ByQuery | ByBoard | ByKey) -> str:
    if isinstance(selector, ByQuery):
        return f"jql {selector.query}"
    if isinstance(selector, ByBoard):
        lists = f", list {', '.join(selector.lists)}" if selector.lists else ""
        boards = f"board {', '.join(selector.boards)}" if selector.boards else "every board"
        return f"{boards}{lists}"
    if isinstance(selector, ByKey):
        return f"{selector.key} {', '.join(selector.values)}"
    return f"epic {', '.join(selector.keys)}"


def _some(names: list[str] | tuple[str, ...]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
