"""The scope ledger: what happened to the cards of a KR, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from syncer.core.records import Entry, Event, State, ThreadName
from syncer.store.rows import among, columns_of, grouped, put_many
from syncer.store.tables import entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.rows import AnyRow


_COLUMNS = (
    "kr", "at", "event", "source", "card", "key", "title", "url", "was", "thread", "rebuilt",
)  # fmt: skip


def entries_of(
    connection: Connection, krs: Iterable[str], since: datetime | None, until: datetime | None
) -> dict[str, tuple[Entry, ...]]:
    """Give each KR's entries after `since` and until `until`, oldest first."""
    wanted = tuple(krs)
    query = select(*columns_of(entries, *_COLUMNS))
    query = query.order_by(entries.c.kr, entries.c.at, entries.c.id)
    if since is not None:
        query = query.where(entries.c.at > since)
    if until is not None:
        query = query.where(entries.c.at <= until)
    return grouped(wanted, _entries(among(connection, query, entries.c.kr, wanted)))


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


def _entries(rows: Iterable[AnyRow]) -> Iterator[tuple[str, Entry]]:
    """Make records; a report reads a hundred thousand of them."""
    events = {one.value: one for one in Event}
    states: dict[str | None, State | None] = {one.value: one for one in State} | {None: None}
    threads = {one.value: one for one in ThreadName}
    for kr, at, event, source, card, key, title, url, was, thread, rebuilt in rows:
        yield (
            kr,
            Entry(
                kr=kr,
                at=at,
                event=events[event],
                source=source,
                id=card,
                key=key,
                title=title,
                url=url,
                was=states[was],
                thread=threads[thread],
                rebuilt=rebuilt,
            ),
        )


def put_entries(connection: Connection, new: Iterable[Entry]) -> None:
    """Add entries, in their order."""
    put_many(connection, entries, _COLUMNS, map(_row, new))


def _row(one: Entry) -> tuple[Any, ...]:
    """The values of `_COLUMNS`."""
    return (
        one.kr,
        one.at,
        one.event.value,
        one.source,
        one.id,
        one.key,
        one.title,
        one.url,
        one.was and one.was.value,
        one.thread.value,
        one.rebuilt,
    )
