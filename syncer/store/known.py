"""What is known of the sources: their cards as last fetched, and notes on each."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import delete, func, select

from connectors.base import CATEGORIES, Card, Known, Level
from syncer.store.columns import storable
from syncer.store.rows import batches, columns_of, put_many, upsert
from syncer.store.session import Session
from syncer.store.tables import card_fields, known_cards, source_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from connectors.base import Pull

    Notes = dict[str, tuple[str, datetime]]

SINCE = "since"
AT_ONCE = 500

_FIELDS = Card._fields[1:]  # the source is a column of its own

_LATER: dict[str, Any] = {"end_dates": ()}
"""Fields that earlier versions didn't keep, as they are until the card is fetched anew."""

# Made once: a hundred thousand cards pass here.
_LEVELS = {level.value: level for level in Level}
_json = json.JSONEncoder(default=datetime.isoformat, ensure_ascii=False).encode


class _OtherFieldsError(Exception):
    """A card was kept with fewer fields than ours."""


class KnownMixin(Session):
    """The part of the store that keeps what the connectors compare with."""

    def remember(self, source: str, key: str, value: str, at: datetime) -> None:
        """Keep a JSON text about a source under a key, in place of what was there."""
        with self._writing() as connection:
            self._keep_notes(connection, source, {key: value}, at)

    def recall(self, source: str) -> Notes:
        """Give all that is kept about a source, by key: the JSON text, and when it was learned."""
        with self._reading() as connection:
            return self._notes(connection, source)

    def known(self, source: str) -> Known:
        """Give what earlier pulls brought from a source.

        Where cards were kept by an okr-sync that knew less of a card than ours, no card
        is known: all are fetched anew.
        """
        with self._reading() as connection:
            texts = self._notes(connection, source)
            notes = {key: str(json.loads(value)) for key, (value, _) in texts.items()}
            since = notes.pop(SINCE, None)
            try:
                cards = self._cards(connection, source)
            except _OtherFieldsError:
                return Known({}, None, notes)
        return Known(cards, datetime.fromisoformat(since) if since else None, notes)

    def keep_fetched(
        self, source: str, fetched: Iterable[Card], notes: Mapping[str, str], since: datetime
    ) -> None:
        """Keep cards of a pull under way, which a later one may build on if this breaks off.

        `since` is when the pull began; it counts where nothing is known yet.
        """
        with self._writing() as connection:
            number = self._fields_number(connection)
            dropped = self._drop_unreadable(connection, source, number)
            known = {} if dropped else self._notes(connection, source)
            begun = {} if SINCE in known else {SINCE: since.isoformat()}
            texts = {key: json.dumps(value) for key, value in (begun | dict(notes)).items()}
            self._keep_notes(connection, source, texts, since)
            self._put(connection, source, number, {card.id: _text(card) for card in fetched})

    def keep_pull(self, pull: Pull, there: Collection[str] | None = None) -> None:
        """Keep what a whole pull brought, and no more than that.

        `there` are the ids of all that is kept, as it came; None where that isn't known.
        """
        source, cards = pull.source, pull.cards if pull.comparable or pull.kept else {}
        # Those that aren't compared are few, and are kept as they are now.
        as_they_came = there if pull.comparable else None
        with self._writing() as connection:
            number = self._fields_number(connection)
            self._drop_unreadable(connection, source, number)
            new = {
                id_: _text(card)
                for id_, card in cards.items()
                if not as_they_came or id_ not in as_they_came
            }
            self._put(connection, source, number, new)
            self._remove_others(connection, source, cards, there)
            since = {SINCE: pull.read_at.isoformat()} if pull.comparable else {}
            learned = {
                key: json.dumps(value) for key, value in (since | dict(pull.learned)).items()
            }
            notes = self._notes(connection, source)
            fresh = {k: text for k, text in learned.items() if notes.get(k, ("",))[0] != text}
            self._keep_notes(connection, source, fresh, pull.read_at)

    def _notes(self, connection: Connection, source: str) -> Notes:
        query = select(*columns_of(source_notes, "key", "value", "at"))
        query = query.where(self._mine(source_notes), source_notes.c.source == source)
        return {row.key: (row.value, row.at) for row in connection.execute(query)}

    def _keep_notes(
        self, connection: Connection, source: str, texts: Mapping[str, str], at: datetime
    ) -> None:
        rows = (
            self._own({"source": source, "key": key, "value": text, "at": at})
            for key, text in texts.items()
        )
        upsert(connection, source_notes, rows, "value", "at")

    def _of(self, source: str) -> ColumnElement[bool]:
        return self._mine(known_cards) & (known_cards.c.source == source)

    def _cards(self, connection: Connection, source: str) -> dict[str, Card]:
        query = select(*columns_of(known_cards, "id", "fields", "card")).where(self._of(source))
        names = connection.execute(select(card_fields.c.number, card_fields.c.names))
        readers = {number: _reader(source, json.loads(text)) for number, text in names}
        return {
            id_: readers[number](orjson.loads(text))
            for id_, number, text in connection.execute(query)
        }

    def _fields_number(self, connection: Connection) -> int:
        """Give the number of the names of a card's fields as we have them now."""
        names = json.dumps(_FIELDS)
        number = select(card_fields.c.number).where(card_fields.c.names == names)
        known: int | None = connection.scalar(number)
        if known is not None:
            return known
        new = (connection.scalar(select(func.max(card_fields.c.number))) or 0) + 1
        upsert(connection, card_fields, [{"number": new, "names": names}], "names")
        return int(new)

    def _drop_unreadable(self, connection: Connection, source: str, number: int) -> bool:
        """Forget a source's cards where some have other fields than ours; say whether."""
        others = self._of(source) & (known_cards.c.fields != number)
        if connection.execute(select(known_cards.c.id).where(others).limit(1)).first() is None:
            return False
        connection.execute(delete(known_cards).where(self._of(source)))
        return True

    def _put(self, connection: Connection, source: str, number: int, texts: dict[str, str]) -> None:
        rows = ((self.workspace, source, id_, number, text) for id_, text in texts.items())
        names = ("workspace", "source", "id", "fields", "card")
        put_many(connection, known_cards, names, rows, ("fields", "card"))

    def _remove_others(
        self,
        connection: Connection,
        source: str,
        cards: Collection[str],
        there: Collection[str] | None,
    ) -> None:
        if not there:
            there = set(connection.scalars(select(known_cards.c.id).where(self._of(source))))
        for batch in batches((id_ for id_ in there if id_ not in cards), AT_ONCE):
            gone = self._of(source) & known_cards.c.id.in_(batch)
            connection.execute(delete(known_cards).where(gone))


