"""Between a known card and its row: what it has in common with many, and what is its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from connectors.base import CATEGORIES, Card, Level
from connectors.shelf import Shape, shape_of
from syncer.store.columns import storable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SHARED = (*Shape._fields, "address")
_OWN = (
    "key", "title", "url", "list_name", "complete", "not_work", "estimates", "created",
    "finished", "end_dates",
)  # fmt: skip

NAMES = json.dumps({"shape": _SHARED, "card": _OWN})
"""What the values are called, as it is kept beside them."""

_FIELDS = Card._fields[1:]  # the source is a column of its own

_LATER: dict[str, Any] = {"end_dates": ()}
"""Fields that earlier versions didn't keep, as they are until the card is fetched anew."""

# Made once: a hundred thousand cards pass here.
_LEVELS = {level.value: level for level in Level}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_json = json.JSONEncoder(ensure_ascii=False).encode


class OtherFieldsError(Exception):
    """A card was kept with fewer fields than ours."""


def shape_and_text(card: Card) -> tuple[tuple[Any, ...], str]:
    """Give what a card has in common with others, and its own values as JSON."""
    key, url = card.key, card.url
    is_usual = url.endswith(key)
    own = (
        key,
        card.title,
        None if is_usual else url,
        card.list_name,
        card.complete,
        card.not_work,
        card.estimates,
        _number(card.created),
        _number(card.finished),
        tuple(map(_number, card.end_dates)),
    )
    return (*shape_of(card), url[: -len(key)] if is_usual else None), text_of(own)


def text_of(values: tuple[Any, ...]) -> str:
    """Write values as JSON."""
    try:
        return storable(orjson.dumps(values).decode())
    except orjson.JSONEncodeError:  # half of a surrogate pair, say
        return storable(_json(values))


def shape_from(text: str) -> tuple[Shape, str | None]:
    """Give a kept shape, and what precedes the key in its cards' addresses.

    Raises `ValueError`, `LookupError`, `TypeError` where it can't be read.
    """
    *values, address = orjson.loads(text)
    raw: Any = Shape(*values)
    shape: Shape = raw._replace(
        level=_LEVELS[raw.level],
        category=raw.category and CATEGORIES[raw.category],
        labels=tuple(raw.labels),
    )
    return shape, address


def card_from(source: str, id_: str, shape: Shape, address: str | None, text: str) -> Card:
    """Give a kept card; raises as `shape_from` does."""
    key, title, url, list_name, complete, not_work, estimates, *dates = orjson.loads(text)
    created, finished, end_dates = dates
    return Card(
        source,
        id_,
        key,
        title,
        f"{address}{key}" if url is None else url,
        shape.level,
        shape.parent,
        shape.kind,
        shape.labels,
        shape.status,
        shape.category,
        shape.resolution,
        list_name,
        complete,
        shape.archived,
        not_work,
        tuple((name, value) for name, value in estimates),
        _moment(created),
        _moment(finished),
        shape.standing_id,
        tuple(_EPOCH + _MICROSECOND * number for number in end_dates),
    )


def earlier_reader(source: str, names: list[str]) -> Callable[[str], Card]:
    """Give what makes a card of the values of these fields, as an okr-sync of before kept them.

    What it gives raises `OtherFieldsError` where a field of ours isn't among them.
    """

    def read(text: str) -> Card:
        values = orjson.loads(text)
        fields = _LATER | dict(zip(names, values, strict=False))
        if len(values) != len(names) or not fields.keys() >= set(_FIELDS):
            raise OtherFieldsError
        return _of_fields(source, fields)

    return read


def _of_fields(source: str, fields: Mapping[str, Any]) -> Card:
    raw: Any = Card(source, *(fields[name] for name in _FIELDS))
    card: Card = raw._replace(
        level=_LEVELS[raw.level],
        category=raw.category and CATEGORIES[raw.category],
        labels=tuple(raw.labels),
        estimates=tuple((name, value) for name, value in raw.estimates),
        created=raw.created and datetime.fromisoformat(raw.created),
        finished=raw.finished and datetime.fromisoformat(raw.finished),
        end_dates=tuple(map(datetime.fromisoformat, raw.end_dates)),
    )
    return card


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _moment(number: int | None) -> datetime | None:
    return None if number is None else _EPOCH + _MICROSECOND * number
