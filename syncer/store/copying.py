"""Copies a store to another database, whole, and compares every row."""

from __future__ import annotations

from contextlib import closing, contextmanager, suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from sqlalchemy import collate, func, select, text
from sqlalchemy.types import Text

from connectors.errors import ConfigurationError, StoreError
from syncer.store.database import connect
from syncer.store.rows import batches
from syncer.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from syncer.store.store import Store

_ROWS_AT_ONCE = 2000


def copy_store(source: Store, target: Store) -> dict[str, int]:
    """Copy every row of every workspace, in one transaction; give how many, by table.

    Raises `ConfigurationError` where the target holds anything, `StoreError` where a row
    didn't arrive as it was; then nothing is kept.
    """
    with source.snapshot() as snapshot, snapshot._reading() as old, target._writing() as new:  # noqa: SLF001 - parts of the store
        _refuse_filled(new, target)
        rows_by_table = {table.name: _copy(old, new, table) for table in metadata.sorted_tables}
        if new.dialect.name == "postgresql":
            _set_counters(new)
        for table in metadata.sorted_tables:
            _compare(old, new, table)
    return rows_by_table


def is_new(url: str) -> bool:
    """Whether a store's file isn't there yet; raises as `connect` does."""
    database = connect(url, create=False)
    database.close()
    return database.transient


@contextmanager
def made_whole(target: Store, *, new: bool) -> Iterator[None]:
    """Take a `new` target's file away again where the copy isn't whole; it must be locked."""
    try:
        yield
    except ConfigurationError:  # another has filled it meanwhile
        raise
    except BaseException:
        file = target._database.file if new else None  # noqa: SLF001 - a part of the store
        for path in _parts(file) if file else ():
            with suppress(OSError):
                path.unlink()
        raise


def _parts(file: Path) -> list[Path]:
    return [file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm")]


def _refuse_filled(new: Connection, target: Store) -> None:
    for table in metadata.sorted_tables:
        if new.execute(select(table).limit(1)).first() is not None:
            raise ConfigurationError(
                f"{target._database.name} isn't empty (there is something in {table.name}): "  # noqa: SLF001 - as above
                "name one that is"
            )


def _copy(old: Connection, new: Connection, table: Table) -> int:
    names = [column.name for column in table.columns]
    count = 0
    for batch in batches(_rows(old, table), _ROWS_AT_ONCE):
        new.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in batch])
        count += len(batch)
    return count


def _rows(connection: Connection, table: Table) -> Generator[tuple[Any, ...]]:
    """Give a table's rows by key, which both databases must order in the same way."""
    keys: list[Any] = list(table.primary_key.columns)
    if connection.dialect.name == "postgresql":
        keys = [collate(key, "C") if isinstance(_stored_type(key), Text) else key for key in keys]
    query = select(table).order_by(*keys).execution_options(yield_per=_ROWS_AT_ONCE)
    with connection.execute(query) as result:
        yield from map(tuple, result)


def _stored_type(key: Any) -> Any:
    return getattr(key.type, "impl", key.type)


def _set_counters(new: Connection) -> None:
    """Let the server number the next row after those that it got."""
    for table in metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None:
            last = new.scalar(select(func.max(key))) or 0
            counter = text("SELECT setval(pg_get_serial_sequence(:table, :column), :next, false)")
            new.execute(counter, {"table": table.name, "column": key.name, "next": last + 1})


def _compare(old: Connection, new: Connection, table: Table) -> None:
    with closing(_rows(old, table)) as old_rows, closing(_rows(new, table)) as new_rows:
        if any(before != after for before, after in zip_longest(old_rows, new_rows)):
            raise StoreError(
                f"a row of {table.name} didn't arrive as it was: nothing is kept; see what "
                "okr-sync store check says of the store"
            )
