"""Does the jobs of a fleet, each in a thread of its own, and takes them back when told to stop."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from connectors.clock import Clock, Deadline
from connectors.errors import ConfigurationError, LockedError, OkrSyncError
from connectors.network import Network
from syncer import background
from syncer.core.fleet import SourceState
from syncer.fleet.jobs import PUBLISH, PUSH, READ
from syncer.fleet.publishing import publish_due, push_numbers
from syncer.fleet.reading import JobResult, SourceJob
from syncer.fleet.sites import SharedSite, site_of
from syncer.logs import origin
from syncer.publish.making import Files
from syncer.store.store import Store

if TYPE_CHECKING:
    from config.settings import Settings
    from connectors.base import Access
    from connectors.site_budget import SiteBudget
    from syncer.fleet.files import OkrsFile, OkrsFiles
    from syncer.fleet.jobs import Assignment
    from syncer.store.database import Database
    from syncer.store.site_budgets import SiteBudgets

log = logging.getLogger(__name__)

BUSY = timedelta(seconds=10)
"""After which a job looks again whose source another run is at."""


class TakenBackError(Exception):
    """The worker stops: the job goes back into the queue, and nothing of it is written."""


@dataclass(frozen=True)
class Crew:
    """What all jobs of a worker share.

    A job has `deadline` seconds, of which it waits `patience` for a limited service.
    """

    files: OkrsFiles
    database: Database
    budgets: SiteBudgets
    clock: Clock
    patience: float
    deadline: float
    formats: tuple[str, ...]
    out: str
    under_way: set[Handle] = field(default_factory=set)

    async def do(self, assignment: Assignment, attempt: int) -> JobResult:
        """Do a job; raises `CancelledError` where it is taken back."""
        handle = Handle(self.deadline)
        self.under_way.add(handle)
        future = background.begin(partial(self._done, assignment, attempt, handle))
        try:
            # Shielded: a thread can't be stopped from outside, and must find its future there.
            return await asyncio.shield(asyncio.wrap_future(future))
        except asyncio.CancelledError:
            handle.take_back()
            raise
        finally:
            self.under_way.discard(handle)

    def _done(self, assignment: Assignment, attempt: int, handle: Handle) -> JobResult:
        """Do a job in this thread; what is wrong with its file or its service is its result."""
        file = self.files.look().files.get(assignment.workspace)
        if file is None:  # taken out, broken, or not on this machine: the plan has its say
            return JobResult()
        store = Store(self.database, assignment.workspace)
        try:
            return self._work(assignment, attempt, handle, file, store)
        except LockedError:
            return JobResult(again_at=self.clock.now() + BUSY, attempt=attempt)
        except ConfigurationError as error:  # a secret that isn't there, mostly
            if assignment.task == READ:
                store.note_source(self._failing(assignment, file, store, str(error)))
            return JobResult(problem=str(error))

    def _failing(
        self, assignment: Assignment, file: OkrsFile, store: Store, problem: str
    ) -> SourceState:
        """Say of a source that it can't even be asked, and since when."""
        now, source = self.clock.now(), assignment.source
        known = store.source_state(source) or SourceState(
            assignment.workspace, source, site="", file=str(file.path)
        )
        since = known.failing_since or now
        return known._replace(tried_at=now, failing_since=since, problem=problem)

    def _work(
        self, assignment: Assignment, attempt: int, handle: Handle, file: OkrsFile, store: Store
    ) -> JobResult:
        settings = self.files.settings(file)
        clock = self._clock(settings, handle)
        match assignment.task:
            case task if task == READ:
                job = SourceJob(
                    file, settings, assignment.source, store, clock, self.patience, handle.check
                )
                return job.run(attempt)
            case task if task == PUSH:
                return push_numbers(file.okrs, settings, store, clock, self.patience)
            case task if task == PUBLISH:
                files = Files(file.okrs.folder / self.out, self.formats)
                return publish_due(file.okrs, settings, store, clock, files)
        return JobResult()

    def _clock(self, settings: Settings, handle: Handle) -> Clock:
        """Give a job's own time and way out; what it asks of a site it shares with all others."""
        network = Network()
        network.configure(settings.network)
        return replace(
            self.clock, deadline=handle.deadline, network=network, budget_of=self._budget_of
        )

    def _budget_of(self, access: Access) -> SiteBudget:
        return SharedSite(self.budgets, site_of(access))


class Handle:
    """A job under way: its time, and whether it was taken back."""

    def __init__(self, seconds: float) -> None:
        self.deadline = Deadline()
        self.deadline.begin(seconds)
        self._taken_back = threading.Event()

    def take_back(self) -> None:
        """Have it end soon, and write nothing more."""
        self._taken_back.set()
        self.deadline.begin(0)

    def check(self) -> None:
        """Raise `TakenBackError` where it was taken back."""
        if self._taken_back.is_set():
            raise TakenBackError


def told_failure(assignment: Assignment, error: Exception) -> str:
    """Say what a job failed of, without words that may hold what isn't for a log."""
    words = str(error) if isinstance(error, OkrSyncError) else origin(error)
    return f"{assignment.workspace or 'okrs'} {assignment.source}: {words}"
