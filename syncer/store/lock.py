"""One lock against overlapping runs; the kernel or the server frees it when its holder dies."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from connectors.errors import LockedError
from syncer.store.failures import translated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncer.store.database import Database

# "okrs" in ASCII; the second half of the key is the schema, so that each store has its own.
_CLASS = 0x6F6B7273


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Hold the store's lock; raises `LockedError` at once where another run has it.

    Beside a SQLite file it is a lock on `<file>.lock`, which stays there, empty.
    On PostgreSQL it is an advisory lock of a connection of its own.
    """
    if database.file is not None:
        yield from _by_file(database.file, database.name)
    elif database.server:
        yield from _by_server(database)
    else:  # a store in memory is nobody else's
        yield


def _by_file(file: Path, name: str) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only a run needs it

    path = file.with_name(f"{file.name}.lock")
    lock = FileLock(path, timeout=0)
    with translated(name):
        try:
            lock.acquire()
        except Timeout:
            raise LockedError(f"Another run is at work on {name}: it holds {path}.") from None
    try:
        yield
    finally:
        lock.release()


def _by_server(database: Database) -> Iterator[None]:
    with translated(database.name):
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            taken = connection.scalar(
                text("SELECT pg_try_advisory_lock(:key, hashtext(current_schema()))"),
                {"key": _CLASS},
            )
        except SQLAlchemyError:
            connection.close()
            raise
    try:
        if not taken:
            raise LockedError(f"Another run is at work on {database.name}: it holds its lock.")
        yield
    finally:  # the lock goes with the connection, also when the server is no longer there
        connection.invalidate()
        connection.close()
