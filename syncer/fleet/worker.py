"""A worker: takes jobs, does so many at once, and ends in order when it is told to."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from procrastinate.exceptions import ConnectorException, ProcrastinateException
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from connectors.errors import StoreError
from syncer.fleet.connecting import worker_app
from syncer.fleet.crew import told_failure
from syncer.fleet.jobs import PUBLISH, PUSH, READ, TIDY, Assignment, defer
from syncer.fleet.takeover import take_over
from syncer.store.fleet import QUEUE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from procrastinate import App
    from procrastinate.job_context import JobContext
    from procrastinate.jobs import Job

    from connectors.clock import Clock
    from syncer.fleet.crew import Crew
    from syncer.fleet.schedule import Schedule

log = logging.getLogger(__name__)

OUT_OF_REACH = (ConnectorException, psycopg.Error, StoreError, OSError)
LONGEST_PAUSE = 10.0
ENDS_WITHIN = 3.0
"""Seconds beyond its grace in which a worker that was told to stop has ended, come what may."""
KEPT_HOURS = 72
"""For so long the queue keeps jobs that failed, for who looks into it by procrastinate's tools."""


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker works: jobs at once, seconds until a dead one's are taken over, and to end in.

    `alive` is a file that is touched while all is well.
    """

    url: str
    at_once: int
    takeover: float
    grace: float
    alive: Path | None = None

    @property
    def beat(self) -> float:
        """Seconds between two signs of life."""
        return max(0.2, min(5.0, self.takeover / 4))


class HandBack(BaseRetryStrategy):
    """What was taken back because its worker stops is done by another at once."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Say when to do it again; None for what failed by itself."""
        del job
        return RetryDecision() if isinstance(exception, asyncio.CancelledError) else None


@dataclass
class FleetWorker:
    """One process of the fleet; `run` returns when it was told to stop, and has."""

    options: WorkerOptions
    crew: Crew
    schedule: Schedule
    clock: Clock
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until a signal; where the store is out of reach, wait for it and go on."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop)
        pause = 1.0
        while not self.stopping.is_set():
            began = loop.time()
            try:
                await self._serve()
            except OUT_OF_REACH as error:
                words = str(error) if isinstance(error, StoreError) else type(error).__name__
                log.warning("the store is out of reach, and is waited for: %s", words)
            if not self.stopping.is_set():
                pause = (
                    1.0 if loop.time() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
                )
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stopping.wait(), pause)

    def _stop(self) -> None:
        """End in order; where the store doesn't answer, others take over what is under way."""
        self.stopping.set()
        end = threading.Timer(self.options.grace + ENDS_WITHIN, os._exit, (0,))
        end.daemon = True
        end.start()

    async def _serve(self) -> None:
        """Work as long as the store is there, or until told to stop."""
        app = worker_app(self.options.url, self.options.at_once)
        self._register(app)
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self.options.at_once,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=self.options.grace,
                    update_heartbeat_interval=self.options.beat,
                    stalled_worker_timeout=self.options.takeover,
                    fetch_job_polling_interval=self.options.beat,
                )
            )
            keeping = asyncio.create_task(self._keep(app))
            stopped = asyncio.create_task(self.stopping.wait())
            done, _ = await asyncio.wait(
                (working, keeping, stopped), return_when=asyncio.FIRST_COMPLETED
            )
            for task in (keeping, stopped, working):
                task.cancel()
            outcomes = await asyncio.gather(working, keeping, stopped, return_exceptions=True)
            self._raise_first(outcomes, ended_by_itself=working in done)

    def _raise_first(self, outcomes: Iterable[object], *, ended_by_itself: bool) -> None:
        """Raise what ended the work, where nobody told it to end."""
        if self.stopping.is_set():
            return
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        if ended_by_itself:  # its own watch saw a connection fail, and stopped it
            raise ConnectorException

    async def _keep(self, app: App) -> None:
        """Plan, take over what died, and give a sign of life, again and again."""
        while True:
            await self.schedule.look(app)
            await take_over(app, self.crew.database, self.clock, self.options.takeover)
            if self.options.alive is not None:
                await asyncio.to_thread(self.options.alive.touch)
            await asyncio.sleep(self.options.beat)

    def _register(self, app: App) -> None:
        """Tell procrastinate what to do for each kind of job."""
        for name in (READ, PUSH, PUBLISH):
            app.task(name=name, queue=QUEUE, pass_context=True, retry=HandBack())(self._do)

        # It also gives the engine's own watch something to watch over: without a periodic
        # task its deferrer ends at once, and with it the look at the heartbeat beside it.
        @app.periodic(cron="23 * * * *", queueing_lock=TIDY)
        @app.task(name=TIDY, queue=QUEUE, pass_context=True)
        async def tidy(context: JobContext, timestamp: int) -> None:
            del timestamp
            await context.app.job_manager.delete_old_jobs(
                nb_hours=KEPT_HOURS, queue=QUEUE, include_failed=True, include_aborted=True
            )

    async def _do(
        self,
        context: JobContext,
        workspace: str,
        source: str = "",
        attempt: int = 0,
        timestamp: int = 0,
    ) -> None:
        """Do a job, and put what follows from it into the queue."""
        del timestamp  # the engine's, for what it queues once a turn
        assignment = Assignment(context.job.task_name, workspace, source)
        try:
            result = await self.crew.do(assignment, attempt)
        except Exception as error:
            log.warning("%s", told_failure(assignment, error))
            raise
        if result.problem:
            log.warning("%s", result.problem)
        if result.again_at is not None:
            await defer(context.app, assignment, attempt=result.attempt, at=result.again_at)
        if result.wrote:
            await self._push(context.app, workspace)

    async def _push(self, app: App, workspace: str) -> None:
        file = self.crew.files.look().files.get(workspace)
        if file is not None and any(kr.write_to for _, kr in file.okrs.key_results()):
            with suppress(ProcrastinateException):  # its time comes again
                await defer(app, Assignment(PUSH, workspace))
