"""`okr-sync history`: a KR's readings and scope ledger over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.documents.history import history_document
from syncer.publish.known_krs import known_kr

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show all that the store holds, oldest first."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store, store.snapshot() as seen:
        kr, remark = known_kr(seen, okrs, arguments.kr)
        readings, ledger = seen.readings(kr), seen.ledger(kr)
    if arguments.json:
        context.json(history_document(kr, readings, ledger))
        if remark:
            context.warn(remark)
        return 0
    from syncer.report.terminal import history_table  # noqa: PLC0415 - JSON needs no tables

    console = context.console()
    console.print(history_table(readings, ledger, console.width))
    if remark:
        context.say(remark)
    return 0
