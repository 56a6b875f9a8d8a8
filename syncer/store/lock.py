"""One lock against overlapping runs; the kernel or the server frees it when its holder dies."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import text

from connectors.errors import LockedError, StoreError
from syncer.store.errors import translated
from syncer.store.file import locked, this_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from syncer.store.database import Database

    Check = Callable[[], None]

# "okrs" in ASCII; the second half of the key is the schema, so that each store has its own.
# The lock is a transaction's that stays open: a pooler in transaction mode (PgBouncer) would
# give a session's lock to whoever comes next, https://www.pgbouncer.org/features.html.
_TAKE = text(
    "SELECT pg_try_advisory_xact_lock(x'6f6b7273'::int, hashtext(current_schema() || :job))"
)
_PATIENT = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '0', true), "
    "set_config('application_name', "
    "left(current_setting('application_name') || ', ' || :process, 63), true)"
)
_HOLDER = text(
    "SELECT a.application_name, a.xact_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = x'6f6b7273'::int::oid AND "
    "l.objid::bigint = hashtext(current_schema() || :job)::bigint & x'ffffffff'::bigint"
)


def held(database: Database, job: str = "") -> AbstractContextManager[Check]:
    """Hold the store's lock; raises `LockedError` at once where another run has it.

    With a `job` ("report") it is another lock, for another job. Beside a SQLite
    file it is a lock on `<file>.lock` or `<file>.report.lock`, which stays there,
    empty. On PostgreSQL it is an advisory lock of a transaction on a connection of its
    own. The check that it gives raises `StoreError` when the lock was lost with it.
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
        connection.begin()
        connection.execute(_PATIENT, {"process": this_process()})
        if not connection.scalar(_TAKE, {"job": job}):
            raise LockedError(
                f"another run is at work on {name}: {_holder(connection, job)} holds its lock"
            )
    return still


def _holder(connection: Connection, job: str) -> str:
    """Say who holds the lock and since when, as far as this account may see it."""
    holder = connection.execute(_HOLDER, {"job": job}).first()
    if holder is None or not holder.application_name or holder.xact_start is None:
        return "it"
    since = holder.xact_start.astimezone(UTC)
    return f"{holder.application_name}, since {since:%Y-%m-%d %H:%M:%S} UTC,"
