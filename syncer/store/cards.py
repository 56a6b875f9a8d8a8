"""The judged cards behind each KR's number, as last seen."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, select, tuple_

from syncer.core.records import JudgedCard, State, ThreadName
from syncer.store.card_names import NAME_COLUMNS, name_of
from syncer.store.rows import among, batches, columns_of, grouped, put_many
from syncer.store.tables import card_names, cards, past_cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from syncer.store.card_names import Name
    from syncer.store.rows import AnyRow

_KEY = ("kr", "source", "id")
_JUDGED = ("state", "rule", "via", "thread", "points", "created", "finished")
_REST = ("card_name", *_JUDGED)
_GONE_AT_ONCE = 2000
_KEYS_AT_ONCE = 200

_CARDS = select(*columns_of(cards, *_KEY), *NAME_COLUMNS, *columns_of(cards, *_JUDGED)).join_from(
    cards, card_names
)
_PAST_CARDS = select(
    *columns_of(past_cards, "kr", "source", "card"),
    *NAME_COLUMNS,
    *columns_of(past_cards, *_JUDGED),
).join_from(past_cards, card_names)

# Many cards were reached in the same ways.
_json = lru_cache(maxsize=4096)(json.JSONEncoder(ensure_ascii=False).encode)


def cards_of(
    connection: Connection, workspace: str, krs: tuple[str, ...]
) -> dict[str, tuple[JudgedCard, ...]]:
    """Give each KR's judged cards, by source and id."""
    query = _CARDS.where(cards.c.workspace == workspace).order_by(*columns_of(cards, *_KEY))
    return grouped(krs, _judged(among(connection, query, cards.c.kr, krs)))


def judged_cards(
    connection: Connection, workspace: str, changed: Mapping[str, Mapping[str, Iterable[str]]]
) -> dict[str, tuple[JudgedCard, ...]]:
    """Give these cards, named by KR, source and id, as far as they are there."""
    keys = [
        (workspace, kr, source, id_)
        for kr, by_source in changed.items()
        for source, ids in by_source.items()
        for id_ in ids
    ]
    key = tuple_(cards.c.workspace, *columns_of(cards, *_KEY))
    query = _CARDS.order_by(*columns_of(cards, *_KEY))
    rows = (
        row
        for batch in batches(keys, _KEYS_AT_ONCE)
        for row in connection.execute(query.where(key.in_(batch)))
    )
    return grouped(changed, _judged(rows))


def _judged(rows: Iterable[AnyRow]) -> Iterator[tuple[str, JudgedCard]]:
    """Make records; what a hundred thousand of them repeat is one object for all."""
    same: dict[str, str] = {}
    ways: dict[str, tuple[str, ...]] = {}
    states = {state.value: state for state in State}
    threads = {thread.value: thread for thread in ThreadName}
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
                state=states[state],
                rule=same.setdefault(rule, rule),
                via=ways[via],
                thread=threads[thread],
                points=points and points + 0.0,  # on SQLite a damaged one may be a text
                created=created,
                finished=finished,
            ),
        )


def put_cards(
    connection: Connection,
    workspace: str,
    upserts: Iterable[tuple[str, JudgedCard]],
    names: Mapping[Name, int],
) -> None:
    """Insert these cards of KRs, or replace what was known of them; `names` have their numbers."""
    rows = ((workspace, kr, *_row(card, names[name_of(card)])) for kr, card in upserts)
    put_many(connection, cards, ("workspace", *_KEY, *_REST), rows, _REST)


def has_cards(connection: Connection, workspace: str, kr: str) -> bool:
    """Whether any card of a KR is known; of a new one nothing is to be looked up."""
    mine = and_(cards.c.workspace == workspace, cards.c.kr == kr)
    return connection.scalar(select(cards.c.id).where(mine).limit(1)) is not None


def keep_past(
    connection: Connection,
    workspace: str,
    kr: str,
    changed: Iterable[tuple[str, str]],
    at: datetime,
) -> None:
    """Keep the cards with these (source, id) as they were until now; new ones were nothing."""
    mine = and_(cards.c.workspace == workspace, cards.c.kr == kr)
    moment = bindparam("at", type_=past_cards.c.until.type)
    this = and_(mine, cards.c.source == bindparam("s"), cards.c.id == bindparam("i"))
    names = ("workspace", "kr", "source", "id", *_REST)
    replaced = select(*columns_of(cards, *names), moment).where(this)
    into = ["workspace", "kr", "source", "card", *_REST, "until"]
    statement = past_cards.insert().from_select(into, replaced)
    for batch in batches(changed, _GONE_AT_ONCE):
        keys = [{"s": source, "i": id_, "at": at} for source, id_ in batch]
        connection.execute(statement, keys)


def past_cards_of(
    connection: Connection, workspace: str, krs: tuple[str, ...], since: datetime
) -> dict[str, tuple[JudgedCard, ...]]:
    """Give each KR's cards as they were at a moment where they were otherwise since."""
    query = _PAST_CARDS.where(past_cards.c.workspace == workspace, past_cards.c.until > since)
    query = query.order_by(past_cards.c.kr, past_cards.c.until.desc(), past_cards.c.id.desc())
    rows = among(connection, query, past_cards.c.kr, krs)
    first: dict[str, dict[tuple[str, str], JudgedCard]] = {kr: {} for kr in krs}
    for kr, card in _judged(rows):
        first[kr][card.source, card.id] = card  # the earliest comes last
    return {kr: tuple(past.values()) for kr, past in first.items()}


def remove_cards(
    connection: Connection, workspace: str, kr: str, gone: Iterable[tuple[str, str]]
) -> None:
    """Delete the cards with these (source, id)."""
    statement = delete(cards).where(
        cards.c.workspace == workspace,
        cards.c.kr == kr,
        cards.c.source == bindparam("s"),
        cards.c.id == bindparam("i"),
    )
    for batch in batches(gone, _GONE_AT_ONCE):
        connection.execute(statement, [{"s": source, "i": id_} for source, id_ in batch])


def _row(card: JudgedCard, name: int) -> tuple[Any, ...]:
    """The values of `_KEY`, without the KR, and `_REST`."""
    return (
        card.source,
        card.id,
        name,
        card.state.value,
        card.rule,
        _json(card.via),
        card.thread.value,
        card.points,
        card.created,
        card.finished,
    )
