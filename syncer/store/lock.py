"""One lock against overlapping runs; the kernel or the server frees it when its holder dies."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from connectors.errors import LockedError, StoreError
from syncer.store.errors import translated
from syncer.store.file import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from syncer.store.database import Database

    Check = Callable[[], None]

# "okrs" in ASCII; the second half of the key is the schema, so that each store has its own.
_TAKE = text("SELECT pg_try_advisory_lock(x'6f6b7273'::int, hashtext(current_schema() || :job))")


def held(database: Database, job: str = "") -> AbstractContextManager[Check]:
    """Hold the store's lock; raises `LockedError` at once where another run has it.

    With a `job` ("report") it is another lock, for another job. Beside a SQLite
    file it is a lock on `<file>.lock` or `<file>.report.lock`, which stays there,
    empty. On PostgreSQL it is an advisory lock of a connection of its own. The check
    that it gives raises `StoreError` when the lock was lost with its connection.
    """
    if database.server:
        return _on_server(database, job)
    return _beside(database.file, database.name, job)


@contextmanager
def _beside(file: Path | None, name: str, job: str) -> Iterator[Check]:
    if file is None:
        raise StoreError(f"{name}: it isn't there, so there is nothing to lock")
    with locked(file, name, job):
        yield lambda: None  # the kernel takes it from nobody alive


@contextmanager
def _on_server(database: Database, job: str) -> Iterator[Check]:
    with database.connected() as connection:
        try:
            yield _taken(connection, database.name, job)
        finally:  # the lock goes with the connection, also when the server is no longer there
            connection.invalidate()


def _taken(connection: Connection, name: str, job: str) -> Check:
    def still() -> None:
        with translated(name):
            connection.execute(text("SELECT 1"))

    with translated(name):
        connection.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(_TAKE, {"job": job}):
            raise LockedError(f"another run is at work on {name}: it holds the store's lock")
    return still
