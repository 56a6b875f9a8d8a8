"""Takes over the jobs of workers that died."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from connectors.errors import LockedError
from syncer.store.fleet import QUEUE
from syncer.store.store import Store

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

    from connectors.clock import Clock
    from syncer.store.database import Database

log = logging.getLogger(__name__)


async def take_over(app: App, database: Database, clock: Clock, after: float) -> None:
    """Put jobs back into the queue whose worker wasn't heard of for so many seconds.

    One worker does it at a time: of two, the second would take back what has begun anew.
    """
    stalled = list(
        await app.job_manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=after)
    )
    if not stalled:
        return
    lock = Store(database).lock("takeover")
    try:
        await asyncio.to_thread(lock.__enter__)
    except LockedError:
        return
    try:
        for job in await app.job_manager.get_stalled_jobs(
            queue=QUEUE, seconds_since_heartbeat=after
        ):
            log.warning("worker %s is gone: %s is taken over", job.worker_id, job.task_name)
            await _put_back(app, job, clock)
        await app.job_manager.prune_stalled_workers(after)
    finally:
        await asyncio.to_thread(lock.__exit__, None, None, None)


async def _put_back(app: App, job: Job, clock: Clock) -> None:
    """Have it done again, unless that waits in the queue already."""
    try:
        await app.job_manager.retry_job(job, retry_at=clock.now())
    except (UniqueViolation, AssertionError):  # see `WAITS_ALREADY`
        if job.id is not None:
            await app.job_manager.finish_job_by_id_async(
                job.id, status=Status.FAILED, delete_job=True
            )
    except ConnectorException as error:  # it ended by itself in the meantime
        log.debug("%s: %s", job.task_name, type(error).__name__)
