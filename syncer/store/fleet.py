"""What a fleet's workers tell each other: of sources, of files, and what waits in the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from syncer.core.fleet import FileState, FleetStatus, QueuedJob, SourceState
from syncer.store.fleet_tables import fleet_files, sites, source_states
from syncer.store.rows import columns_of, upsert
from syncer.store.session import Session
from syncer.store.site_budgets import read_budget

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection

QUEUE = "okr-sync"
"""The queue that all of a fleet's jobs are in."""

_SOURCE = tuple(column.name for column in source_states.columns)
_FILE = ("file", "workspace", "problem", "since", "seen_at")
# Procrastinate's own tables; https://procrastinate.readthedocs.io has no call for all of it.
_JOBS = text(
    "SELECT task_name, args, status::text, scheduled_at, worker_id FROM procrastinate_jobs "
    "WHERE queue_name = :queue AND status IN ('todo', 'doing') ORDER BY id"
)
_WORKERS = text("SELECT id, last_heartbeat FROM procrastinate_workers")


class FleetMixin(Session):
    """The part of the store that a fleet's workers share."""

    def note_source(self, state: SourceState) -> None:
        """Note where a source of this workspace stands."""
        with self._writing() as connection:
            upsert(connection, source_states, [state._asdict()], *_SOURCE[2:])

    def source_state(self, source: str) -> SourceState | None:
        """Give where a source stands; None for one that no worker has tried."""
        query = select(source_states).where(self._is(source_states, source=source))
        with self._reading() as connection:
            row = connection.execute(query).first()
        return SourceState(*row) if row else None

    def take_edition(self, file: str, digest: str, at: datetime, lag: timedelta) -> bool:
        """Note which edition of the workspace's file is worked by, and whether it is the newest.

        It isn't where another machine has seen the file edited within `lag` and this one
        still has the edition before.
        """
        query = select(*columns_of(fleet_files, "digest", "digest_before", "changed_at"))
        query = query.where(fleet_files.c.file == file).with_for_update()
        with self._writing() as connection:
            row = connection.execute(query).first()
            if row is not None and row.digest == digest:
                return True
            if row is not None and row.digest_before == digest and at < row.changed_at + lag:
                return False
            before = row.digest if row is not None else ""
            new = {"digest": digest, "digest_before": before, "changed_at": at, "seen_at": at}
            new |= {"workspace": self.workspace, "problem": None, "since": None}
            upsert(connection, fleet_files, [{"file": file, **new}], *new)
        return True

    def note_file(self, file: str, problem: str | None, at: datetime) -> None:
        """Note that an okrs.yaml of this workspace is worked by, or why it can't be."""
        mine = fleet_files.c.file == file
        with self._writing() as connection:
            row = connection.execute(select(fleet_files).where(mine)).mappings().first()
            known: dict[str, Any] = dict(row or {})
            blank = {"file": file, "digest": "", "digest_before": "", "changed_at": at}
            since = known.get("since") or at
            new = {"workspace": self.workspace, "problem": problem, "seen_at": at}
            new["since"] = since if problem else None
            upsert(connection, fleet_files, [{**blank, **known, **new}], *new)

    def forget_file(self, file: str) -> None:
        """Forget an okrs.yaml that isn't there any more, and where its sources stood."""
        with self._writing() as connection:
            connection.execute(fleet_files.delete().where(fleet_files.c.file == file))
            connection.execute(source_states.delete().where(source_states.c.file == file))

    def forget_sources(self, file: str, kept: frozenset[str]) -> None:
        """Forget the sources that an okrs.yaml of this workspace doesn't read any more."""
        gone = self._is(source_states, file=file) & source_states.c.source.not_in(kept)
        with self._writing() as connection:
            connection.execute(source_states.delete().where(gone))

    def fleet_files(self) -> tuple[FileState, ...]:
        """Give the okrs.yaml that the fleet works for, of every workspace."""
        with self._reading() as connection:
            return _files(connection)

    def fleet(self, at: datetime) -> FleetStatus:
        """Give all that is known of the fleet, of every workspace."""
        with self._reading() as connection:
            # A read that was under way when its file went may have noted itself after that.
            sources = connection.execute(
                select(source_states).where(source_states.c.file.in_(select(fleet_files.c.file)))
            )
            budgets = connection.execute(select(sites.c.site, sites.c.budget))
            return FleetStatus(
                at,
                tuple(SourceState(*row) for row in sources),
                _files(connection),
                {site: read_budget(budget) for site, budget in budgets},
                *_queue(connection),
            )


def _files(connection: Connection) -> tuple[FileState, ...]:
    query = select(*columns_of(fleet_files, *_FILE)).order_by(fleet_files.c.file)
    return tuple(FileState(*row) for row in connection.execute(query))


def _queue(connection: Connection) -> tuple[tuple[QueuedJob, ...], dict[int, datetime]]:
    if not connection.dialect.has_table(connection, "procrastinate_jobs"):
        return (), {}
    jobs = tuple(
        QueuedJob(
            task=row.task_name.rpartition(".")[2],
            workspace=row.args.get("workspace", ""),
            source=row.args.get("source", ""),
            running=row.status == "doing",
            at=row.scheduled_at,
            worker=row.worker_id,
        )
        for row in connection.execute(_JOBS, {"queue": QUEUE})
    )
    return jobs, {row.id: row.last_heartbeat for row in connection.execute(_WORKERS)}
