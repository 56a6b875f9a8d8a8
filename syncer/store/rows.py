"""Between rows and records: asking for many keys at once, and writing many rows at once."""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Column, Row, Select, Table
    from sqlalchemy.engine import Connection

    AnyRow = Row[*tuple[Any, ...]]
    AnySelect = Select[*tuple[Any, ...]]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

# Far below what either database takes in one statement, and few enough for a thousand KRs.
_KEYS_AT_ONCE = 500
_ROWS_AT_ONCE = 2000


def batches(values: Iterable[_Value], size: int) -> Iterator[list[_Value]]:
    """Cut into lists of at most `size`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def columns_of(table: Table, *names: str) -> list[Column[Any]]:
    """Give a table's columns by name, in the order asked."""
    return [table.c[name] for name in names]


def among(
    connection: Connection, query: AnySelect, column: Column[Any], keys: Iterable[str]
) -> Iterator[AnyRow]:
    """Ask for the rows whose column is one of the keys, in few queries however many keys."""
    for some in batches(dict.fromkeys(keys), _KEYS_AT_ONCE):
        yield from connection.execute(query.where(column.in_(some)))


def grouped(
    keys: Iterable[_Key], pairs: Iterable[tuple[_Key, _Value]]
) -> dict[_Key, tuple[_Value, ...]]:
    """Gather values under their keys; every key asked is there, with an empty tuple at least."""
    found: dict[_Key, list[_Value]] = {key: [] for key in keys}
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def add(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, some thousand at once; none is nothing to do."""
    for some in batches(rows, _ROWS_AT_ONCE):
        connection.execute(table.insert(), some)


def add_one(connection: Connection, table: Table, row: dict[str, Any]) -> int:
    """Insert a row, and give the number it got."""
    key = connection.execute(table.insert().values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def upsert(
    connection: Connection, table: Table, rows: Iterable[dict[str, Any]], *names: str
) -> None:
    """Insert rows, or replace these columns of those that are there by primary key."""
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    fresh = dialect.insert(table)
    keys: Sequence[Column[Any]] = list(table.primary_key.columns)
    statement = fresh.on_conflict_do_update(
        index_elements=keys, set_={name: fresh.excluded[name] for name in names}
    )
    for some in batches(rows, _ROWS_AT_ONCE):
        connection.execute(statement, some)
