"""The judged cards behind each KR's number, as last seen."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, select

from syncer.core.records import JudgedCard, State, ThreadName
from syncer.store.rows import among, batches, columns_of, grouped, put_many
from syncer.store.tables import cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.engine import Connection

    from syncer.store.rows import AnyRow

_KEY = ("kr", "source", "id")
_REST = ("key", "title", "url", "state", "rule", "via", "thread", "points", "created", "finished")
_GONE_AT_ONCE = 2000

# Many cards were reached in the same ways.
_json = lru_cache(maxsize=4096)(json.JSONEncoder(ensure_ascii=False).encode)


def cards_of(connection: Connection, krs: Iterable[str]) -> dict[str, tuple[JudgedCard, ...]]:
    """Give each KR's judged cards, by source and id."""
    wanted = tuple(krs)
    query = select(*columns_of(cards, *_KEY, *_REST)).order_by(*columns_of(cards, *_KEY))
    return grouped(wanted, _judged(among(connection, query, cards.c.kr, wanted)))


def _judged(rows: Iterable[AnyRow]) -> Iterator[tuple[str, JudgedCard]]:
    """Make records; what a hundred thousand of them repeat is one object for all."""
    same: dict[str, str] = {}
    ways: dict[str, tuple[str, ...]] = {}
    for kr, source, id_, key, title, url, state, rule, via, thread, *dated in rows:
        if via not in ways:
            ways[via] = tuple(json.loads(via))
        points, created, finished = dated
        yield (
            kr,
            JudgedCard(
                source=same.setdefault(source, source),
                id=id_,
                key=key,
                title=title,
                url=url,
                state=State(state),
                rule=same.setdefault(rule, rule),
                via=ways[via],
                thread=ThreadName(thread),
                points=points,
                created=created,
                finished=finished,
            ),
        )


def put(connection: Connection, upserts: Iterable[tuple[str, JudgedCard]]) -> None:
    """Insert these cards of KRs, or replace what was known of them."""
    put_many(connection, cards, _KEY + _REST, (_row(kr, one) for kr, one in upserts), _REST)


def remove(connection: Connection, kr: str, gone: Iterable[tuple[str, str]]) -> None:
    """Delete the cards with these (source, id)."""
    statement = delete(cards).where(
        cards.c.kr == kr, cards.c.source == bindparam("s"), cards.c.id == bindparam("i")
    )
    for some in batches(gone, _GONE_AT_ONCE):
        connection.execute(statement, [{"s": source, "i": id_} for source, id_ in some])


def _row(kr: str, one: JudgedCard) -> tuple[Any, ...]:
    """The values of `_KEY` and `_REST`."""
    return (
        kr,
        one.source,
        one.id,
        one.key,
        one.title,
        one.url,
        one.state.value,
        one.rule,
        _json(one.via),
        one.thread.value,
        one.points,
        one.created,
        one.finished,
    )
