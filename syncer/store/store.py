"""The OKR store as the worker sees it: records go in, records come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.store import checkins, definitions, known, ledger, readings, runs, schema, standings
from syncer.store.database import connect
from syncer.store.reports import ReportStore

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from config.okrs import Okrs
    from connectors.base import Card, Known, Pull
    from syncer.core.records import (
        Change,
        CheckIn,
        Decision,
        Entry,
        Event,
        KrState,
        LatestCheckIn,
        Reading,
        Run,
    )


def open_store(url: str, *, create: bool = True) -> Store:
    """Open the store at a `sqlite:///` or `postgresql://` URL, brought to our version.

    With `create=False`, for readers, a SQLite file that isn't there is an empty
    store, and nothing is made on the disk. Raises `StoreError` where there is no
    store to be had, `ConfigurationError` where the URL is none.
    """
    database = connect(url, create=create)
    try:
        if database.transient:
            schema.make_in_memory(database)
        else:
            schema.prepare(database)
    except BaseException:
        database.close()
        raise
    return Store(database)


class Store(ReportStore):
    """The OKR store, open; every method raises `StoreError` where the database fails.

    Periods are after `since` and until `until`, so that periods that follow each
    other hold everything once; None leaves a side open. All moments have a zone.
    """

    # --- what the teams aim for

    def define(self, okrs: Okrs, at: datetime) -> None:
        """Record the file's objectives and KRs, and a `Change` for whatever changed of a known one.

        Numbers are written as people do ("90", "0.5"), links and counting rules
        as JSON without their defaults, nothing as "". A KR's `current` is not a
        change but a value told (`told_values`). Writes nothing when nothing changed.
        """
        with self._writing() as connection:
            definitions.define(connection, okrs, at)

    def changes(
        self, subject: str | None = None, since: datetime | None = None
    ) -> tuple[Change, ...]:
        """Give the changed definitions of a KR or objective, or of all, oldest first."""
        with self._reading() as connection:
            return definitions.changes_of(connection, subject, since)

    def told_values(self, krs: Iterable[str]) -> dict[str, tuple[tuple[datetime, float], ...]]:
        """Give each KR's `current` as the file told it, when it was first seen, oldest first."""
        with self._reading() as connection:
            return definitions.told_values_of(connection, tuple(krs))

    # --- where the KRs stand

    def apply(self, decisions: Iterable[Decision], at: datetime) -> None:
        """Carry out a run's decisions in one transaction; their KRs must have been defined.

        `Write` writes all it holds, moves `read_at` and clears the problem; `Keep`
        does only the last two; `Refuse` and `Fail` set the problem and no more.
        """
        with self._writing() as connection:
            standings.apply(connection, decisions, at)

    def states(self, krs: Iterable[str]) -> dict[str, KrState]:
        """Give all that is known of each KR, its cards by source and id; empty for a new one."""
        with self._reading() as connection:
            return standings.states_of(connection, krs, cards=True)

    def summaries(self, krs: Iterable[str]) -> dict[str, KrState]:
        """Give the same without the cards, at a fraction of the cost."""
        with self._reading() as connection:
            return standings.states_of(connection, krs, cards=False)

    # --- what happened

    def readings(
        self, kr: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Reading, ...]:
        """Give a KR's readings, rebuilt ones too, oldest first."""
        return self.readings_of((kr,), since, until)[kr]

    def readings_of(
        self, krs: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> dict[str, tuple[Reading, ...]]:
        """Give the readings of many KRs."""
        with self._reading() as connection:
            return readings.readings_of(connection, krs, since, until)

    def first_reading(self, kr: str) -> Reading | None:
        """Give a KR's first reading that was seen and not rebuilt, None where it was never read."""
        return self.first_readings((kr,)).get(kr)

    def first_readings(self, krs: Iterable[str]) -> dict[str, Reading]:
        """Give the first readings of many KRs; one that was never read is absent."""
        with self._reading() as connection:
            return readings.first_readings(connection, krs)

    def ledger(
        self, kr: str, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Entry, ...]:
        """Give a KR's scope ledger, rebuilt entries too, oldest first."""
        return self.ledger_of((kr,), since, until)[kr]

    def ledger_of(
        self, krs: Iterable[str], since: datetime | None = None, until: datetime | None = None
    ) -> dict[str, tuple[Entry, ...]]:
        """Give the ledgers of many KRs."""
        with self._reading() as connection:
            return ledger.entries_of(connection, krs, since, until)

    def event_counts(
        self, kr: str, since: datetime, until: datetime | None = None
    ) -> dict[Event, int]:
        """Count a KR's ledger entries by event; every event is there."""
        return self.event_counts_of({kr: since}, until)[kr]

    def event_counts_of(
        self, since: Mapping[str, datetime], until: datetime | None = None
    ) -> dict[str, dict[Event, int]]:
        """Count for many KRs, each from a moment of its own."""
        with self._reading() as connection:
            return ledger.event_counts(connection, since, until)

    # --- what the teams said

    def add_checkin(self, checkin: CheckIn) -> None:
        """Add a team's check-in; what was said before stays."""
        with self._writing() as connection:
            checkins.add_checkin(connection, checkin)

    def add_checkins(self, told: Iterable[CheckIn]) -> int:
        """Add those that aren't there yet, all or none, and tell how many that were.

        Raises `ValueError` with those that say something else than what the store
        has of the same subject and moment: what was said stays.
        """
        with self._writing() as connection:
            return checkins.add_new(connection, tuple(told))

    def checkins(
        self,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[CheckIn, ...]:
        """Give the check-ins on a KR or objective, or on all, oldest first."""
        with self._reading() as connection:
            return checkins.checkins_of(connection, subject, since, until)

    def latest_checkins(
        self, subjects: Iterable[str], until: datetime | None = None
    ) -> dict[str, LatestCheckIn]:
        """Give what was last said of each thing; an empty one for a subject never spoken of."""
        with self._reading() as connection:
            return checkins.latest_checkins(connection, subjects, until)

    # --- the worker's own memory

    def begin_run(self, at: datetime, command: str) -> int:
        """Note that a run began, and give its number."""
        with self._writing() as connection:
            return runs.begin_run(connection, at, command)

    def end_run(
        self, run: int, at: datetime, exit_code: int, stats: Mapping[str, float | str]
    ) -> None:
        """Note how a run ended, and its figures."""
        with self._writing() as connection:
            runs.end_run(connection, run, at, exit_code, stats)

    def last_run(self, command: str | None = None) -> Run | None:
        """Give the run that began last, of this command or of any; None where there was none."""
        with self._reading() as connection:
            return runs.last_run(connection, command)

    def remember(self, source: str, key: str, value: str, at: datetime) -> None:
        """Keep a JSON text about a source under a key, in place of what was there."""
        with self._writing() as connection:
            runs.remember(connection, source, key, value, at)

    def recall(self, source: str) -> dict[str, tuple[str, datetime]]:
        """Give all that is kept about a source, by key: the JSON text, and when it was learned."""
        with self._reading() as connection:
            return runs.recall(connection, source)

    def known(self, source: str) -> Known:
        """Give what earlier pulls brought from a source."""
        with self._reading() as connection:
            return known.known_of(connection, source)

    def keep_fetched(
        self, source: str, fetched: Iterable[Card], notes: Mapping[str, str], since: datetime
    ) -> None:
        """Keep cards of a pull under way, which a later one may build on if this breaks off.

        `since` is when the pull began; it counts where nothing is known yet.
        """
        with self._writing() as connection:
            known.keep_fetched(connection, source, fetched, notes, since)

    def keep_pull(self, pull: Pull, there: Collection[str] | None = None) -> None:
        """Keep what a whole pull brought, and no more than that.

        `there` are the ids of all that is kept, as it came; None where that isn't known.
        """
        with self._writing() as connection:
            known.keep_pull(connection, pull, there)