def _text(card: Card) -> str:
    values = tuple(card)[1:]
    try:
        return storable(orjson.dumps(values).decode())
    except orjson.JSONEncodeError:  # half of a surrogate pair, say
        return storable(_json(values))


def _reader(source: str, names: list[str]) -> Callable[[list[Any]], Card]:
    """Give what makes a card of the values of these fields, whatever their order.

    Raises `_OtherFieldsError` at its first use where a field of ours isn't among them.
    """
    if tuple(names) == _FIELDS:
        return partial(_card, source)  # a hundred thousand cards pass here

    def read(values: list[Any]) -> Card:
        fields = _LATER | dict(zip(names, values, strict=False))
        if len(values) != len(names) or not fields.keys() >= set(_FIELDS):
            raise _OtherFieldsError
        return _card(source, [fields[name] for name in _FIELDS])

    return read


def _card(source: str, values: list[Any]) -> Card:
    raw: Any = Card._make((source, *values))
    card: Card = raw._replace(
        level=_LEVELS[raw.level],
        category=raw.category and CATEGORIES[raw.category],
        labels=tuple(raw.labels),
        estimates=tuple((name, value) for name, value in raw.estimates),
        created=_moment(raw.created),
        finished=_moment(raw.finished),
        end_dates=tuple(map(datetime.fromisoformat, raw.end_dates)),
    )
    return card


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
