"""The worker's own memory: its runs, and what it has learned of each source."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from syncer.core.records import Run
from syncer.store.rows import add_one, columns_of, upsert
from syncer.store.tables import memories, runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection


def begin_run(connection: Connection, at: datetime, command: str) -> int:
    """Note that a run began, and give its number."""
    row = {"command": command, "began": at, "stats": "{}"}
    return add_one(connection, runs, row)


def end_run(
    connection: Connection,
    run: int,
    at: datetime,
    exit_code: int,
    stats: Mapping[str, float | str],
) -> None:
    """Note how a run ended."""
    row = {"ended": at, "exit_code": exit_code, "stats": json.dumps(dict(stats))}
    connection.execute(update(runs).where(runs.c.id == run).values(row))


def last_run(connection: Connection, command: str | None) -> Run | None:
    """Give the run that began last, of this command or of any; None where there was none."""
    query = select(*columns_of(runs, "id", "command", "began", "ended", "exit_code", "stats"))
    if command is not None:
        query = query.where(runs.c.command == command)
    row = connection.execute(query.order_by(runs.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    stats = json.loads(row.stats)
    return Run(row.id, row.command, row.began, row.ended, row.exit_code, stats)


def remember(connection: Connection, source: str, key: str, value: str, at: datetime) -> None:
    """Keep a JSON text about a source under a key, in place of what was there."""
    row = {"source": source, "key": key, "value": value, "at": at}
    upsert(connection, memories, [row], "value", "at")


def recall(connection: Connection, source: str) -> dict[str, tuple[str, datetime]]:
    """Give all that is kept about a source: the JSON text and since when, by key."""
    query = select(*columns_of(memories, "key", "value", "at")).where(memories.c.source == source)
    return {row.key: (row.value, row.at) for row in connection.execute(query)}
