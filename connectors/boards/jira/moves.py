"""Sites that were moved: when work was done that seems to have been done on the moving day; pure.

A site that moves from Data Center to Cloud may date every issue's present category on the
day of the move; `resolutiondate` then tells better when it was done.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, cast

from connectors.base import Category

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from connectors.base import Card
    from connectors.shelf import Shape

DAY = timedelta(hours=24)
"""A day is any 24 hours: a move goes on past midnight, and each account has its own."""

SHARE = 0.5
"""The least share of a project's done cards that a move dates on one day."""

FEW = 2
"""Fewer cards that were resolved before that day are no move: who reopens keeps the old date."""


def dated(cards: Mapping[str, Card]) -> dict[str, Card]:
    """Give the cards, each finished when it was, by the move of its project if there was one.

    What an earlier pull chose doesn't matter: both dates are on the card.
    """
    by_project: dict[str, list[Card]] = defaultdict(list)
    for card in cards.values():
        if card.category is Category.DONE and card.finished is not None:
            by_project[card.key.rpartition("-")[0]].append(card)
    moves = {project: _moving_day(done) for project, done in by_project.items()}
    return {
        id_: _dated(card, moves.get(card.key.rpartition("-")[0])) if card.end_dates else card
        for id_, card in cards.items()
    }


def may_be_moved(shapes: Iterable[tuple[Shape, Collection[str]]]) -> bool:
    """Say whether a move may date cards of such shapes; where not, it needs no look at each.

    Half of a project's done cards, and of these half of what tells that it was resolved,
    would have to tell another date.
    """
    done: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    redated: Counter[str] = Counter()
    for shape, ids in shapes:
        if shape.category is Category.DONE:
            done[shape.project] += len(ids)
            redated[shape.project] += len(ids) * shape.redated
            silent[shape.project] += len(ids) * (not shape.redated and shape.resolution is None)
    return any(
        redated[project] >= max(FEW, SHARE * (SHARE * count - silent[project]))
        for project, count in done.items()
    )


def _dated(card: Card, move: datetime | None) -> Card:
    """One card; `move` is when the moving day of its project begins."""
    changed, resolved = card.end_dates
    on_moving_day = move is not None and resolved < move <= changed < move + DAY
    is_moved = on_moving_day and card.category is Category.DONE
    return card._replace(finished=resolved if is_moved else changed)


def _moving_day(done: Iterable[Card]) -> datetime | None:
    """When the day begins on which a move dates so much of a project; None where none does.

    Work that was closed together is resolved on that day too, so it is none.
    """
    cards = sorted(done, key=_changed)
    day = _fullest_day(cards)
    begins = _changed(day[0])
    resolved = sum(bool(card.end_dates) or card.resolution is not None for card in day)
    early = sum(_resolved_before(card, begins) for card in day)
    is_move = len(day) >= SHARE * len(cards) and early >= max(FEW, SHARE * resolved)
    return begins if is_move else None


def _fullest_day(cards: Sequence[Card]) -> Sequence[Card]:
    """Give the most cards that one day holds; of two such days that with more resolved before."""
    early = [0, *accumulate(_resolved_before(card, _changed(card)) for card in cards)]
    days: list[tuple[int, int, int, int]] = []
    begin = 0
    for end, card in enumerate(cards, start=1):
        while _changed(card) - _changed(cards[begin]) >= DAY:
            begin += 1
        days.append((end - begin, early[end] - early[begin], begin, end))
    _, _, begin, end = max(days)
    return cards[begin:end]


def _changed(card: Card) -> datetime:
    """When a card that has a date came into its category."""
    return card.end_dates[0] if card.end_dates else cast("datetime", card.finished)


def _resolved_before(card: Card, moment: datetime) -> bool:
    return bool(card.end_dates) and card.end_dates[1] < moment
