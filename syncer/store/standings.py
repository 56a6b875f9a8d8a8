"""Where each KR stands, and how a decision changes that: one transaction for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from syncer.records import Fail, KrState, Refuse, Write
from syncer.store import cards as judged
from syncer.store.ledger import entry_row
from syncer.store.readings import reading, reading_row
from syncer.store.rows import add, add_one, among, upsert
from syncer.store.tables import entries, looks, readings, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.records import Decision, Judged, Reading


def states_of(connection: Connection, krs: Iterable[str], *, cards: bool) -> dict[str, KrState]:
    """Give all that is known of each KR; without its cards where they aren't wanted."""
    wanted = tuple(krs)
    behind: Mapping[str, tuple[Judged, ...]] = judged.cards_of(connection, wanted) if cards else {}
    looked = _looks(connection, wanted)
    stands = _standings(connection, wanted)
    return {
        kr: KrState(cards=behind.get(kr, ()), read_at=looked.get(kr, {}), **stands.get(kr, {}))
        for kr in wanted
    }


def _looks(connection: Connection, krs: Iterable[str]) -> dict[str, dict[str, datetime]]:
    found: dict[str, dict[str, datetime]] = {}
    query = select(looks.c.kr, looks.c.source, looks.c.at).order_by(looks.c.kr, looks.c.source)
    for kr, source, at in among(connection, query, looks.c.kr, krs):
        found.setdefault(kr, {})[source] = at
    return found


def _standings(connection: Connection, krs: Iterable[str]) -> dict[str, dict[str, Any]]:
    query = select(
        standings.c.kr.label("of"), standings.c.problem, standings.c.problem_since, readings
    ).outerjoin(readings, standings.c.reading == readings.c.id)
    return {
        row.of: {
            "reading": None if row.id is None else reading(row),
            "problem": row.problem,
            "problem_since": row.problem_since,
        }
        for row in among(connection, query, standings.c.kr, krs)
    }


def apply(connection: Connection, decision: Decision, at: datetime) -> None:
    """Carry out one decision about one KR; `at` is when this run decided."""
    if isinstance(decision, Refuse | Fail):
        _problem(connection, decision.kr, decision.problem, at)
        return
    if isinstance(decision, Write):
        _write(connection, decision)
    _well(connection, decision.kr)
    rows = [{"kr": decision.kr, "source": s, "at": when} for s, when in decision.read_at.items()]
    upsert(connection, looks, rows, "at")


def _problem(connection: Connection, kr: str, problem: str, at: datetime) -> None:
    """Set the problem; a KR that had one keeps the moment since when it has."""
    since = connection.scalar(select(standings.c.problem_since).where(standings.c.kr == kr))
    row = {"kr": kr, "problem": problem, "problem_since": since or at}
    upsert(connection, standings, [row], "problem", "problem_since")


def _well(connection: Connection, kr: str) -> None:
    """Clear the problem, if there is one."""
    ill = and_(standings.c.kr == kr, standings.c.problem.is_not(None))
    connection.execute(update(standings).where(ill).values(problem=None, problem_since=None))


def _write(connection: Connection, decision: Write) -> None:
    judged.remove(connection, decision.kr, decision.gone)
    judged.put(connection, decision.kr, decision.upserts)
    add(connection, entries, map(entry_row, decision.entries))
    add(connection, readings, map(reading_row, decision.rebuilt))
    if decision.reading is not None:
        _stand(connection, decision.reading)


def _stand(connection: Connection, now: Reading) -> None:
    key = add_one(connection, readings, reading_row(now))
    upsert(connection, standings, [{"kr": now.kr, "reading": key}], "reading")
