"""Puts right what was noted while a clock was ahead: it must not rule over what came since.

What readers are shown ends with the present; without this the last reading would
be hidden until the clock's time is there, and then hide those that came after it.
When sources were read is put right where it is noted (`reads.py`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select, update

from syncer.store.tables import (
    changes,
    checkins,
    entries,
    key_results,
    kr_status,
    objectives,
    past_cards,
    readings,
    reported_values,
    runs,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Column
    from sqlalchemy.engine import Connection

AHEAD = timedelta(days=31)
"""So far a clock may have been ahead; one that is years behind now changes nothing."""

_INSTANT = timedelta(microseconds=1)
_IN_AND_OUT = ("put_in_at", "taken_out_at")
_OF_RUNS = (
    readings.c.at,
    entries.c.at,
    past_cards.c.until,
    kr_status.c.problem_since,
    runs.c.ended,
    runs.c.began,
)
_OF_ANYBODY = (
    changes.c.at,
    reported_values.c.at,
    *(table.c[name] for table in (objectives, key_results) for name in _IN_AND_OUT),
    *(checkins.c[name] for name in ("at", "entered_at", "undone_at")),
)


def put_right(connection: Connection, workspace: str, at: datetime) -> bool:
    """Date what was noted later than now as of now; the order in which it came in stays.

    Gives whether there was anything.
    """
    moved = 0
    ahead = runs.c.began.between(at + _INSTANT, at + AHEAD)
    columns: tuple[Column[datetime], ...] = _OF_ANYBODY
    # Only a run has noted the others, of which there may be millions.
    if connection.scalar(select(exists().where(runs.c.workspace == workspace, ahead))):
        columns += _OF_RUNS
    for column in columns:
        late = column.between(at + _INSTANT, at + AHEAD)
        statement = update(column.table).where(column.table.c.workspace == workspace, late)
        moved += connection.execute(statement.values({column.name: at})).rowcount
    return moved > 0
