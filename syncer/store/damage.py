"""Rows that nobody wrote: what SQLite takes into any column, looked for in one question.

A server's columns take their own types alone; SQLite's take whatever comes
(https://www.sqlite.org/datatype3.html).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Double, Integer, LargeBinary

from connectors.okr_tool import NumberKind
from syncer.core.deliveries import DeliveryStatus, Purpose
from syncer.core.outbox import TargetState, WriteState
from syncer.core.records import Event, State, ThreadName
from syncer.store.columns import UtcDateTime
from syncer.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

    from sqlalchemy import Column, Table
    from sqlalchemy.engine import Connection

_JSON = {
    "kr_status.counted_by",
    "source_reads.moments",
    "cards.via",
    "past_cards.via",
    "runs.stats",
    "source_notes.value",
    "known_cards.card",
    "card_shapes.shape",
    "kr_status.sums",
    "card_fields.names",
    "reports.files",
    "outbox.about",
    "sites.budget",
}
_WORDS: dict[str, type[StrEnum]] = {
    "cards.state": State,
    "cards.thread": ThreadName,
    "past_cards.state": State,
    "past_cards.thread": ThreadName,
    "entries.event": Event,
    "entries.was": State,
    "entries.state": State,
    "entries.thread": ThreadName,
    "deliveries.kind": Purpose,
    "deliveries.status": DeliveryStatus,
    "outbox.number": NumberKind,
    "outbox.state": WriteState,
    "kr_stores.state": TargetState,
}
_RANGES = {"checkins.confidence": "NOT BETWEEN 0 AND 10"}
_COUNTS = ("readings",)
"""Tables whose whole numbers are counts."""

_MOST = "1.7976931348623157e308"


def damaged_tables(connection: Connection) -> list[str]:
    """Name the tables that hold a value of the wrong kind or beyond its range."""
    return sorted(connection.exec_driver_sql(_question()).scalars())


@cache
def _question() -> str:
    return " UNION ALL ".join(map(_of_table, metadata.tables.values()))


def _of_table(table: Table) -> str:
    faults = " OR ".join(map(_fault, table.columns))
    rows = f"SELECT 1 FROM {table.name} WHERE {faults}"  # noqa: S608 - all names are ours
    return f"SELECT '{table.name}' WHERE EXISTS ({rows})"


def _fault(column: Column[object]) -> str:
    """Give the condition under which a column's value is nothing that we write."""
    name = f'"{column.name}"'
    faults = " OR ".join(_faults(column, name))
    return f"({name} IS NOT NULL AND ({faults}))" if column.nullable else f"({faults})"


def _faults(column: Column[object], name: str) -> Iterator[str]:
    path = f"{column.table.name}.{column.name}"
    kind = column.type
    if isinstance(kind, UtcDateTime):
        yield f"typeof({name}) <> 'text' OR strftime('%s', {name}) IS NULL"
    elif isinstance(kind, Boolean):
        yield f"{name} NOT IN (0, 1)"
    elif isinstance(kind, Integer):
        yield f"typeof({name}) <> 'integer'"
        if column.table.name in _COUNTS:
            yield f"{name} < 0"
    elif isinstance(kind, Double):
        yield f"typeof({name}) NOT IN ('real','integer')"
        yield f"abs({name}) > {_MOST}"
    else:
        yield f"typeof({name}) <> '{'blob' if isinstance(kind, LargeBinary) else 'text'}'"
    if path in _JSON:
        yield f"NOT json_valid({name})"
    if path in _WORDS:
        words = ", ".join(f"'{word.value}'" for word in _WORDS[path])
        yield f"{name} NOT IN ({words})"
    if path in _RANGES:
        yield f"{name} {_RANGES[path]}"
