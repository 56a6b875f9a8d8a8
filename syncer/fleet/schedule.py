"""Puts what is due into the queue, once for the whole fleet, however many workers do this."""

from __future__ import annotations

import asyncio
import logging
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.fleet.jobs import READ, WAITS_ALREADY, assignments, deferrer
from syncer.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procrastinate import App

    from connectors.clock import Clock
    from syncer.fleet.files import FleetFiles, OkrsFile, OkrsFiles
    from syncer.fleet.jobs import Assignment
    from syncer.store.database import Database

log = logging.getLogger(__name__)


def slot(assignment: Assignment, every: int, now: float) -> int:
    """Give when an assignment's present turn began; each has its own second of the interval.

    So the sources of a fleet aren't all asked at the full hour.
    """
    offset = zlib.crc32(assignment.key.encode()) % every
    return int((now - offset) // every * every + offset)


class Schedule:
    """What a worker knows of its files, and of what it has put into the queue."""

    def __init__(self, files: OkrsFiles, database: Database, clock: Clock, every: int) -> None:
        self._files = files
        self._database = database
        self._clock = clock
        self._every = every
        self._queued: dict[str, int] = {}
        self._known: dict[str, str | None] = {}

    async def look(self, app: App) -> None:
        """Take up what files there are, and queue what is due for them."""
        files = await asyncio.to_thread(self._files.look)
        await asyncio.to_thread(self._note, files)
        if self._every:
            for file in files.files.values():
                await self._queue(app, file)

    async def _queue(self, app: App, file: OkrsFile) -> None:
        now = self._clock.now().timestamp()
        for assignment in assignments(file.okrs):
            # What was edited is done at once: it is another thing to do.
            begun = slot(assignment, self._every, now)
            key = f"{assignment.key} {file.digest}"
            if self._queued.get(key) == begun:
                continue
            job = deferrer(app, assignment, slot=begun).job
            try:
                await app.job_manager.defer_periodic_job(
                    job=job, periodic_id=_short(key), defer_timestamp=begun
                )
            except WAITS_ALREADY:
                log.debug("%s waits already", assignment)
            self._queued[key] = begun

    def _note(self, files: FleetFiles) -> None:
        """Note new files, those that broke or were mended, and those that are gone."""
        now = self._clock.now()
        problems = {str(path): problem for path, problem in files.problems.items()}
        wells = {str(file.path): file for file in files.files.values()}
        for path, file in wells.items():
            if self._known.get(path, "") != file.digest:
                store = Store(self._database, file.workspace)
                store.note_file(path, None, now)
                store.forget_sources(path, _sources(assignments(file.okrs)))
        for path, problem in problems.items():
            if self._known.get(path) != problem:
                log.error("%s", problem)
                store = Store(self._database, self._workspace(path))
                store.note_file(path, problem, now)
        for path in (self._known.keys() | self._left()) - problems.keys() - wells.keys():
            Store(self._database).forget_file(path)
        self._known = {**{path: file.digest for path, file in wells.items()}, **problems}

    def _left(self) -> set[str]:
        """Give the noted files that aren't there: they went unseen, or a job noted one again."""
        noted = (file.file for file in Store(self._database).fleet_files())
        return {path for path in noted if not Path(path).exists()}

    def _workspace(self, path: str) -> str:
        """Give the workspace that a broken file had when it was last read."""
        known = {file.file: file.workspace for file in Store(self._database).fleet_files()}
        return known.get(path, "")


def _sources(all_: Iterable[Assignment]) -> frozenset[str]:
    return frozenset(job.source for job in all_ if job.task == READ)


def _short(name: str) -> str:
    """Keep a name within the 128 letters that its column has."""
    return name if len(name) < 100 else f"{zlib.crc32(name.encode()):08x}{name[-90:]}"  # noqa: PLR2004
