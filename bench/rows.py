"""Counts the rows that a run writes, by table, with triggers in the store itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_WATCH = """
CREATE TRIGGER "bench_{what}_{table}" AFTER {what} ON "{table}"
BEGIN INSERT INTO bench_written VALUES ('{table}'); END
"""


def watch(store: Path) -> None:
    """Note every row inserted, updated or deleted from now on."""
    with closing(sqlite3.connect(store)) as database, database:
        tables = [name for (name,) in database.execute(_TABLES)]
        database.execute("CREATE TABLE bench_written (name TEXT)")
        for table in tables:
            for what in ("INSERT", "UPDATE", "DELETE"):
                database.execute(_WATCH.format(what=what, table=table))


def written(store: Path) -> dict[str, int]:
    """Rows written since `watch`, by table; a table that nothing was written to is absent."""
    with closing(sqlite3.connect(store)) as database:
        counts = "SELECT name, count(*) FROM bench_written GROUP BY name ORDER BY name"
        return dict(database.execute(counts).fetchall())
