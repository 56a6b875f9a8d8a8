"""Readings: how many cards were done and remaining, at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from syncer.core.records import PointsTally, Progress, Reading, Tally
from syncer.store.rows import add_one, among, columns_of, grouped, put_many
from syncer.store.session import Session
from syncer.store.tables import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection


_NAMES = (
    "kr", "at", "rebuilt", "done", "remaining", "dropped", "points_done", "points_remaining",
    "unestimated", "discovery_done", "discovery_remaining", "delivery_done", "delivery_remaining",
)  # fmt: skip
COLUMNS = columns_of(readings, *_NAMES)


class ReadingsMixin(Session):
    """The part of the store that holds the readings."""

    def readings(
        self, kr: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Reading, ...]:
        """Give a KR's readings, rebuilt ones too, oldest first."""
        return self.readings_of((kr,), since, until)[kr]

    def readings_of(
        self, krs: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> dict[str, tuple[Reading, ...]]:
        """Give the readings of many KRs."""
        krs = tuple(krs)
        query = select(*COLUMNS).where(self._mine(readings))
        query = query.order_by(readings.c.kr, readings.c.at, readings.c.id)
        if since is not None:
            query = query.where(readings.c.at > since)
        if until is not None:
            query = query.where(readings.c.at <= until)
        with self._reading() as connection:
            rows = among(connection, query, readings.c.kr, krs)
            return grouped(krs, ((reading.kr, reading) for reading in map(reading_of, rows)))


def reading_of(row: Sequence[Any]) -> Reading:
    """Make the record of a row of `COLUMNS`; raises `ValueError`, `TypeError` for a damaged one."""
    kr, at, rebuilt, done, remaining, dropped, *more = row
    points_done, points_remaining, unestimated, *threads = more
    if min(done, remaining, dropped, *threads, unestimated or 0) < 0:
        message = "a count below zero"
        raise ValueError(message)
    points = None
    if unestimated is not None:
        points = PointsTally(points_done + 0.0, points_remaining + 0.0, unestimated)
    progress = Progress(
        done=done,
        remaining=remaining,
        dropped=dropped,
        points=points,
        discovery=Tally(*threads[:2]),
        delivery=Tally(*threads[2:]),
    )
    return Reading(kr, at, progress, rebuilt=rebuilt)


def put_rebuilt(connection: Connection, workspace: str, past: Iterable[Reading]) -> None:
    """Add readings that no run of ours saw."""
    rows = ((workspace, *_row(reading)) for reading in past)
    put_many(connection, readings, ("workspace", *_NAMES), rows)


def put_reading(connection: Connection, workspace: str, reading: Reading) -> int:
    """Add a reading, and give the number it got."""
    row = dict(zip(_NAMES, _row(reading), strict=True))
    return add_one(connection, readings, {"workspace": workspace, **row})


def _row(reading: Reading) -> tuple[Any, ...]:
    """The values of `_NAMES`."""
    progress, points = reading.progress, reading.progress.points
    return (
        reading.kr,
        reading.at,
        reading.rebuilt,
        progress.done,
        progress.remaining,
        progress.dropped,
        points.done if points else None,
        points.remaining if points else None,
        points.unestimated if points else None,
        progress.discovery.done,
        progress.discovery.remaining,
        progress.delivery.done,
        progress.delivery.remaining,
    )
