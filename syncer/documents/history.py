"""A key result's readings and scope ledger, as `history --json` and its siblings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.review.status import instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.records import Entry, Reading


def history_document(
    kr: str, readings: Iterable[Reading], ledger: Iterable[Entry]
) -> dict[str, Any]:
    """Give the document of `history` (the contract fixes names and shapes)."""
    return {
        "id": kr,
        "readings": [_reading(reading) for reading in readings],
        "ledger": [_entry(entry) for entry in ledger],
    }


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
