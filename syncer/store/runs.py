"""The worker's runs: when and how the last ones ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from syncer.core.records import Run
from syncer.store.file import this_process
from syncer.store.rows import add_one, columns_of
from syncer.store.session import Session
from syncer.store.tables import runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.store.rows import AnyRow

KEPT = 100
"""Runs of each command that are kept: what is older helps nobody, and a minute's cron is many."""


class RunsMixin(Session):
    """The part of the store that keeps the last runs."""

    def begin_run(self, at: datetime, command: str) -> int:
        """Note that a run began, and give its number; of the old ones only some stay."""
        row = {"command": command, "process": this_process(), "began": at, "stats": "{}"}
        mine = self._mine(runs) & (runs.c.command == command)
        oldest = select(runs.c.id).where(mine).order_by(runs.c.id.desc()).offset(KEPT).limit(1)
        with self._writing() as connection:
            number = add_one(connection, runs, self._own(row))
            old = connection.scalar(oldest)
            if old is not None:
                connection.execute(delete(runs).where(mine, runs.c.id <= old))
        return number

    def end_run(
        self, run: int, at: datetime, exit_code: int, stats: Mapping[str, float | str]
    ) -> None:
        """Note how a run ended, and its figures."""
        row = {"ended": at, "exit_code": exit_code, "stats": json.dumps(dict(stats))}
        with self._writing() as connection:
            connection.execute(update(runs).where(runs.c.id == run).values(row))

    def last_runs(self, number: int = 1, command: str | None = None) -> tuple[Run, ...]:
        """Give the runs that began last, of this command or of any, the latest first."""
        names = ("id", "command", "began", "ended", "exit_code", "stats", "process")
        query = select(*columns_of(runs, *names)).where(self._mine(runs))
        if command is not None:
            query = query.where(runs.c.command == command)
        with self._reading() as connection:
            rows = connection.execute(query.order_by(runs.c.id.desc()).limit(number))
            return tuple(map(_run, rows))


def _run(row: AnyRow) -> Run:
    ended, stats = row.ended, json.loads(row.stats)
    return Run(row.id, row.command, row.began, ended, row.exit_code, stats, row.process)
