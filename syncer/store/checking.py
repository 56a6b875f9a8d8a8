"""Verifies what can be verified of a store: its file, its sums and its seals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, inspect, select, text, union

from connectors.errors import StoreError
from syncer.core.records import State
from syncer.store.damage import damaged_tables
from syncer.store.known_tables import known_cards
from syncer.store.outbox import status_of
from syncer.store.rows import columns_of
from syncer.store.store import Store
from syncer.store.tables import (
    cards,
    entries,
    key_results,
    kr_stores,
    metadata,
    reports,
    source_notes,
    source_reads,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

    from syncer.core.outbox import TargetStatus

_EVER = datetime.min.replace(tzinfo=UTC)
_ALL = 1_000_000
_COUNTED = (State.DONE.value, State.REMAINING.value, State.DROPPED.value)


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What was looked at, by its name, and what is wrong, in sentences."""

    checked: Mapping[str, int]
    problems: tuple[str, ...]


class Checking(Store):
    """A store that looks at itself, every workspace of it."""

    def verified(self) -> StoreCheck:
        """Look at everything; what stops the looking is a problem too."""
        checked: Counter[str] = Counter(workspaces=0, key_results=0, reports=0)
        problems: list[str] = []
        with self.snapshot() as seen:
            try:
                problems += seen.file_problems()
                for workspace in seen.workspaces():
                    checked["workspaces"] += 1
                    problems += seen.of_workspace(workspace).problems(checked)
            except StoreError as error:
                problems.append(str(error).removeprefix(f"{self._database.name}: "))
        return StoreCheck(checked, tuple(problems))

    def file_problems(self) -> list[str]:
        """Say what SQLite finds wrong in its file, or what tables a server lacks."""
        with self._reading() as connection:
            if self._database.server:
                there = set(inspect(connection).get_table_names())
                return [f"a table is gone: {name}" for name in _names() if name not in there]
            lines = connection.execute(text("PRAGMA integrity_check(20)")).scalars().all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
            odd = damaged_tables(connection)
        faults = [f"the file is damaged: {line}" for line in lines if line != "ok"]
        faults += [f"{row[0]}: a row points to what isn't there" for row in broken[:20]]
        return faults + [f"{name}: a row holds what okr-sync never writes" for name in odd]

    def workspaces(self) -> list[str]:
        """Name every workspace that has anything."""
        tables = [table for table in metadata.tables.values() if "workspace" in table.c]
        names = union(*(select(table.c.workspace) for table in tables))
        with self._reading() as connection:
            return sorted(connection.scalars(names))

    def of_workspace(self, workspace: str) -> Checking:
        """Give the same snapshot of another workspace."""
        return Checking(self._database, workspace, self._seen)

    def problems(self, checked: Counter[str]) -> Iterator[str]:
        """Read all of this workspace, and compare what should be the same."""
        name = f"{self.workspace}: " if self.workspace else ""
        with self._reading() as connection:
            krs = list(connection.scalars(select(key_results.c.id).where(self._mine(key_results))))
            ledger = self._ledger_sums(connection)
            behind = self._tally(connection, cards, cards.c.state)
        checked["key_results"] += len(krs)
        for kr, state in self.summaries(krs).items():
            progress = state.reading.progress if state.reading else None
            counts = (progress.done, progress.remaining, progress.dropped) if progress else (0,) * 3
            # Until all of a KR's sources are read once, it has cards and no reading.
            compared = (("the ledger", ledger), ("the cards", behind if progress else Counter()))
            for what_counts, sums in compared:
                added_up = tuple(sums[kr, counted] for counted in _COUNTED)
                if added_up != counts:
                    yield f"{name}{kr}: the reading has {counts}, {what_counts} {added_up}"
        self._read_all(krs)
        yield from self._seal_problems(name, checked)

    def _read_all(self, krs: list[str]) -> None:
        """Make every row a record, as those do who need it: `StoreError` for one that is none."""
        for kr in krs:  # one after the other: all at once may be more than there is memory for
            self.states([kr]), self.readings(kr), self.ledger(kr)
            self.past_cards([kr], _EVER), self.read_spans([kr])
        self.checkins(undone=True), self.changes(), self.reported_values(krs), self.defined()
        self.defined_objectives(), self.outbox_writes(), self.target_statuses(), self._target_past()
        self.last_runs(_ALL), self.deliveries()
        for source in self._sources():
            self.known(source).cards.values(), self.source_reads([source])

    def _target_past(self) -> list[TargetStatus]:
        query = select(kr_stores).where(self._mine(kr_stores))
        with self._reading() as connection:
            return [status_of(row) for row in connection.execute(query)]

    def _sources(self) -> list[str]:
        names = union(
            *(
                select(table.c.source).where(self._mine(table))
                for table in (known_cards, source_notes, source_reads)
            )
        )
        with self._reading() as connection:
            return sorted(connection.scalars(names))

    def _ledger_sums(self, connection: Connection) -> Counter[tuple[str, str]]:
        sums = self._tally(connection, entries, entries.c.state)
        sums.subtract(self._tally(connection, entries, entries.c.was))
        return sums

    def _tally(
        self, connection: Connection, table: Table, state: ColumnElement[str]
    ) -> Counter[tuple[str, str]]:
        query = select(table.c.kr, state, func.count()).where(self._mine(table))
        rows = connection.execute(query.group_by(table.c.kr, state))
        return Counter({(kr, name): number for kr, name, number in rows})

    def _seal_problems(self, name: str, checked: Counter[str]) -> Iterator[str]:
        query = select(*columns_of(reports, "calendar", "day")).where(self._mine(reports))
        with self._reading() as connection:
            days = connection.execute(query).all()
        for calendar, day in days:
            checked["reports"] += 1
            try:
                self.report_of(calendar, day), self.sealed_report(calendar, day)
            except StoreError as error:
                yield name + str(error).removeprefix(f"{self._database.name}: ")


def _names() -> list[str]:
    return list(metadata.tables)


def check_store(store: Store) -> StoreCheck:
    """Verify an open store."""
    return Checking(store._database, store.workspace).verified()  # noqa: SLF001 - the same class
