"""The jobs that bring what was read to people: numbers to OKR tools, reports and reminders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from config.destinations import destinations
from connectors.errors import LockedError
from syncer.fleet.reading import JobResult
from syncer.publish.calendars import read_calendars
from syncer.publish.due import DueReports
from syncer.publish.reminders import Reminders
from syncer.publish.rhythm import note_run
from syncer.push.job import PushJob
from syncer.push.telling import push_line

if TYPE_CHECKING:
    from config.okrs import Okrs
    from config.settings import Settings
    from connectors.clock import Clock
    from syncer.publish.making import Files
    from syncer.store.store import Store

SOON = timedelta(minutes=1)
"""After which a job that found another run at its work looks again."""


def push_numbers(
    okrs: Okrs, settings: Settings, store: Store, clock: Clock, patience: float
) -> JobResult:
    """Push what waits, as `okr-sync push` does."""
    job = PushJob.of(okrs, settings, clock, patience)
    with store.lock_part("push"):
        results = job.push(store)
    failed = [push_line(result) for result in results if result.failed]
    return JobResult(problem="; ".join(failed))


def publish_due(
    okrs: Okrs, settings: Settings, store: Store, clock: Clock, files: Files
) -> JobResult:
    """Make, deliver and remind of what is due, as `okr-sync report --due` does."""
    places = destinations(okrs, settings)
    known, problems = read_calendars(settings, clock, okrs, store, clock.now(), keep=True)
    try:
        with store.lock("report"):
            note_run(store, clock.now())
            reports = DueReports(store, known, clock, files, places, uuid4().hex)
            reports.run()
            reminders = Reminders(store, known, clock, places)
            reminders.run()
    except LockedError:
        return JobResult(again_at=clock.now() + SOON)
    return JobResult(problem="; ".join([*problems, *reports.problems, *reminders.problems]))
