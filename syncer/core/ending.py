"""What counts at the end of a period, read after it: as far as the services date it; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.core.records import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from syncer.core.records import JudgedCard

_OVER = frozenset((State.DONE, State.DROPPED))


def at_the_end(
    cards: Iterable[JudgedCard], stored: Iterable[JudgedCard], ends: datetime
) -> tuple[JudgedCard, ...]:
    """The cards of a KR at its period's end, from how they are now and how they were last read.

    What the services date before the end happened before it. What has no date
    stays as it was last read; so does what is gone, for nothing dates that. On a
    first reading there is nothing to stay as, and what has no date is old.
    """
    now = {(card.source, card.id): card for card in cards}
    before = {(card.source, card.id): card for card in stored}
    out = dict(before)
    for key, card in now.items():
        then = _then(card, before.get(key), ends, first=not before)
        if then is not None:
            out[key] = then
    return tuple(out.values())


def _then(
    card: JudgedCard, stored: JudgedCard | None, ends: datetime, *, first: bool
) -> JudgedCard | None:
    """One card at the end; None where it wasn't in the KR yet."""
    if stored is not None and stored.state is card.state:
        return card
    if card.state in _OVER and card.finished is not None and card.finished < ends:
        return card
    if stored is not None:
        return stored
    made = card.created
    if made >= ends if made is not None else not first:
        return None
    if card.state in _OVER and (card.finished is not None or not first):
        return card._replace(state=State.REMAINING, finished=None)
    return card
