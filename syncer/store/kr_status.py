"""Where each KR stands, and how a decision changes that: one transaction for each."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from syncer.core.records import Fail, KrState, Refuse, Write
from syncer.store.card_names import name_of, names_of, with_new_names
from syncer.store.cards import (
    cards_of,
    has_cards,
    judged_cards,
    keep_past,
    past_cards_of,
    put_cards,
    remove_cards,
)
from syncer.store.errors import understood
from syncer.store.ledger import put_entries
from syncer.store.readings import COLUMNS, put_reading, put_rebuilt, reading_of
from syncer.store.reads import last_reads, note_good_reads, note_problems
from syncer.store.rows import KEYS_AT_ONCE, among, batches, columns_of, upsert
from syncer.store.session import Session
from syncer.store.source_problems import forget_source_problems, note_source_problems
from syncer.store.tables import kr_status, readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.core.records import Decision, JudgedCard, Keep
    from syncer.store.card_names import Name


_STATUS = ("kr", "problem", "problem_since", "counted_by", "sums")


class KrStatusMixin(Session):
    """The part of the store that knows where the KRs stand."""

    def apply(self, decisions: Iterable[Decision], at: datetime, source: str | None = None) -> None:
        """Carry out a run's decisions in one transaction; their KRs must have been defined.

        `at` is when the run decided. `Write` writes all it holds, moves `read_at` and
        clears the problem; `Keep` does only the last two; `Refuse` and `Fail` set the
        problem and no more. Where only one `source` was read, what is wrong with others
        of a KR's sources stands beside whatever came of it.
        """
        decisions = tuple(decisions)
        problems = {
            decision.kr: decision.problem
            for decision in decisions
            if isinstance(decision, Refuse | Fail)
        }
        good = [decision for decision in decisions if not isinstance(decision, Refuse | Fail)]
        with self._writing() as connection:
            standing = self._standing(connection, problems, [d.kr for d in good], source)
            well = [decision.kr for decision in good if decision.kr not in standing]
            self._set_problems(
                connection, {kr: standing.get(kr, text) for kr, text in problems.items()}, at
            )
            self._write(connection, [choice for choice in good if isinstance(choice, Write)], at)
            self._clear_problems(connection, well)
            read_at = {decision.kr: decision.read_at for decision in good}
            self._note_counted(connection, good)
            remarks = {decision.kr: decision.remarks for decision in good}
            with understood(self._database.name):
                note_good_reads(connection, self.workspace, read_at, remarks, at, standing=standing)
            beside = {kr: text for kr, text in standing.items() if kr not in problems}
            self._set_problems(connection, beside, at)

    def _standing(
        self,
        connection: Connection,
        problems: dict[str, str],
        good: list[str],
        source: str | None,
    ) -> dict[str, str]:
        """Give the KRs that have problems after this, where one source alone was read."""
        if source is None:
            forget_source_problems(connection, self.workspace, good)
            return {}
        return note_source_problems(connection, self.workspace, source, problems, good)

    def states(self, krs: Iterable[str]) -> dict[str, KrState]:
        """Give all that is known of each KR, its cards by source and id; empty for a new one."""
        krs = tuple(krs)
        with self._reading() as connection:
            cards = cards_of(connection, self.workspace, krs)
            states = self._summaries(connection, krs)
        return {kr: KrState(cards=cards[kr], **state) for kr, state in states.items()}

    def judged(
        self, changed: Mapping[str, Mapping[str, Iterable[str]]]
    ) -> dict[str, tuple[JudgedCard, ...]]:
        """Give these judged cards, named by KR, source and id, as far as they are there."""
        with self._reading() as connection:
            return judged_cards(connection, self.workspace, changed)

    def past_cards(self, krs: Iterable[str], since: datetime) -> dict[str, tuple[JudgedCard, ...]]:
        """Give each KR's cards as they were at a moment, where a run found them otherwise since."""
        with self._reading() as connection:
            return past_cards_of(connection, self.workspace, tuple(krs), since)

    def summaries(self, krs: Iterable[str]) -> dict[str, KrState]:
        """Give the same without the cards, at a fraction of the cost."""
        with self._reading() as connection:
            states = self._summaries(connection, tuple(krs))
        return {kr: KrState(**state) for kr, state in states.items()}

    def _summaries(self, connection: Connection, krs: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        read_at = last_reads(connection, self.workspace, krs)
        status = self._status(connection, krs)
        return {kr: {"read_at": read_at.get(kr, {}), **status.get(kr, {})} for kr in krs}

    def _status(self, connection: Connection, krs: tuple[str, ...]) -> dict[str, dict[str, Any]]:
        query = select(*columns_of(kr_status, *_STATUS), *COLUMNS)
        query = query.outerjoin(readings, kr_status.c.reading == readings.c.id)
        rows = among(connection, query.where(self._mine(kr_status)), kr_status.c.kr, krs)
        return {
            kr: {
                "reading": None if row[0] is None else reading_of(row),
                "problem": problem,
                "problem_since": since,
                "counted_by": json.loads(counted_by or "{}"),
                "sums": sums,
            }
            for kr, problem, since, counted_by, sums, *row in rows
        }

    def _set_problems(self, connection: Connection, problems: dict[str, str], at: datetime) -> None:
        """Set the problems; a KR that had one keeps the moment since when it has."""
        query = select(*columns_of(kr_status, "kr", "problem_since")).where(self._mine(kr_status))
        since = dict(map(tuple, among(connection, query, kr_status.c.kr, problems)))
        rows = (
            self._own({"kr": kr, "problem": problem, "problem_since": since.get(kr) or at})
            for kr, problem in problems.items()
        )
        upsert(connection, kr_status, rows, "problem", "problem_since")
        note_problems(connection, self.workspace, problems, at)

    def _clear_problems(self, connection: Connection, krs: Iterable[str]) -> None:
        """Clear these KRs' problems, if there are any."""
        ill = and_(self._mine(kr_status), kr_status.c.problem.is_not(None))
        well = update(kr_status).values(problem=None, problem_since=None)
        for batch in batches(krs, KEYS_AT_ONCE):
            connection.execute(well.where(ill, kr_status.c.kr.in_(batch)))

    def _note_counted(self, connection: Connection, decisions: Sequence[Write | Keep]) -> None:
        """Note by which links and rules these were counted, and their exact counts."""
        rows = (
            self._own({"kr": decision.kr, "counted_by": json.dumps(dict(decision.counted_by))})
            for decision in decisions
            if decision.counted_by is not None
        )
        upsert(connection, kr_status, rows, "counted_by")
        rows = (
            self._own({"kr": decision.kr, "sums": decision.sums})
            for decision in decisions
            if decision.sums is not None
        )
        upsert(connection, kr_status, rows, "sums")

    def _write(self, connection: Connection, writes: Sequence[Write], at: datetime) -> None:
        workspace = self.workspace
        known: dict[Name, int] = {}
        for write in writes:
            if has_cards(connection, workspace, write.kr):
                changed = [(card.source, card.id) for card in write.upserts] + [*write.gone]
                known |= names_of(connection, workspace, write.kr, changed)
                keep_past(connection, workspace, write.kr, changed, at)
                remove_cards(connection, workspace, write.kr, write.gone)
        upserts = [(write.kr, card) for write in writes for card in _by_key(write.upserts)]
        entries = [entry for write in writes for entry in write.entries]
        called = chain((name_of(card) for _, card in upserts), map(name_of, entries))
        names = with_new_names(connection, workspace, known, called)
        put_cards(connection, workspace, upserts, names)
        put_entries(connection, workspace, entries, names)
        put_rebuilt(connection, workspace, (past for w in writes for past in w.rebuilt))
        status = [
            self._own({"kr": w.kr, "reading": put_reading(connection, workspace, w.reading)})
            for w in writes
            if w.reading is not None
        ]
        upsert(connection, kr_status, status, "reading")


def _by_key(cards: Iterable[JudgedCard]) -> list[JudgedCard]:
    """Put cards into the order in which they lie: pages that are filled one by one get full."""
    return sorted(cards, key=lambda card: (card.source, card.id))
