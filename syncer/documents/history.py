"""A key result's readings and scope ledger, as `history --json` and its siblings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.publish.known_krs import known_kr
from syncer.review.status import instant, reading_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.okrs import Okrs
    from syncer.core.records import Entry, Reading
    from syncer.store.store import Store


def history_document(
    kr: str, readings: Iterable[Reading], ledger: Iterable[Entry]
) -> dict[str, Any]:
    """Give the document of `history` (names and shapes are a promise)."""
    return {
        "id": kr,
        "readings": [reading_json(reading) for reading in readings],
        "ledger": [_entry(entry) for entry in ledger],
    }


def past_of(
    store: Store, okrs: Okrs, name: str
) -> tuple[str, str | None, tuple[Reading, ...], tuple[Entry, ...]]:
    """Give a KR's id as it is spelled, what is to be said of it, its readings and its ledger.

    Raises `ConfigurationError` where neither the file nor the store knows it.
    """
    kr, remark = known_kr(store, okrs, name)
    return kr, remark, tuple(store.readings(kr)), tuple(store.ledger(kr))


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "at": instant(entry.at),
        "event": entry.event.value,
        "key": entry.key,
        "source": entry.source,
        "title": entry.title,
        "url": entry.url,
    }
