"""Between rows and records: asking for many keys at once, and writing many rows at once."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from syncer.store.columns import StoredText, UtcDateTime, storable_all, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy import Column, Insert, Row, Select, Table
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.types import TypeEngine

    Converter = Callable[[Sequence[Any]], Iterable[Any]]
    AnyRow = Row[*tuple[Any, ...]]
    AnySelect = Select[*tuple[Any, ...]]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

# Far below what either database takes in one statement, and few enough for a thousand KRs.
KEYS_AT_ONCE = 500
_ROWS_AT_ONCE = 2000


def batches(values: Iterable[_Value], size: int) -> Iterator[list[_Value]]:
    """Cut into lists of at most `size`."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


def columns_of(table: Table, *names: str) -> list[Column[Any]]:
    """Give a table's columns by name, in the order asked."""
    return [table.c[name] for name in names]


def finite(number: float) -> float:
    """Give a row's number; raises `TypeError`, `ValueError` for what nobody stored."""
    if not math.isfinite(number):
        message = "a number without end"
        raise ValueError(message)
    return number


def finite_or_none(number: float | None) -> float | None:
    """Give a row's number as `finite` does, or None where there is none."""
    return None if number is None else finite(number)


def among(
    connection: Connection, query: AnySelect, column: Column[Any], keys: Iterable[str]
) -> Iterator[AnyRow]:
    """Ask for the rows whose column is one of the keys, in few queries however many keys."""
    for batch in batches(dict.fromkeys(keys), KEYS_AT_ONCE):
        for rows in connection.execute(query.where(column.in_(batch))).partitions(_ROWS_AT_ONCE):
            yield from rows


def grouped(
    keys: Iterable[_Key], pairs: Iterable[tuple[_Key, _Value]]
) -> dict[_Key, tuple[_Value, ...]]:
    """Gather values under their keys; every key asked is there, with an empty tuple at least."""
    groups: dict[_Key, list[_Value]] = {key: [] for key in keys}
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def add(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows with the same keys; none is nothing to do."""
    if values := list(rows):
        connection.execute(table.insert(), values)


def add_one(connection: Connection, table: Table, row: dict[str, Any]) -> int:
    """Insert a row, and give the number it got."""
    key = connection.execute(table.insert().values(row)).inserted_primary_key
    return int(key[0]) if key else 0


def upsert(
    connection: Connection, table: Table, rows: Iterable[dict[str, Any]], *replaced: str
) -> None:
    """Insert rows, or replace these columns of those that are there by primary key."""
    if values := list(rows):
        connection.execute(_statement(table, replaced, connection.dialect.name), values)


def put_many(
    connection: Connection,
    table: Table,
    names: tuple[str, ...],
    rows: Iterable[tuple[Any, ...]],
    replaced: tuple[str, ...] = (),
) -> None:
    """Insert (or replace, as `upsert` does) rows of these columns by the ten thousand.

    It goes past SQLAlchemy's handling of each row, which costs more than SQLite's.
    What a column's type does to a value is done all the same.
    """
    dialect = connection.dialect
    statement = _statement(table, replaced, dialect.name)
    for batch in batches(rows, _ROWS_AT_ONCE):
        if not dialect.positional:
            connection.execute(statement, [dict(zip(names, row, strict=True)) for row in batch])
            continue
        text, order, converters = _prepared(statement, names, dialect)
        values = list(zip(*batch, strict=True))
        columns = [convert(values[i]) for i, convert in zip(order, converters, strict=True)]
        connection.exec_driver_sql(text, list(zip(*columns, strict=True)))


@lru_cache(maxsize=64)
def _statement(table: Table, replaced: tuple[str, ...], dialect: str) -> Insert:
    if not replaced:
        return table.insert()
    fresh = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    keys: Sequence[Column[Any]] = list(table.primary_key.columns)
    changed = {name: fresh.excluded[name] for name in replaced}
    statement: Insert = fresh.on_conflict_do_update(index_elements=keys, set_=changed)
    return statement


@lru_cache(maxsize=64)
def _prepared(
    statement: Insert, names: tuple[str, ...], dialect: Dialect
) -> tuple[str, Sequence[int], Sequence[Converter]]:
    """The statement's text, where its columns are among the names, and what is done to them."""
    compiled = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or []
    types = [statement.table.c[name].type.dialect_impl(dialect) for name in order]
    return (
        str(compiled),
        [*map(names.index, order)],
        [_converter(type_, dialect) for type_ in types],
    )


def _converter(type_: TypeEngine[Any], dialect: Dialect) -> Converter:
    if isinstance(type_, StoredText):
        return storable_all
    if isinstance(type_, UtcDateTime) and dialect.name == "sqlite":
        return texts_of
    convert = type_.bind_processor(dialect)
    return partial(map, convert) if convert else iter
