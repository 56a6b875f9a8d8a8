"""What each card counts as, and what a KR's cards come to; pure.

The rules are numbered as in docs/counting.md.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from connectors.base import Category, Column, Level
from connectors.naming import meant, plain, told
from syncer.linking import ancestry
from syncer.names import ABANDONED, CANCELLING, gives_up, names_done, same
from syncer.records import Judged, PointsTally, Progress, State, Tally, ThreadName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.okrs import Counting
    from connectors.base import Card, Pull
    from syncer.linking import Linked

Verdict = tuple[State, str]


def judge(linked: Linked, pull: Pull, rules: Counting) -> Judged:
    """A linked card with what it counts as, the rule that decided, its thread and points."""
    card = linked.card
    state, rule = _verdict(linked, pull, rules)
    return Judged(
        source=card.source,
        id=card.id,
        key=card.key,
        title=card.title,
        url=card.url,
        state=state,
        rule=rule,
        via=linked.via,
        thread=_thread(card, pull, rules),
        points=_points(card, rules),
        created=card.created,
        finished=card.finished if state in {State.DONE, State.DROPPED} else None,
    )


def count(judged: Iterable[Judged]) -> Progress:
    """A KR's progress from its judged cards; ignored ones count nowhere (rule 6)."""
    counted = Count()
    for card in judged:
        counted.add(card, card.state)
    return counted.progress()


class Count:
    """A count that cards may also be taken out of; points add up exactly, in any order."""

    def __init__(self) -> None:
        self._cards: Counter[tuple[State, ThreadName]] = Counter()
        self._points: dict[State, Fraction | int] = dict.fromkeys(State, 0)
        self._estimated: Counter[State] = Counter()

    def add(self, card: Judged, state: State, times: int = 1) -> None:
        """Count a card as being in a state; `times` -1 takes it out of there again."""
        self._cards[state, card.thread] += times
        if card.points is not None:
            exact = int(card.points) if card.points.is_integer() else Fraction(card.points)
            self._points[state] += times * exact
            self._estimated[state] += times

    def progress(self) -> Progress:
        """What it comes to now."""
        discovery, delivery = self._tally(ThreadName.DISCOVERY), self._tally(ThreadName.DELIVERY)
        done, remaining = discovery.done + delivery.done, discovery.remaining + delivery.remaining
        return Progress(
            done=done,
            remaining=remaining,
            dropped=sum(self._cards[State.DROPPED, thread] for thread in ThreadName),
            points=self._tally_points(done + remaining),
            discovery=discovery,
            delivery=delivery,
        )

    def _tally(self, thread: ThreadName) -> Tally:
        return Tally(self._cards[State.DONE, thread], self._cards[State.REMAINING, thread])

    def _tally_points(self, cards: int) -> PointsTally | None:
        estimated = self._estimated[State.DONE] + self._estimated[State.REMAINING]
        if not estimated:
            return None
        return PointsTally(
            done=float(self._points[State.DONE]),
            remaining=float(self._points[State.REMAINING]),
            unestimated=cards - estimated,
        )


def _verdict(linked: Linked, pull: Pull, rules: Counting) -> Verdict:
    card = linked.card
    why = linked.left_out or card.not_work or _ignored(card, rules)
    if why is not None:
        return State.IGNORED, why
    if card.level is Level.ITEM:
        return _with_its_card(linked, pull, rules)
    if card.list_name is not None or card.category is None:
        return _in_lists(card, rules)
    state, rule = _in_workflow(card, linked.column, rules)
    return state, f"{rule}, a sub-task" if card.level is Level.SUBTASK else rule


def _with_its_card(linked: Linked, pull: Pull, rules: Counting) -> Verdict:
    """A checklist's item is done when it is checked off; else it is what its card is."""
    _, above, *_ = ancestry(linked.card, pull)
    state, rule = _verdict(replace(linked, card=above), pull, rules)
    if linked.card.complete and state is not State.IGNORED:
        return State.DONE, "checked off"
    return state, f"its card: {rule}"


