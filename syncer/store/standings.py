"""Where each KR stands, and how a decision changes that: one transaction for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from syncer.core.records import Fail, KrState, Refuse, Write
from syncer.store import cards as judged
from syncer.store.ledger import put_entries
from syncer.store.readings import put_reading, put_rebuilt, reading
from syncer.store.rows import KEYS_AT_ONCE, among, batches, upsert
from syncer.store.tables import looks, readings, standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.core.records import Decision, JudgedCard, Keep


def states_of(connection: Connection, krs: Iterable[str], *, cards: bool) -> dict[str, KrState]:
    """Give all that is known of each KR; without its cards where they aren't wanted."""
    wanted = tuple(krs)
    behind: Mapping[str, tuple[JudgedCard, ...]] = (
        judged.cards_of(connection, wanted) if cards else {}
    )
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
        standings.c.kr, standings.c.problem, standings.c.problem_since, readings
    ).outerjoin(readings, standings.c.reading == readings.c.id)
    return {
        kr: {
            "reading": None if now[0] is None else reading(now),
            "problem": problem,
            "problem_since": since,
        }
        for kr, problem, since, *now in among(connection, query, standings.c.kr, krs)
    }


def apply(connection: Connection, decisions: Iterable[Decision], at: datetime) -> None:
    """Carry out decisions about different KRs; `at` is when this run decided."""
    well: list[Write | Keep] = []
    for one in decisions:
        if isinstance(one, Refuse | Fail):
            _problem(connection, one.kr, one.problem, at)
        else:
            well.append(one)
    _write(connection, [one for one in well if isinstance(one, Write)])
    _clear(connection, [one.kr for one in well])
    rows = (
        {"kr": one.kr, "source": source, "at": when}
        for one in well
        for source, when in one.read_at.items()
    )
    upsert(connection, looks, rows, "at")


def _problem(connection: Connection, kr: str, problem: str, at: datetime) -> None:
    """Set the problem; a KR that had one keeps the moment since when it has."""
    since = connection.scalar(select(standings.c.problem_since).where(standings.c.kr == kr))
    row = {"kr": kr, "problem": problem, "problem_since": since or at}
    upsert(connection, standings, [row], "problem", "problem_since")


def _clear(connection: Connection, krs: Iterable[str]) -> None:
    """Clear these KRs' problems, if there are any."""
    ill = standings.c.problem.is_not(None)
    for some in batches(krs, KEYS_AT_ONCE):
        mine = and_(standings.c.kr.in_(some), ill)
        connection.execute(update(standings).where(mine).values(problem=None, problem_since=None))


def _write(connection: Connection, writes: Sequence[Write]) -> None:
    for one in writes:
        judged.remove(connection, one.kr, one.gone)
    judged.put(connection, ((one.kr, card) for one in writes for card in one.upserts))
    put_entries(connection, (entry for one in writes for entry in one.entries))
    put_rebuilt(connection, (past for one in writes for past in one.rebuilt))
    stand = [
        {"kr": one.kr, "reading": put_reading(connection, one.reading)}
        for one in writes
        if one.reading is not None
    ]
    upsert(connection, standings, stand, "reading")
