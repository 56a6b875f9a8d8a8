"""What each card counts as; pure.

The rules are numbered as in docs/counting.md.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from connectors.base import Category, Column, Level
from connectors.patterns import folded, matching, name_as_written, whole_names
from syncer.core.linking import ancestry
from syncer.core.names import ABANDONED, CANCELLING, gives_up, names_done, same
from syncer.core.records import JudgedCard, State, ThreadName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.counting import Counting
    from connectors.base import Card, Pull
    from syncer.core.linking import LinkedCard

Ruling = tuple[State, str]


class Standing(NamedTuple):
    """All of a linked card that decides what it counts as; many cards have it in common."""

    left_out: str | None
    kind: str
    status: str | None
    list_name: str | None
    standing_id: str
    category: Category | None
    resolution: str | None
    complete: bool
    archived: bool
    subtask: bool
    column: Column | None


class Judge:
    """Says what cards of a pull count as, by a KR's rules on that source."""

    def __init__(self, pull: Pull, rules: Counting) -> None:
        self._pull = pull
        self._rules = rules = in_both_languages(rules, pull.names)
        self._rulings: dict[Standing, Ruling] = {}
        self._threads: dict[str, ThreadName] = {}
        self._signs: dict[tuple[object, ...], bool] = {}

    def __call__(self, linked: LinkedCard) -> JudgedCard:
        """A linked card with what it counts as, the rule that decided, its thread and points."""
        card = linked.card
        state, rule = self._ruling(linked)
        return JudgedCard(
            source=card.source,
            id=card.id,
            key=card.key,
            title=card.title,
            url=card.url,
            state=state,
            rule=rule,
            via=linked.via,
            thread=self._thread(card),
            points=_points(card, self._rules),
            created=card.created,
            finished=card.finished if state in {State.DONE, State.DROPPED} else None,
        )

    def _ruling(self, linked: LinkedCard) -> Ruling:
        standing = _standing(linked)
        if linked.card.level is Level.ITEM and not standing.left_out:
            return self._with_its_card(linked)
        if standing not in self._rulings:
            self._rulings[standing] = _ruling(standing, self._rules)
        return self._rulings[standing]

    def _with_its_card(self, linked: LinkedCard) -> Ruling:
        """A checklist's item is done when it is checked off; else it is what its card is."""
        _, above, *_ = ancestry(linked.card, self._pull)
        state, rule = self._ruling(linked._replace(card=above))
        if linked.card.complete and state is not State.IGNORED:
            return State.DONE, "checked off"
        return state, f"its card: {rule}"

    def _thread(self, card: Card) -> ThreadName:
        """Rule 7: by the card's own signs, else by the nearest ancestor's, else delivery."""
        if self._discovers(card):
            return ThreadName.DISCOVERY
        above = card.parent
        if above is None:
            return ThreadName.DELIVERY
        if above not in self._threads:
            discovers = any(self._discovers(ancestor) for ancestor in ancestry(card, self._pull))
            self._threads[above] = ThreadName.DISCOVERY if discovers else ThreadName.DELIVERY
        return self._threads[above]

    def _discovers(self, card: Card) -> bool:
        signs = card.labels, card.list_name, card.standing_id, card.kind
        if signs not in self._signs:
            self._signs[signs] = _is_discovery(card, self._rules)
        return self._signs[signs]


def in_both_languages(rules: Counting, names: Mapping[str, tuple[str, ...]]) -> Counting:
    """Add to the names that a team wrote in its own language what the cards' call them."""
    if not names:
        return rules

    def both(written: tuple[str, ...]) -> tuple[str, ...]:
        return (*written, *(name for pattern in written for name in names.get(folded(pattern), ())))

    done, dropped, ignore = rules.done, rules.dropped, rules.ignore
    signs = rules.threads.discovery
    signs = signs.model_copy(update={"issue_types": both(signs.issue_types)})
    dropping = {
        "statuses": both(dropped.statuses),
        "resolutions": both(dropped.resolutions),
    }
    ignoring = {"statuses": both(ignore.statuses), "issue_types": both(ignore.issue_types)}
    return rules.model_copy(
        update={
            "done": done.model_copy(update={"statuses": both(done.statuses)}),
            "dropped": dropped.model_copy(update=dropping),
            "ignore": ignore.model_copy(update=ignoring),
            "threads": rules.threads.model_copy(update={"discovery": signs}),
        }
    )


def _standing(linked: LinkedCard) -> Standing:
    card = linked.card
    return Standing(
        linked.left_out or card.not_work,
        card.kind,
        card.status,
        card.list_name,
        card.standing_id,
        card.category,
        card.resolution,
        card.complete,
        card.archived,
        card.level is Level.SUBTASK,
        linked.column,
    )


