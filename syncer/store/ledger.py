"""The scope ledger: what happened to the cards of a KR, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from syncer.records import Entry, Event, State, ThreadName
from syncer.store.rows import among, grouped
from syncer.store.tables import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.rows import AnyRow


def entries_of(
    connection: Connection, krs: Iterable[str], since: datetime | None, until: datetime | None
) -> dict[str, tuple[Entry, ...]]:
    """Give each KR's entries after `since` and until `until`, oldest first."""
    wanted = tuple(krs)
    query = select(entries).order_by(entries.c.kr, entries.c.at, entries.c.id)
    if since is not None:
        query = query.where(entries.c.at > since)
    if until is not None:
        query = query.where(entries.c.at <= until)
    rows = among(connection, query, entries.c.kr, wanted)
    return grouped(wanted, ((row.kr, _entry(row)) for row in rows))


def event_counts(
    connection: Connection, since: Mapping[str, datetime], until: datetime | None
) -> dict[str, dict[Event, int]]:
    """Count each KR's entries after its own moment, by event; every event is there."""
    counts = {kr: dict.fromkeys(Event, 0) for kr in since}
    query = select(entries.c.kr, entries.c.event, func.count()).group_by(
        entries.c.kr, entries.c.event
    )
    if until is not None:
        query = query.where(entries.c.at <= until)
    for moment, krs in _by_moment(since).items():
        later = query.where(entries.c.at > moment)
        for kr, event, count in among(connection, later, entries.c.kr, krs):
            counts[kr][Event(event)] = count
    return counts


def _by_moment(since: Mapping[str, datetime]) -> dict[datetime, list[str]]:
    found: dict[datetime, list[str]] = {}
    for kr, moment in since.items():
        found.setdefault(moment, []).append(kr)
    return found


def _entry(row: AnyRow) -> Entry:
    return Entry(
        kr=row.kr,
        at=row.at,
        event=Event(row.event),
        source=row.source,
        id=row.card,
        key=row.key,
        title=row.title,
        url=row.url,
        was=None if row.was is None else State(row.was),
        thread=ThreadName(row.thread),
        rebuilt=row.rebuilt,
    )


def entry_row(one: Entry) -> dict[str, Any]:
    """Make the row of a record."""
    return {
        "kr": one.kr,
        "at": one.at,
        "event": one.event.value,
        "source": one.source,
        "card": one.id,
        "key": one.key,
        "title": one.title,
        "url": one.url,
        "was": one.was and one.was.value,
        "thread": one.thread.value,
        "rebuilt": one.rebuilt,
    }
