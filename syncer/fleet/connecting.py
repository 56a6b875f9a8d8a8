"""Procrastinate on the store's own PostgreSQL: its connections, and its tables beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy.engine import make_url

from connectors.errors import ConfigurationError, StoreError
from syncer.store.database import connect

if TYPE_CHECKING:
    from syncer.store.database import Database

_MAKING = 0x6F6B7274
"""Any number that is always the same, and not the one of our own tables."""

_NEEDED = {
    f"procrastinate_{name}"
    for name in (
        "defer_jobs_v1",
        "defer_periodic_job_v2",
        "fetch_job_v2",
        "finish_job_v1",
        "register_worker_v1",
        "retry_job_v2",
        "update_heartbeat_v1",
    )
}
"""The functions of the queue's tables that 3.10 calls; an older one lacks some."""

_SETTINGS: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "okr-sync worker",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    # A pooler in transaction mode knows no statement of another connection's.
    "prepare_threshold": None,
}


def fleet_database(url: str) -> Database:
    """Give the store's database; raises `ConfigurationError` where no fleet can work on it."""
    database = connect(url, create=True)
    if not database.server:
        database.close()
        raise ConfigurationError(
            f"{database.name} is a file, and a fleet needs a server that all its workers reach: "
            "move it with okr-sync store copy to PostgreSQL, and set OKR_SYNC_STORE to "
            "postgresql://user:password@host/database"
        )
    return database


def conninfo(url: str) -> str:
    """Write the store's URL as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def worker_app(url: str, connections: int) -> App:
    """Give procrastinate for a worker that does so many jobs at once."""
    return App(
        connector=PsycopgConnector(
            conninfo=conninfo(url),
            kwargs=_SETTINGS,
            min_size=1,
            # One listens, one is for the heartbeat and the plan.
            max_size=connections + 2,
            timeout=10.0,
            reconnect_timeout=20.0,
        )
    )


def queueing_app(url: str) -> App:
    """Give procrastinate for who only puts jobs into the queue."""
    return App(
        connector=SyncPsycopgConnector(
            conninfo=conninfo(url), kwargs=_SETTINGS, min_size=1, max_size=1, timeout=10.0
        )
    )


def make_queue(url: str, name: str) -> None:
    """Make procrastinate's tables beside ours, once, whoever comes first; `StoreError`."""
    try:
        with psycopg.connect(conninfo(url), **_SETTINGS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            made = _ours(connection)
            if made >= _NEEDED:
                return
            if made:
                raise StoreError(
                    f"{name}: it has the queue of an older procrastinate: bring its tables up to "
                    "date (https://procrastinate.readthedocs.io/en/stable/howto/production/"
                    "migrations.html), or give okr-sync a schema of its own"
                )
            connection.execute(SchemaManager.get_schema())
    except psycopg.Error as error:
        raise StoreError(
            f"{name}: the queue's tables can't be made ({error.sqlstate or 'no connection'}): "
            "see that the server runs, and that this account may create in its schema"
        ) from error


def _ours(connection: psycopg.Connection[Any]) -> set[str]:
    """Name procrastinate's functions in the store's schema; none where it was never there."""
    query = (
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.proname LIKE 'procrastinate%' AND n.nspname = current_schema()"
    )
    return {row[0] for row in connection.execute(query)}
