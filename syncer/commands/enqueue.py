"""`okr-sync enqueue`: puts everything that the fleet can do into its queue, now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.commands.worker import need_fleet
from syncer.report.text import counted

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.fleet.files import FleetFiles
    from syncer.fleet.jobs import Assignment


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Queue each source, what goes out, and what is due; 1 where a file is broken."""
    need_fleet("okr-sync enqueue")
    from syncer.fleet.connecting import fleet_database, make_queue  # noqa: PLC0415 - heavy
    from syncer.fleet.jobs import enqueue_all  # noqa: PLC0415 - as above
    from syncer.fleet.opening import okrs_files, prepare  # noqa: PLC0415 - as above

    url, files = okrs_files(arguments, context)
    known = files.look()
    for problem in known.problems.values():
        context.warn(problem)
    jobs = _assignments(known, arguments.source)
    database = fleet_database(url)
    try:
        prepare(database)
        make_queue(url, database.name)
        queued = enqueue_all(url, database.name, jobs)
    finally:
        database.close()
    context.say(f"{counted(queued, 'job')} queued, {len(jobs) - queued} waiting already")
    return int(bool(known.problems))


def _assignments(files: FleetFiles, source: str | None) -> list[Assignment]:
    """Give what to do for all files, or the reading of one source of each."""
    from syncer.fleet.jobs import READ, assignments  # noqa: PLC0415 - as above

    every = [job for file in files.files.values() for job in assignments(file.okrs)]
    if source is None:
        return every
    mine = [job for job in every if job.task == READ and job.source == source]
    if not mine:
        raise ConfigurationError(f"no source is named {source} in these files")
    return mine
