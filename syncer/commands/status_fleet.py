"""`okr-sync status --fleet`: how the workers' sources are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import read_settings
from syncer.documents.fleet import fleet_rows, fleet_status

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show all workspaces of the store; okrs.yaml needn't be right for it."""
    settings = read_settings(context.environ, context.directory, arguments.okrs)
    now = context.now()
    with context.store(settings, create=False) as store:
        if arguments.json:
            context.json(fleet_status(store, now))
            return 0
        rows = fleet_rows(store, now)
    from syncer.report.fleet_table import fleet_table  # noqa: PLC0415 - JSON needs no tables

    console = context.console()
    console.print(fleet_table(rows, console.width, now))
    return 0
