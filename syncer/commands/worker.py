"""`okr-sync worker`: does the fleet's jobs until it is told to stop."""

from __future__ import annotations

import gc
import os
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.report.formats import named_formats

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from syncer.context import Context
    from syncer.fleet.files import OkrsFiles
    from syncer.store.database import Database

SILENT = 60.0
"""Seconds without a sign of life after which a worker is taken for dead."""


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Work until a signal; what goes wrong on the way is logged, and tried again."""
    if arguments.probe:
        return _probe(context.directory / arguments.probe, context)
    if arguments.at_once < 1:
        raise ConfigurationError(f"--at-once {arguments.at_once}: give 1 or more")
    need_fleet("okr-sync worker")
    from syncer.fleet.connecting import fleet_database, make_queue  # noqa: PLC0415 - heavy
    from syncer.fleet.opening import okrs_files, prepare  # noqa: PLC0415 - as above

    gc.enable()  # the process is to last: what goes round in circles has to go
    url, files = okrs_files(arguments, context)
    database = fleet_database(url)
    try:
        prepare(database)
        make_queue(url, database.name)
        return _work(arguments, context, url, files, database)
    finally:
        database.close()


def need_fleet(command: str) -> None:
    """Raise `ConfigurationError` where the extra isn't installed."""
    if find_spec("procrastinate") is None or find_spec("psycopg") is None:
        from connectors.extras import missing  # noqa: PLC0415 - mostly nothing is

        raise ConfigurationError(missing("fleet", command))


def _work(
    arguments: argparse.Namespace,
    context: Context,
    url: str,
    files: OkrsFiles,
    database: Database,
) -> int:
    import asyncio  # noqa: PLC0415 - as above

    from syncer.fleet.crew import Crew  # noqa: PLC0415 - as above
    from syncer.fleet.schedule import Schedule  # noqa: PLC0415 - as above
    from syncer.fleet.worker import FleetWorker, WorkerOptions  # noqa: PLC0415 - as above
    from syncer.store.site_budgets import SiteBudgets  # noqa: PLC0415 - as above

    crew = Crew(
        files,
        database,
        SiteBudgets(database),
        context.clock,
        arguments.patience,
        arguments.job_deadline,
        named_formats(arguments.format),
        arguments.out,
    )
    alive = context.directory / arguments.alive if arguments.alive else None
    options = WorkerOptions(url, arguments.at_once, arguments.takeover, arguments.grace, alive)
    schedule = Schedule(files, database, context.clock, int(arguments.every))
    asyncio.run(FleetWorker(options, crew, schedule, context.clock).run())
    return 0


def _probe(file: Path, context: Context) -> int:
    """Say whether a worker gave a sign of life of late."""
    try:
        silent = time.time() - os.stat(file).st_mtime  # noqa: PTH116 - no Path's methods are needed
    except OSError:
        context.warn(f"{file}: no worker has touched it")
        return 1
    if silent > SILENT:
        context.warn(f"{file}: its worker was last alive {silent:.0f} s ago")
    return int(silent > SILENT)
