"""The locks against overlapping runs; the kernel or the server frees it when its holder dies."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

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


class Share(Enum):
    """With whom a lock is held: with nobody, or with all who hold it so too."""

    ALONE = "alone"
    SHARED = "shared"


class Claim(NamedTuple):
    """A lock by its key, and how it is to be held."""

    key: str
    share: Share


# "okrs" in ASCII; the second half of the key is the schema, so that each store has its own.
# The lock is a transaction's that stays open: a pooler in transaction mode (PgBouncer) would
# give a session's lock to whoever comes next, https://www.pgbouncer.org/features.html.
_KEYS = "(x'6f6b7273'::int, hashtext(current_schema() || :job))"
_TAKE = {
    Share.ALONE: text(f"SELECT pg_try_advisory_xact_lock{_KEYS}"),
    Share.SHARED: text(f"SELECT pg_try_advisory_xact_lock_shared{_KEYS}"),
}
_WAIT = text(f"SELECT pg_advisory_xact_lock{_KEYS}")
_PATIENT = text(
    "SELECT set_config('idle_in_transaction_session_timeout', '0', true), "
    "set_config('application_name', "
    "left(current_setting('application_name') || ', ' || :process, 63), true)"
)
_HOLDER = text(
    "SELECT a.application_name, a.xact_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.classid = x'6f6b7273'::int::oid AND "
    "l.objid::bigint = hashtext(current_schema() || :job)::bigint & x'ffffffff'::bigint "
    "AND l.pid <> pg_backend_pid()"
)
_BETWEEN = "\n"  # no name has it


def whole_store() -> tuple[Claim, ...]:
    """Keep everybody out of the store."""
    return (Claim("", Share.ALONE),)


def of_workspace(workspace: str) -> tuple[Claim, ...]:
    """Keep out who works on the whole store, or on this workspace or a part of it."""
    return (Claim("", Share.SHARED), Claim(_BETWEEN + workspace, Share.ALONE))


def of_part(workspace: str, part: str) -> tuple[Claim, ...]:
    """Keep out who works on the whole store, the whole workspace, or this part of it."""
    return (
        Claim("", Share.SHARED),
        Claim(_BETWEEN + workspace, Share.SHARED),
        Claim(_BETWEEN.join(["", workspace, part]), Share.ALONE),
    )


def of_job(workspace: str, job: str) -> tuple[Claim, ...]:
    """Keep out who does the same job for this workspace; others go on beside it."""
    return (Claim(_BETWEEN.join([job, workspace]) if workspace else job, Share.ALONE),)


def held(
    database: Database, claims: tuple[Claim, ...], job: str = ""
) -> AbstractContextManager[Check]:
    """Hold a lock; raises `LockedError` at once where another run has it, or a part of it.

    Beside a SQLite file it is a lock on `<file>.lock` or, for a `job`, on
    `<file>.report.lock`, which stays there, empty: whatever is claimed, it is the whole
    file's. On PostgreSQL the claims are advisory locks of a transaction on a connection
    of its own. The check that it gives raises `StoreError` when they were lost with it.
    """
    if database.server:
        return _on_server(database, claims)
    return _beside(database.file, database.name, job)


def wait_for(connection: Connection, workspace: str) -> None:
    """Let no other who decides on this workspace go on before this transaction's end."""
    if connection.dialect.name == "postgresql":
        connection.execute(_WAIT, {"job": _BETWEEN.join(["decide", workspace])})


@contextmanager
def _beside(file: Path | None, name: str, job: str) -> Iterator[Check]:
    if file is None:
        raise StoreError(f"{name}: it isn't there, so there is nothing to lock")
    with locked(file, name, job):
        yield lambda: None  # the kernel takes it from nobody alive


@contextmanager
def _on_server(database: Database, claims: tuple[Claim, ...]) -> Iterator[Check]:
    with database.connected() as connection:
        try:
            yield _taken(connection, database.name, claims)
        finally:  # the lock goes with the connection, also when the server is no longer there
            connection.invalidate()


def _taken(connection: Connection, name: str, claims: tuple[Claim, ...]) -> Check:
    def still() -> None:
        with translated(name):
            connection.execute(text("SELECT 1"))

    with translated(name):
        connection.begin()
        connection.execute(_PATIENT, {"process": this_process()})
        for claim in claims:
            if not connection.scalar(_TAKE[claim.share], {"job": claim.key}):
                raise LockedError(
                    f"another run is at work on {name}: {_holder(connection, claim.key)} holds "
                    "its lock"
                )
    return still


def _holder(connection: Connection, job: str) -> str:
    """Say who holds the lock and since when, as far as this account may see it."""
    holder = connection.execute(_HOLDER, {"job": job}).first()
    if holder is None or not holder.application_name or holder.xact_start is None:
        return "it"
    since = holder.xact_start.astimezone(UTC)
    return f"{holder.application_name}, since {since:%Y-%m-%d %H:%M:%S} UTC,"
