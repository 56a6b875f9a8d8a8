"""From Trello's JSON of a board to neutral cards; pure.

Trello's surprises that are met here: a card in an archived list says that it
isn't archived, templates and separators are cards, a mirror is a second card
for the same work, and numbers in custom fields are texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from connectors.base import Card, Level
from connectors.boards.trello import fields
from connectors.errors import NotUnderstoodError
from connectors.patterns import folded

Json = Mapping[str, Any]

CARD_FIELDS = (
    "name",
    "idList",
    "idBoard",
    "closed",
    "dueComplete",
    "labels",
    "shortLink",
    "isTemplate",
    "cardRole",
    "mirrorSourceId",
    "dateLastActivity",
)
"""What a card is made of; nothing here names a person."""

COMPLETED = "dateCompleted"
"""Newer boards tell it; the documentation doesn't name it, so it may be refused."""

STORY_POINTS = ("story points", "story point estimate")
POINTS = r"\s*([0-9]{1,6}(?:[.,][0-9]{1,6})?)\s*"
BEFORE_TITLE = re.compile(rf"\s*[(\[]{POINTS}[)\]]")
AFTER_TITLE = re.compile(rf"[(\[]{POINTS}[)\]]\s*\Z")
ROLES = {"separator": "a separator", "board": "a card that shows a board", "link": "a link card"}
RULE = re.compile(r"(?:[-_=*~#.·•|/\\<>+:\s]|[\u2010-\u2015\u2500-\u25ff])+")
MIRROR = "mirror"
CHECKED = "complete"


class Placed(NamedTuple):
    """A card as it stands on a board.

    `standing` is its list, empty where it stands in none; `items` what it is
    taken apart into; `mirrors` the id of the card that it mirrors, if it does.
    """

    number: str
    card: Card
    items: tuple[Card, ...]
    standing: Json
    mirrors: str | None


@dataclass(frozen=True, slots=True)
class Board:
    """One board, its lists by id, and its cards."""

    json: Json
    lists: Mapping[str, Json]
    cards: tuple[Placed, ...]

    @classmethod
    def read(cls, source: str, json: Json, estimates: Iterable[str]) -> Board:
        """Check that a board is one, and judge its cards where they stand.

        `estimates` are the points fields; the custom fields behind them are found.
        """
        if not isinstance(json, dict) or not isinstance(json.get("lists"), list):
            raise NotUnderstoodError(f"{source}: a board without lists")
        if not isinstance(json.get("cards"), list):
            raise NotUnderstoodError(f"{source}: a board without cards")
        try:
            return cls._read(source, json, estimates)
        except NotUnderstoodError:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise NotUnderstoodError(f"{source}: a board that can't be read") from error

    @classmethod
    def _read(cls, source: str, json: Json, estimates: Iterable[str]) -> Board:
        fields.flag(json, "closed")
        lists = {fields.number(each): _list(each) for each in json["lists"]}
        custom = points_fields(estimates, fields.listed(json, "customFields"))
        hung: dict[str, list[Json]] = {}
        for checklist in fields.listed(json, "checklists"):
            hung.setdefault(fields.known_id(checklist["idCard"]), []).append(checklist)

        def placed(raw: Json) -> Placed:
            if raw.get("idBoard", json.get("id")) != json.get("id", raw.get("idBoard")):
                raise NotUnderstoodError(f"{source}: a board with another board's cards")
            # An export may lack the list; Trello itself gives a board with all of its lists.
            if "idBoard" in raw and raw["idList"] not in lists:
                raise NotUnderstoodError(f"{source}: a board with a card in no list of its own")
            standing = lists.get(raw.get("idList") or "", {})
            card = read_card(source, raw, standing, custom)
            items = read_items(card, raw, hung.get(raw["id"], ()), custom)
            return Placed(raw["id"], card, items, standing, mirrors(raw))

        cards = tuple(placed(raw) for raw in json["cards"])
        if len({card.number for card in cards}) < len(cards):
            raise NotUnderstoodError(f"{source}: a board that names a card twice")
        return cls(json, lists, cards)


