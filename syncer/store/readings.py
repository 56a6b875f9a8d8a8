"""Readings: how many cards were done and remaining, at a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from syncer.core.records import PointsTally, Progress, Reading, Tally
from syncer.store.rows import add_one, among, grouped, put_many
from syncer.store.tables import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.rows import AnySelect


_COLUMNS = tuple(column.name for column in readings.columns if column.name != "id")


def readings_of(
    connection: Connection, krs: Iterable[str], since: datetime | None, until: datetime | None
) -> dict[str, tuple[Reading, ...]]:
    """Give each KR's readings after `since` and until `until`, oldest first."""
    wanted = tuple(krs)
    query = select(readings)
    if since is not None:
        query = query.where(readings.c.at > since)
    if until is not None:
        query = query.where(readings.c.at <= until)
    return grouped(wanted, _told(connection, query, wanted))


def first_readings(connection: Connection, krs: Iterable[str]) -> dict[str, Reading]:
    """Give each KR's first reading that was seen and not rebuilt; a KR never read is absent."""
    earliest = readings.alias()
    first = (
        select(earliest.c.id)
        .where(earliest.c.kr == readings.c.kr, earliest.c.rebuilt.is_(False))
        .order_by(earliest.c.at, earliest.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return dict(_told(connection, select(readings).where(readings.c.id == first), krs))


def _told(
    connection: Connection, query: AnySelect, krs: Iterable[str]
) -> list[tuple[str, Reading]]:
    ordered = query.order_by(readings.c.kr, readings.c.at, readings.c.id)
    rows = among(connection, ordered, readings.c.kr, krs)
    return [(one.kr, one) for one in map(reading, rows)]


def reading(row: Sequence[Any]) -> Reading:
    """Make the record of a row that has all the table's columns, in their order."""
    _, kr, at, rebuilt, done, remaining, dropped, *more = row
    points_done, points_remaining, unestimated, *threads = more
    points = None
    if unestimated is not None:
        points = PointsTally(points_done, points_remaining, unestimated)
    progress = Progress(
        done=done,
        remaining=remaining,
        dropped=dropped,
        points=points,
        discovery=Tally(*threads[:2]),
        delivery=Tally(*threads[2:]),
    )
    return Reading(kr, at, progress, rebuilt=rebuilt)


def put_rebuilt(connection: Connection, past: Iterable[Reading]) -> None:
    """Add readings that no run of ours saw."""
    put_many(connection, readings, _COLUMNS, map(_row, past))


def put_reading(connection: Connection, one: Reading) -> int:
    """Add a reading, and give the number it got."""
    return add_one(connection, readings, dict(zip(_COLUMNS, _row(one), strict=True)))


def _row(one: Reading) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    progress, points = one.progress, one.progress.points
    return (
        one.kr,
        one.at,
        one.rebuilt,
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