def _ruling(card: Standing, rules: Counting) -> Ruling:
    why = card.left_out or _ignored(card, rules)
    if why is not None:
        return State.IGNORED, why
    if card.list_name is not None or card.category is None:
        return _in_lists(card, rules)
    state, rule = _in_workflow(card, rules)
    if card.archived and state is not State.DROPPED:
        # Rule 4: done work stays done when its project is tidied up.
        done = state is State.DONE
        state, rule = (
            (state, "archived") if done else (State.DROPPED, f"archived, not done ({rule})")
        )
    return state, f"{rule}, a sub-task" if card.subtask else rule


def _ignored(card: Standing, rules: Counting) -> str | None:
    ignore = rules.ignore
    for trait, name, written in (
        ("status", card.status, ignore.statuses),
        ("list", card.list_name, ignore.lists),
    ):
        if name is not None and (written_as := matching(written, name, card.standing_id)):
            return f"{trait} {name_as_written(name, written_as)} is ignored"
    if same(card.kind, ignore.issue_types):
        return f"type {card.kind} is ignored"
    return None


def _in_workflow(card: Standing, rules: Counting) -> Ruling:
    """Rule 4; the team's own names come before the built-in ones."""
    dropped = rules.dropped
    ruling = _as_team_says(card.status, card.standing_id, dropped.statuses, rules.done.statuses)
    if ruling is not None:
        return ruling[0], f"status {ruling[1]}"
    abandoned = ABANDONED if dropped.builtin else frozenset()
    if gives_up(card.status, whole_names(dropped.statuses) | abandoned):
        return State.DROPPED, f"status {card.status}"
    finished = _is_finished(card, rules)
    if finished or card.category is Category.DONE:
        cancelling = CANCELLING if dropped.builtin else frozenset()
        if gives_up(card.status, cancelling):
            return State.DROPPED, f"status {card.status}"
        if gives_up(card.resolution, frozenset(dropped.resolutions) | cancelling):
            return State.DROPPED, f"resolution {card.resolution}"
    return (State.DONE if finished else State.REMAINING), _place(card, rules)


def _as_team_says(
    name: str | None, standing_id: str, dropped: tuple[str, ...], done: tuple[str, ...]
) -> Ruling | None:
    """What the team says of a status or list, by name, pattern or id; None if nothing."""
    for state, written in ((State.DROPPED, dropped), (State.DONE, done)):
        if name is not None and (written_as := matching(written, name, standing_id)):
            return state, name_as_written(name, written_as)
    return None


def _is_finished(card: Standing, rules: Counting) -> bool:
    if rules.done.columns == "last" and card.column is not None:
        return card.column is Column.LAST
    return card.category is not None and card.category.value in rules.done.categories


def _place(card: Standing, rules: Counting) -> str:
    if rules.done.columns == "last" and card.column is not None:
        where = "the last column" if card.column is Column.LAST else "not in the last column"
        return f"{where} of the board (status {card.status})"
    return f"status {card.status} (category {card.category})"


def _in_lists(card: Standing, rules: Counting) -> Ruling:
    """Rule 5: the mark comes first, then the list's name; the archive changes only the rest."""
    if rules.done.due_complete and card.complete:
        return State.DONE, "marked complete"
    name = card.list_name or ""
    ruling = _as_team_says(name, card.standing_id, rules.dropped.lists, rules.done.lists)
    if ruling is not None:
        return ruling[0], f"in list {ruling[1]}"
    builtin = ABANDONED if rules.dropped.builtin else frozenset()
    if gives_up(name, whole_names(rules.dropped.lists) | builtin):
        return State.DROPPED, f"in list {name}"
    if is_done_list(name, card.standing_id, rules):
        return State.DONE, f"in list {name}"
    if card.archived:
        return State.DROPPED, f"archived and not done (list {name})"
    return State.REMAINING, f"in list {name}"


def is_done_list(name: str, standing_id: str, rules: Counting) -> bool:
    """Whether cards in a list of this name and id are done by these rules."""
    done = rules.done
    named = matching(done.lists, name, standing_id) is not None
    return named or names_done(name, whole_names(done.lists), builtin=done.builtin)


def _is_discovery(card: Card, rules: Counting) -> bool:
    signs = rules.threads.discovery
    return (
        any(same(label, signs.labels) for label in card.labels)
        or matching(signs.lists, card.list_name, card.standing_id) is not None
        or same(card.kind, signs.issue_types)
    )


def _points(card: Card, rules: Counting) -> float | None:
    """The card's estimate; what isn't a finite number is none."""
    for name, value in card.estimates:
        if name == rules.points.field and math.isfinite(value):
            return value
    return None
