"""The connectors' memory: each source's cards as last fetched, and what was learned of it."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, select

from connectors.base import CATEGORIES, Card, Known, Level
from syncer.store.columns import storable
from syncer.store.rows import batches, columns_of, put_many
from syncer.store.runs import recall, remember
from syncer.store.tables import known_cards

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy.engine import Connection

    from connectors.base import Pull

SINCE = "since"
AT_ONCE = 500

# Made once: a hundred thousand cards pass here.
_LEVELS = {one.value: one for one in Level}
_json = json.JSONEncoder(default=datetime.isoformat, ensure_ascii=False).encode


def known_of(connection: Connection, source: str) -> Known:
    """Give what is known of a source."""
    notes = {key: str(json.loads(value)) for key, (value, _) in recall(connection, source).items()}
    since = notes.pop(SINCE, None)
    cards = {id_: _card(source, text) for id_, text in _rows(connection, source)}
    return Known(cards, datetime.fromisoformat(since) if since else None, notes)


def keep_fetched(
    connection: Connection,
    source: str,
    fetched: Iterable[Card],
    notes: Mapping[str, str],
    since: datetime,
) -> None:
    """Keep cards of a pull under way."""
    begun = {} if SINCE in recall(connection, source) else {SINCE: since.isoformat()}
    for key, value in (begun | dict(notes)).items():
        remember(connection, source, key, json.dumps(value), since)
    _put(connection, source, {card.id: _text(card) for card in fetched})


def keep_pull(connection: Connection, pull: Pull, there: Collection[str] | None) -> None:
    """Keep what a whole pull brought, and no more than that.

    `there` are the ids of all that is kept, as it came; None where that isn't known.
    """
    source = pull.source
    comparable = pull.cards if pull.comparable else {}
    mine = known_cards.c.source == source
    new = {one: _text(card) for one, card in comparable.items() if not there or one not in there}
    _put(connection, source, new)
    kept = there
    if kept is None:
        kept = set(connection.execute(select(known_cards.c.id).where(mine)).scalars())
    for some in batches((one for one in kept if one not in comparable), AT_ONCE):
        connection.execute(delete(known_cards).where(mine, known_cards.c.id.in_(some)))
    since = {SINCE: pull.read_at.isoformat()} if pull.comparable else {}
    notes = recall(connection, source)
    for key, value in (since | dict(pull.learned)).items():
        text = json.dumps(value)
        if notes.get(key, ("",))[0] != text:
            remember(connection, source, key, text, pull.read_at)


def _rows(connection: Connection, source: str) -> Iterable[tuple[str, str]]:
    query = select(*columns_of(known_cards, "id", "card")).where(known_cards.c.source == source)
    return ((row.id, row.card) for row in connection.execute(query))


def _put(connection: Connection, source: str, texts: dict[str, str]) -> None:
    rows = ((source, id_, text) for id_, text in texts.items())
    put_many(connection, known_cards, ("source", "id", "card"), rows, ("card",))


def _text(card: Card) -> str:
    values = tuple(card)[1:]
    try:
        return storable(orjson.dumps(values).decode())
    except orjson.JSONEncodeError:  # half of a surrogate pair, say
        return storable(_json(values))


def _card(source: str, text: str) -> Card:
    told: Any = Card._make((source, *orjson.loads(text)))
    card: Card = told._replace(
        level=_LEVELS[told.level],
        category=told.category and CATEGORIES[told.category],
        labels=tuple(told.labels),
        estimates=tuple((name, value) for name, value in told.estimates),
        created=_moment(told.created),
        finished=_moment(told.finished),
    )
    return card


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
