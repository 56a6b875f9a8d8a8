"""Drops what no report needs any more: how things were between two moments that are long past."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, text

from syncer.core.outbox import WriteState
from syncer.store.checking import Checking
from syncer.store.fleet_tables import sites
from syncer.store.known_tables import card_shapes, known_cards
from syncer.store.rows import batches
from syncer.store.tables import (
    key_results,
    metadata,
    outbox,
    past_cards,
    reports,
    source_notes,
    source_reads,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from syncer.store.store import Store

LAST_WRITES = 3
"""Writes of a number to an OKR tool that are kept: what it shows may be the one before last."""

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Pruned:
    """What there was and what could go, or went, in rows by table; and bytes before and after."""

    rows: Mapping[str, int]
    dropped: Mapping[str, int]
    size: int
    size_after: int


class Pruning(Checking):
    """A store that knows what it can do without; all workspaces of it."""

    def pruned(
        self, horizon: datetime, meetings: Mapping[str, Sequence[datetime]], *, dry: bool
    ) -> Pruned:
        """Drop what is older than the horizon and needed by no report; with `dry` only count it.

        What stays: everything since the horizon; the state at the horizon, at each
        meeting and when each report was made; every report, reading (they draw its charts),
        ledger entry, check-in and change. `meetings` are more of them, by workspace.
        """
        size = self._size()
        with self._writing() as connection:
            rows = {
                table.name: int(connection.scalar(select(func.count()).select_from(table)) or 0)
                for table in metadata.sorted_tables
            }
            dropped: Counter[str] = Counter()
            for workspace in self.workspaces():
                of_workspace = Pruning(self._database, workspace, connection, writes=True)
                kept = meetings.get(workspace, ())
                dropped += of_workspace.drop(connection, horizon, kept, dry=dry)
            idle = sites.c.at < horizon
            dropped["sites"] += self._remove(connection, sites, idle, dry=dry)
        if not dry:
            self._give_back()
        return Pruned(rows, +dropped, size, self._size())

    def drop(
        self,
        connection: Connection,
        horizon: datetime,
        meetings: Sequence[datetime],
        *,
        dry: bool,
    ) -> Counter[str]:
        """Drop what this workspace can do without."""
        moments = self._moments(connection, horizon, meetings)
        gone: Counter[str] = Counter()
        for table, ids in (
            (past_cards, self._past_cards(connection, horizon, moments)),
            (outbox, self._old_writes(connection, horizon)),
        ):
            numbers = list(ids)
            gone[table.name] += len(numbers)
            for batch in batches(() if dry else numbers, _AT_ONCE):
                connection.execute(delete(table).where(table.c.id.in_(batch)))
        gone += self._drop_source_reads(connection, moments, dry=dry)
        return gone + self._drop_unlinked(connection, dry=dry)

    def _moments(
        self, connection: Connection, horizon: datetime, meetings: Sequence[datetime]
    ) -> list[datetime]:
        """Give the moments at which all must be as it was, up to the horizon, in order."""
        query = select(reports.c.meeting, reports.c.made_at).where(self._mine(reports))
        kept = {at for row in connection.execute(query) for at in row if at is not None}
        kept |= set(meetings)
        kept |= {at.replace(microsecond=999_999) for at in kept}  # a moment is all of its second
        return sorted({at for at in kept if at <= horizon} | {horizon})

    def _past_cards(
        self, connection: Connection, horizon: datetime, moments: Sequence[datetime]
    ) -> Iterator[int]:
        """Those that say how a card was at none of the moments."""
        keys = (past_cards.c.kr, past_cards.c.source, past_cards.c.card)
        query = select(*keys, past_cards.c.id, past_cards.c.until).where(self._mine(past_cards))
        rows = connection.execute(query.order_by(*keys, past_cards.c.until, past_cards.c.id))
        for _, group in groupby(rows, key=lambda row: tuple(row[:3])):
            before = None
            for row in group:
                first = moments[0] if before is None else before
                needed = _is_between(moments, first, row.until)
                if row.until <= horizon and not needed:
                    yield row.id
                before = row.until

    def _old_writes(self, connection: Connection, horizon: datetime) -> Iterator[int]:
        """Writes to OKR tools that arrived long ago, but for each number's last ones."""
        keys = (outbox.c.kr, outbox.c.store, outbox.c.tool_id)
        query = select(*keys, outbox.c.id, outbox.c.tried_at).where(
            self._mine(outbox), outbox.c.state == WriteState.WRITTEN.value
        )
        rows = connection.execute(query.order_by(*keys, outbox.c.id.desc()))
        for _, group in groupby(rows, key=lambda row: tuple(row[:3])):
            for row in list(group)[LAST_WRITES:]:
                if row.tried_at is not None and row.tried_at < horizon:
                    yield row.id

    def _drop_source_reads(
        self, connection: Connection, moments: Sequence[datetime], *, dry: bool
    ) -> Counter[str]:
        """Drop the days' reads that are the last before none of the moments."""
        days = [at.astimezone(UTC).date().isoformat() for at in moments]
        query = select(source_reads.c.source, source_reads.c.day).where(self._mine(source_reads))
        known: dict[str, list[str]] = {}
        for source, day in connection.execute(query.order_by(source_reads.c.day)):
            known.setdefault(source, []).append(day)
        gone: Counter[str] = Counter()
        for source, mine in known.items():
            kept = {day for until in days for day in [d for d in mine if d <= until][-2:]}
            old = [day for day in mine if day < days[-1] and day not in kept]
            for batch in batches(old, _AT_ONCE):
                which = self._is(source_reads, source=source) & source_reads.c.day.in_(batch)
                gone["source_reads"] += self._remove(connection, source_reads, which, dry=dry)
        return gone

    def _drop_unlinked(self, connection: Connection, *, dry: bool) -> Counter[str]:
        """Drop the fetched cards of sources that no key result is linked to any more."""
        query = select(key_results.c.links).where(
            self._mine(key_results), key_results.c.taken_out_at.is_(None)
        )
        linked = {
            link["source"] for links in connection.scalars(query) for link in json.loads(links)
        }
        stored = select(known_cards.c.source).where(self._mine(known_cards)).distinct()
        gone: Counter[str] = Counter()
        for source in set(connection.scalars(stored)) - linked:
            for table in (known_cards, card_shapes, source_notes):
                which = self._is(table, source=source)
                gone[table.name] += self._remove(connection, table, which, dry=dry)
        return gone

    def _remove(self, connection: Connection, table: Table, which: Any, *, dry: bool) -> int:
        """Remove rows, and give how many; with `dry` only that."""
        number = connection.scalar(select(func.count()).select_from(table).where(which)) or 0
        if not dry:
            connection.execute(delete(table).where(which))
        return int(number)

    def _size(self) -> int:
        """Give the bytes that all of the store takes."""
        database = self._database
        if database.file is not None:
            return database.file.stat().st_size
        query = text("SELECT pg_total_relation_size(to_regclass(:name))")
        with self._reading() as connection:
            sizes = (connection.scalar(query, {"name": name}) for name in metadata.tables)
            return sum(size or 0 for size in sizes)

    def _give_back(self) -> None:
        """Give a file's free pages back; a server does so by itself, for its own next rows."""
        if self._database.file is not None:
            with self._database.connected() as connection:
                driver: Any = connection.connection.driver_connection
                driver.execute("VACUUM").close()
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _is_between(moments: Sequence[datetime], first: datetime, end: datetime) -> bool:
    """Tell whether one of these moments is in a span, its end not counted."""
    index = bisect_left(moments, first)
    return index < len(moments) and moments[index] < end


def prune_store(
    store: Store, horizon: datetime, meetings: Mapping[str, Sequence[datetime]], *, dry: bool
) -> Pruned:
    """Prune an open store, which the caller has locked unless it is `dry`."""
    return Pruning(store._database, store.workspace).pruned(  # noqa: SLF001 - the same class
        horizon, meetings, dry=dry
    )


def figures(pruned: Pruned) -> Iterable[tuple[str, int, int]]:
    """Give each table that has anything: its name, its rows, and those that can go."""
    for name, number in pruned.rows.items():
        if number:
            yield name, number, pruned.dropped.get(name, 0)
