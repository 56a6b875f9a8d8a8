"""What each card counts as, and what a KR's cards come to; pure.

The rules are numbered as in docs/counting.md.
"""

from __future__ import annotations

from dataclasses import replace
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
        points=dict(card.estimates).get(rules.points.field),
        created=card.created,
        finished=card.finished if state in {State.DONE, State.DROPPED} else None,
    )


def count(judged: Iterable[Judged]) -> Progress:
    """A KR's progress from its judged cards; ignored ones count nowhere (rule 6)."""
    cards = tuple(judged)
    done = [card for card in cards if card.state is State.DONE]
    remaining = [card for card in cards if card.state is State.REMAINING]
    return Progress(
        done=len(done),
        remaining=len(remaining),
        dropped=sum(card.state is State.DROPPED for card in cards),
        points=_points(done, remaining),
        discovery=_tally(done, remaining, ThreadName.DISCOVERY),
        delivery=_tally(done, remaining, ThreadName.DELIVERY),
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


def _tally(done: list[Judged], remaining: list[Judged], thread: ThreadName) -> Tally:
    return Tally(
        sum(card.thread is thread for card in done),
        sum(card.thread is thread for card in remaining),
    )


def _points(done: list[Judged], remaining: list[Judged]) -> PointsTally | None:
    unestimated = sum(card.points is None for card in (*done, *remaining))
    if unestimated == len(done) + len(remaining):
        return None
    return PointsTally(
        done=sum(card.points or 0.0 for card in done),
        remaining=sum(card.points or 0.0 for card in remaining),
        unestimated=unestimated,
    )
