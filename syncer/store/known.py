"""What is known of the sources: their cards as last fetched, and notes on each."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from functools import cache, cached_property, partial
from importlib.metadata import version
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from connectors.base import Known
from connectors.shelf import Shelf
from syncer.store.card_texts import (
    NAMES,
    OtherFieldsError,
    card_from,
    earlier_reader,
    shape_and_text,
    shape_from,
    text_of,
)
from syncer.store.known_tables import card_fields, card_shapes, known_cards
from syncer.store.rows import add, among, batches, columns_of, put_many, upsert
from syncer.store.session import Session
from syncer.store.tables import source_notes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from connectors.base import Card, Pull
    from connectors.shelf import Shape

    Kept = tuple[Shape, str | None]
    Notes = dict[str, tuple[str, datetime]]

SINCE, WHOLE = "since", "whole"
AT_ONCE = 500

_CARDS_AT_ONCE = 2000
_BETWEEN = "\n"


class KnownMixin(Session):
    """The part of the store that keeps what the connectors compare with."""

    @cached_property
    def _numbers(self) -> dict[str, dict[str, int]]:
        """The numbers of the shapes, by source, as far as they were looked up."""
        return {}

    @contextmanager
    def _keeping(self) -> Iterator[Connection]:
        try:
            with self._writing() as connection:
                yield connection
        except BaseException:
            self._numbers.clear()  # what isn't kept has no number
            raise

    def remember(self, source: str, key: str, value: str, at: datetime) -> None:
        """Keep a JSON text about a source under a key, in place of what was there."""
        with self._writing() as connection:
            self._keep_notes(connection, source, {key: value}, at)

    def recall(self, source: str) -> Notes:
        """Give all that is kept about a source, by key: the JSON text, and when it was learned."""
        with self._reading() as connection:
            return self._notes(connection, source)

    def known(self, source: str) -> Known:
        """Give what earlier pulls brought from a source; its cards are loaded when asked for.

        Where cards were kept by an okr-sync that knew less of a card than ours, no card
        is known: all are fetched anew.
        """
        with self._reading() as connection:
            texts = self._notes(connection, source)
            notes = {key: str(json.loads(value)) for key, (value, _) in texts.items()}
            since, whole = notes.pop(SINCE, None), notes.pop(WHOLE, None)
            try:
                cards = self._shelf(connection, source)
            except OtherFieldsError:
                return Known({}, None, notes)
        # What another version of ours counted may count otherwise now.
        read_at, _, program = (whole or "").partition(" ")
        whole_at = _moment(read_at) if program == _program() else None
        return Known(cards, _moment(since), notes, whole_at)

    def keep_fetched(
        self, source: str, fetched: Iterable[Card], notes: Mapping[str, str], since: datetime
    ) -> None:
        """Keep cards of a pull under way, which a later one may build on if this breaks off.

        `since` is when the pull began; it counts where nothing is known yet.
        """
        with self._keeping() as connection:
            number = self._fields_number(connection)
            dropped = self._drop_unreadable(connection, source, number)
            known = {} if dropped else self._notes(connection, source)
            begun = {} if SINCE in known else {SINCE: since.isoformat()}
            # Until the pull is there as a whole, what is kept is no pull's.
            begun |= {WHOLE: ""} if WHOLE in known else {}
            texts = {key: json.dumps(value) for key, value in (begun | dict(notes)).items()}
            self._keep_notes(connection, source, texts, since)
            self._put(connection, source, number, fetched)

    def keep_pull(self, pull: Pull, kept_ids: Collection[str] | None = None) -> None:
        """Keep what a whole pull brought, and no more than that.

        `kept_ids` are the ids of all that is kept, as it came; None where that isn't known.
        """
        source, cards = pull.source, pull.cards if pull.comparable or pull.kept else {}
        # Those that aren't compared are few, and are kept as they are now.
        as_they_came = kept_ids if pull.comparable else None
        with self._keeping() as connection:
            number = self._fields_number(connection)
            self._drop_unreadable(connection, source, number)
            new = [id_ for id_ in cards if not as_they_came or id_ not in as_they_came]
            self._put(connection, source, number, (cards[id_] for id_ in new))
            self._remove_others(connection, source, cards, kept_ids)
            if pull.comparable and pull.changes is None:
                self._remove_shapes(connection, source)
            read_at = pull.read_at.isoformat()
            since = {SINCE: read_at, WHOLE: f"{read_at} {_program()}"} if pull.comparable else {}
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

    def _shelf(self, connection: Connection, source: str) -> Mapping[str, Card]:
        """Give the cards by their shapes; those of an earlier okr-sync all at once."""
        query = select(known_cards.c.fields).where(self._of(source)).distinct()
        numbers = list(connection.scalars(query))
        if not numbers:
            return {}
        names = select(card_fields.c.number, card_fields.c.names)
        known_names = dict(map(tuple, connection.execute(names)))
        if [known_names[number] for number in numbers] != [NAMES]:
            return self._earlier_cards(connection, source, known_names)
        shapes = self._shapes_of(connection, source)
        ids = func.aggregate_strings(known_cards.c.id, _BETWEEN)
        query = select(known_cards.c.shape, ids).where(self._of(source))
        groups: dict[Shape, list[str]] = {}
        for number, joined in connection.execute(query.group_by(known_cards.c.shape)):
            groups.setdefault(shapes[number][0], []).extend(joined.split(_BETWEEN))
        return Shelf(groups, partial(self._load, source, shapes))

    def _earlier_cards(
        self, connection: Connection, source: str, names: Mapping[int, str]
    ) -> dict[str, Card]:
        query = select(*columns_of(known_cards, "id", "fields", "card")).where(self._of(source))
        readers = {
            number: earlier_reader(source, json.loads(text))
            for number, text in names.items()
            if text != NAMES
        }
        return {id_: readers[number](text) for id_, number, text in connection.execute(query)}

    def _shapes_of(self, connection: Connection, source: str) -> dict[int, Kept]:
        query = select(card_shapes.c.id, card_shapes.c.shape).where(self._in(source))
        return {number: shape_from(text) for number, text in connection.execute(query)}

    def _load(
        self, source: str, shapes: Mapping[int, Kept], ids: Collection[str] | None
    ) -> list[Card]:
        """Give the cards with these ids, or all."""
        query = select(*columns_of(known_cards, "id", "shape", "card")).where(self._of(source))
        with self._reading() as connection:
            rows = (
                connection.execute(query)
                if ids is None
                else among(connection, query, known_cards.c.id, ids)
            )
            # What came since isn't known by these shapes.
            return [
                card_from(source, id_, *shapes[n], text) for id_, n, text in rows if n in shapes
            ]

    def _in(self, source: str) -> ColumnElement[bool]:
        return self._mine(card_shapes) & (card_shapes.c.source == source)

    def _fields_number(self, connection: Connection) -> int:
        """Give the number of the names of a card's fields as we have them now."""
        number = select(card_fields.c.number).where(card_fields.c.names == NAMES)
        known: int | None = connection.scalar(number)
        if known is not None:
            return known
        new = (connection.scalar(select(func.max(card_fields.c.number))) or 0) + 1
        upsert(connection, card_fields, [{"number": new, "names": NAMES}], "names")
        return int(new)

    def _drop_unreadable(self, connection: Connection, source: str, number: int) -> bool:
        """Forget a source's cards where some have other fields than ours; say whether."""
        others = self._of(source) & (known_cards.c.fields != number)
        if connection.execute(select(known_cards.c.id).where(others).limit(1)).first() is None:
            return False
        connection.execute(delete(known_cards).where(self._of(source)))
        return True

    def _put(self, connection: Connection, source: str, number: int, cards: Iterable[Card]) -> None:
        names = ("workspace", "source", "id", "fields", "shape", "card")
        for batch in batches(cards, _CARDS_AT_ONCE):
            # As they lie: pages that are filled one by one get full.
            batch.sort(key=attrgetter("id"))
            texts = [(card.id, *shape_and_text(card)) for card in batch]
            numbers = self._shape_numbers(connection, source, {shape for _, shape, _ in texts})
            rows = (
                (self.workspace, source, id_, number, numbers[shape], text)
                for id_, shape, text in texts
            )
            put_many(connection, known_cards, names, rows, names[3:])

    def _shape_numbers(
        self, connection: Connection, source: str, shapes: Iterable[tuple[Any, ...]]
    ) -> Mapping[tuple[Any, ...], int]:
        """Give the number of each shape; those that aren't there yet get one."""
        if source not in self._numbers:
            query = select(card_shapes.c.shape, card_shapes.c.id).where(self._in(source))
            self._numbers[source] = dict(map(tuple, connection.execute(query)))
        known, texts = self._numbers[source], {shape: text_of(shape) for shape in shapes}
        new = sorted({*texts.values()} - known.keys())
        add(connection, card_shapes, (self._own({"source": source, "shape": t}) for t in new))
        if new:
            last = select(card_shapes.c.shape, card_shapes.c.id).where(self._in(source))
            last = last.order_by(card_shapes.c.id.desc()).limit(len(new))
            known.update(map(tuple, connection.execute(last)))
        return {shape: known[text] for shape, text in texts.items()}

    def _remove_shapes(self, connection: Connection, source: str) -> None:
        """Forget the shapes that no card has any more."""
        used = select(known_cards.c.shape).where(self._of(source), known_cards.c.shape.is_not(None))
        unused = self._in(source) & card_shapes.c.id.not_in(used)
        connection.execute(delete(card_shapes).where(unused))
        self._numbers.pop(source, None)

    def _remove_others(
        self,
        connection: Connection,
        source: str,
        cards: Collection[str],
        kept_ids: Collection[str] | None,
    ) -> None:
        if not kept_ids:
            kept_ids = set(connection.scalars(select(known_cards.c.id).where(self._of(source))))
        for batch in batches((id_ for id_ in kept_ids if id_ not in cards), AT_ONCE):
            gone = self._of(source) & known_cards.c.id.in_(batch)
            connection.execute(delete(known_cards).where(gone))


@cache
def _program() -> str:
    return version("okr-sync")


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