def _ignored(card: Card, rules: Counting) -> str | None:
    ignore = rules.ignore
    for what, name, written in (
        ("status", card.status, ignore.statuses),
        ("list", card.list_name, ignore.lists),
    ):
        if name is not None and (found := meant(written, name, card.place)):
            return f"{what} {told(name, found)} is ignored"
    if same(card.kind, ignore.issue_types):
        return f"type {card.kind} is ignored"
    return None


def _in_workflow(card: Card, column: Column | None, rules: Counting) -> Verdict:
    """Rule 4; the team's own names come before the built-in ones."""
    dropped = rules.dropped
    said = _as_told(card.status, card.place, dropped.statuses, rules.done.statuses)
    if said is not None:
        return said[0], f"status {said[1]}"
    abandoned = ABANDONED if dropped.builtin else frozenset()
    if gives_up(card.status, plain(dropped.statuses) | abandoned):
        return State.DROPPED, f"status {card.status}"
    finished = _is_finished(card, column, rules)
    if finished or card.category is Category.DONE:
        cancelling = CANCELLING if dropped.builtin else frozenset()
        if gives_up(card.status, cancelling):
            return State.DROPPED, f"status {card.status}"
        if gives_up(card.resolution, frozenset(dropped.resolutions) | cancelling):
            return State.DROPPED, f"resolution {card.resolution}"
    return (State.DONE if finished else State.REMAINING), _place(card, column, rules)


def _as_told(
    name: str | None, place: str, dropped: tuple[str, ...], done: tuple[str, ...]
) -> Verdict | None:
    """What the team says of a status or list, by name, pattern or id; None if nothing."""
    for state, written in ((State.DROPPED, dropped), (State.DONE, done)):
        if name is not None and (found := meant(written, name, place)):
            return state, told(name, found)
    return None


def _is_finished(card: Card, column: Column | None, rules: Counting) -> bool:
    if rules.done.columns == "last" and column is not None:
        return column is Column.LAST
    return card.category is not None and card.category.value in rules.done.categories


def _place(card: Card, column: Column | None, rules: Counting) -> str:
    if rules.done.columns == "last" and column is not None:
        where = "the last column" if column is Column.LAST else "not in the last column"
        return f"{where} of the board (status {card.status})"
    return f"status {card.status} (category {card.category})"


def _in_lists(card: Card, rules: Counting) -> Verdict:
    """Rule 5: done comes first; a card's or a list's archived state changes only the rest."""
    if rules.done.due_complete and card.complete:
        return State.DONE, "marked complete"
    name = card.list_name or ""
    said = _as_told(name, card.place, rules.dropped.lists, rules.done.lists)
    if said is not None:
        return said[0], f"in list {said[1]}"
    builtin = ABANDONED if rules.dropped.builtin else frozenset()
    if gives_up(name, plain(rules.dropped.lists) | builtin):
        return State.DROPPED, f"in list {name}"
    if is_done_list(name, card.place, rules):
        return State.DONE, f"in list {name}"
    if card.archived:
        return State.DROPPED, f"archived and not done (list {name})"
    return State.REMAINING, f"in list {name}"


def is_done_list(name: str, place: str, rules: Counting) -> bool:
    """Whether cards in a list of this name and id are done by these rules."""
    done = rules.done
    named = meant(done.lists, name, place) is not None
    return named or names_done(name, plain(done.lists), builtin=done.builtin)


def _thread(card: Card, pull: Pull, rules: Counting) -> ThreadName:
    """Rule 7: by the card's own signs, else by the nearest ancestor's, else delivery."""
    signs = rules.threads.discovery
    for one in ancestry(card, pull):
        if (
            any(same(label, signs.labels) for label in one.labels)
            or meant(signs.lists, one.list_name, one.place)
            or same(one.kind, signs.issue_types)
        ):
            return ThreadName.DISCOVERY
    return ThreadName.DELIVERY


def _points(card: Card, rules: Counting) -> float | None:
    """The card's estimate; what isn't a finite number is none."""
    for name, value in card.estimates:
        if name == rules.points.field and math.isfinite(value):
            return value
    return None
