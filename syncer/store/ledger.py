"""The scope ledger: what happened to the cards of a KR, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from syncer.core.records import Entry, Event, State, ThreadName
from syncer.store.card_names import NAME_COLUMNS, name_of
from syncer.store.rows import among, columns_of, grouped, put_many
from syncer.store.session import Session
from syncer.store.tables import card_names, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.card_names import Name
    from syncer.store.rows import AnyRow


_CARD = ("kr", "at", "event", "source", "card")
_STATES = ("was", "state", "thread", "rebuilt")
_LEDGER = select(
    *columns_of(entries, *_CARD), *NAME_COLUMNS, *columns_of(entries, *_STATES)
).join_from(entries, card_names)


class LedgerMixin(Session):
    """The part of the store that holds the scope ledgers."""

    def ledger(
        self, kr: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Entry, ...]:
        """Give a KR's scope ledger, rebuilt entries too, oldest first."""
        return self.ledger_of((kr,), since, until)[kr]

    def ledger_of(
        self, krs: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> dict[str, tuple[Entry, ...]]:
        """Give the ledgers of many KRs."""
        krs = tuple(krs)
        query = _LEDGER.where(self._mine(entries))
        query = query.order_by(entries.c.kr, entries.c.at, entries.c.id)
        if since is not None:
            query = query.where(entries.c.at > since)
        if until is not None:
            query = query.where(entries.c.at <= until)
        with self._reading() as connection:
            return grouped(krs, _entries(among(connection, query, entries.c.kr, krs)))


def _entries(rows: Iterable[AnyRow]) -> Iterator[tuple[str, Entry]]:
    """Make records; a report reads a hundred thousand of them."""
    events = {event.value: event for event in Event}
    states: dict[str | None, State | None] = {None: None, **{state.value: state for state in State}}
    threads = {thread.value: thread for thread in ThreadName}
    for kr, at, event, source, card, key, title, url, was, state, thread, rebuilt in rows:
        thread_name, before, after = threads[thread], states[was], states[state]
        yield (
            kr,
            Entry(
                kr,
                at,
                events[event],
                source,
                card,
                key,
                title,
                url,
                before,
                thread_name,
                rebuilt,
                after,
            ),
        )


def put_entries(
    connection: Connection, workspace: str, new: Iterable[Entry], names: Mapping[Name, int]
) -> None:
    """Add entries, in their order; `names` have their numbers."""
    rows = ((workspace, *_row(entry, names[name_of(entry)])) for entry in new)
    put_many(connection, entries, ("workspace", *_CARD, "card_name", *_STATES), rows)


def _row(entry: Entry, name: int) -> tuple[Any, ...]:
    """The values of the columns, with the number of the name."""
    return (
        entry.kr,
        entry.at,
        entry.event.value,
        entry.source,
        entry.id,
        name,
        entry.was and entry.was.value,
        entry.state and entry.state.value,
        entry.thread.value,
        entry.rebuilt,
    )
