"""What the readers read: every KR's history out of the store, in few queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from syncer.review.calendar import last_meeting
from syncer.review.history import KrHistory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.records import Change, CheckIn
    from syncer.store.store import Store

Line = TypeVar("Line", "CheckIn", "Change")


def last_reviews(okrs: Okrs, now: datetime) -> dict[str, datetime | None]:
    """When each team's last review was, its own or the programme's; None before the first."""
    reviews = {objective.team: okrs.review_of(objective.team) for objective in okrs.objectives}
    return {team: last_meeting(one, now) if one else None for team, one in reviews.items()}


def histories(
    store: Store, okrs: Okrs, *, since: datetime | None = None, cards: bool = False
) -> tuple[KrHistory, ...]:
    """Every KR's history, in the file's order, all of one and the same moment.

    `since` leaves out ledger entries up to then, and `cards` brings the cards
    behind the numbers: `status` needs neither the old nor the many.
    """
    ids = [kr.id for _, kr in okrs.key_results()]
    with store.snapshot() as seen:
        states = seen.states(ids) if cards else seen.summaries(ids)
        readings = seen.readings_of(ids)
        entries = seen.ledger_of(ids, since)
        checkins = _by_subject(seen.checkins())
        changes = _by_subject(seen.changes())
        reported = seen.reported_values(ids)
    return tuple(
        KrHistory(
            objective=objective,
            key_result=kr,
            state=states[kr.id],
            readings=readings[kr.id],
            entries=entries[kr.id],
            checkins=tuple(checkins.get(kr.id, ())),
            changes=tuple(changes.get(kr.id, ())),
            reported=reported.get(kr.id, ()),
        )
        for objective, kr in okrs.key_results()
    )


def _by_subject(lines: Iterable[Line]) -> dict[str, list[Line]]:
    out: dict[str, list[Line]] = {}
    for line in lines:
        out.setdefault(line.subject, []).append(line)
    return out
