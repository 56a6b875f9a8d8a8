"""How often `report --due` runs: noted each time, so that `check` can say when it is too rarely."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.okrs import Okrs
    from syncer.store.store import Store

MEMORY, KEY = "report --due", "runs"
"""Under which the store keeps the last runs' moments."""

KEPT = 9  # one late run among them, or one more by hand, is no rhythm
_MINUTE = timedelta(minutes=1)


def note_run(store: Store, now: datetime) -> None:
    """Note that a run looked for what is due; what a clock that was ahead noted is dropped."""
    earlier = [moment for moment in _runs(store) if moment < now]
    moments = [moment.isoformat() for moment in [*earlier, now][-KEPT:]]
    store.remember(MEMORY, KEY, json.dumps(moments), now)


def too_rare(store: Store, okrs: Okrs) -> str | None:
    """Say that runs come further apart than the shortest `prepare` is long; None where they don't.

    A report is made inside its `prepare` window alone: between two such runs one is missed.
    """
    reviews = (review for review in (okrs.review, *okrs.reviews.values()) if review)
    shortest = min((review.prepare for review in reviews), default=None)
    gaps = sorted(later - earlier for earlier, later in pairwise(_runs(store)))
    if shortest is None or not gaps:
        return None
    gap = gaps[(len(gaps) - 1) // 2]
    if gap - _MINUTE <= shortest:  # cron is never on the second
        return None
    return (
        f"`okr-sync report --due` has run every {_minutes(gap)}, and `prepare` is "
        f"{_minutes(shortest)}: reports will be missed; see okr-sync schedule"
    )


def _runs(store: Store) -> list[datetime]:
    text, _ = store.recall(MEMORY).get(KEY, ("[]", None))
    try:
        return [datetime.fromisoformat(moment) for moment in json.loads(text)]
    except (TypeError, ValueError):  # what can't be read is noted anew
        return []


def _minutes(span: timedelta) -> str:
    return f"{round(span / _MINUTE)} minutes"