def read_card(
    source: str, card: Json, standing: Json, estimates: Mapping[str, frozenset[str]]
) -> Card:
    """The neutral card; `standing` is its list. Raises `NotUnderstoodError` without an id."""
    try:
        number = fields.number(card)
        key = fields.known_id(card.get("shortLink", number))
        fields.optional_text(card, "idList")
        return Card(
            source=source,
            id=_source_of(card) or number,
            key=key,
            title=fields.text(card, "name") or key,
            url=f"https://trello.com/c/{key}",
            labels=_labels(card),
            list_name=fields.text(standing, "name"),
            complete=fields.flag(card, "dueComplete"),
            archived=fields.flag(card, "closed") or fields.flag(standing, "closed"),
            not_work=_not_work(card),
            estimates=tuple(_values(card, estimates)),
            created=created(number),
            finished=fields.moment(card, COMPLETED) or fields.moment(card, "dateLastActivity"),
            standing_id=standing.get("id") or "",
        )
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotUnderstoodError(f"{source}: a card that can't be read") from error


def read_items(
    above: Card,
    card: Json,
    hung: Iterable[Json] = (),
    estimates: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> tuple[Card, ...]:
    """The items of a card's checklists as cards under it, in the order people see.

    Checklists come inside the card or, `hung` on it, beside it. An item tells
    whether it is checked off, not since when: at the latest when its card was
    last touched. Raises `NotUnderstoodError` for an item without an id.
    """
    try:
        checklists = _in_order([*fields.listed(card, "checklists"), *hung])
        items = [
            item
            for checklist in checklists
            for item in _in_order(fields.listed(checklist, "checkItems"))
        ]
        return tuple(
            Card(
                source=above.source,
                id=fields.number(item),
                key=f"{above.key}/{number}",
                title=fields.text(item, "name") or f"{above.title} ({number})",
                url=above.url,
                level=Level.ITEM,
                parent=above.id,
                complete=fields.text(item, "state") == CHECKED,
                estimates=tuple(_values(item, estimates)),
                created=created(item["id"]),
                finished=above.finished,
            )
            for number, item in enumerate(items, 1)
        )
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise NotUnderstoodError(f"{above.source}: a checklist that can't be read") from error


def _in_order(things: Iterable[Json]) -> list[Json]:
    return sorted(things, key=fields.position)


def _list(json: Json) -> Json:
    """A list as it came, once it is seen to be one."""
    fields.text(json, "name")
    fields.flag(json, "closed")
    return json


def _labels(card: Json) -> tuple[str, ...]:
    names = (fields.text(label, "name") for label in fields.listed(card, "labels"))
    return tuple(name for name in names if name)


def _source_of(card: Json) -> str | None:
    """The id of the card that this one says it comes from, whatever its role."""
    source = fields.optional_text(card, "mirrorSourceId")
    return fields.known_id(source) if source else None


def mirrors(card: Json) -> str | None:
    """The id of the card that this one mirrors, None for a card of its own."""
    return card.get("mirrorSourceId") if card.get("cardRole") == MIRROR else None


def created(number: str) -> datetime | None:
    """When an object was made: the first eight hex digits of its id are the second."""
    try:
        return datetime.fromtimestamp(int(number[:8], 16), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def points_fields(estimates: Iterable[str], custom: Iterable[Json]) -> dict[str, frozenset[str]]:
    """The custom fields behind each points field that the configuration names.

    `auto` is a field named Story Points or Story point estimate; `title` the
    number in brackets that some teams write before or after titles ("(3) Search
    page", "Search page [3]").
    """
    names = {fields.number(each): folded(fields.text(each, "name")) for each in custom}
    out = {}
    for name in estimates:
        titles = STORY_POINTS if name == "auto" else (folded(name),)
        out[name] = frozenset(
            field for field, title in names.items() if field == name or title in titles
        )
    return out


def _not_work(card: Json) -> str | None:
    if fields.flag(card, "isTemplate"):
        return "a template"
    role = ROLES.get(fields.optional_text(card, "cardRole") or "")
    if role is None and RULE.fullmatch(fields.text(card, "name")):
        return ROLES["separator"]
    return role


def _values(card: Json, estimates: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, float]]:
    items = {each["idCustomField"]: each for each in fields.listed(card, "customFieldItems")}
    for name, ids in estimates.items():
        # A field of choices has a null for a value, and its choice beside it.
        values = [items[each].get("value") for each in sorted(ids) if each in items]
        texts = [value["number"] for value in values if value is not None and "number" in value]
        numbers = [fields.points(text) for text in texts]
        if name == "title":
            numbers += title_points(fields.text(card, "name"))
        yield from ((name, value) for value in numbers[:1])


def title_points(title: str) -> list[float]:
    """The points that a title has in brackets: before it, else after it; nothing where it has none.

    As the extension Scrum for Trello wrote them: estimated in round brackets before
    the title, spent in square ones after it (https://scrumfortrello.com).
    """
    written = BEFORE_TITLE.match(title) or AFTER_TITLE.search(title)
    return [float(written[1].replace(",", "."))] if written else []
