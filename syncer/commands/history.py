"""`okr-sync history`: a KR's readings and scope ledger over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.publish.known_krs import known_kr
from syncer.review.status import instant

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.core.records import Entry, Reading


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show all that the store holds, oldest first."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store, store.snapshot() as seen:
        kr, remark = known_kr(seen, okrs, arguments.kr)
        readings, ledger = seen.readings(kr), seen.ledger(kr)
    if arguments.json:
        context.json(
            {
                "id": kr,
                "readings": [_reading(one) for one in readings],
                "ledger": [_entry(one) for one in ledger],
            }
        )
        return 0
    from syncer.report.terminal import history_table  # noqa: PLC0415 - JSON needs no tables

    console = context.console()
    console.print(history_table(readings, ledger, console.width))
    if remark:
        context.say(remark)
    return 0


def _reading(reading: Reading) -> dict[str, Any]:
    progress = reading.progress
    return {
        "at": instant(reading.at),
        "done": progress.done,
        "remaining": progress.remaining,
        "dropped": progress.dropped,
        "percent": progress.percent,
        "rebuilt": reading.rebuilt,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": instant(entry.at),
        "event": entry.event.value,
        "key": entry.key,
        "source": entry.source,
        "title": entry.title,
        "url": entry.url,
    }
