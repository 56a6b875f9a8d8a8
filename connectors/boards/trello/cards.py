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
from connectors.errors import NotUnderstoodError

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
IN_TITLE = re.compile(r"\(\s*(\d+(?:[.,]\d+)?)\s*\)")
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
        lists = {one["id"]: one for one in json["lists"]}
        fields = points_fields(estimates, json.get("customFields") or ())
        hung: dict[str, list[Json]] = {}
        for checklist in json.get("checklists") or ():
            hung.setdefault(checklist.get("idCard"), []).append(checklist)

        def placed(raw: Json) -> Placed:
            standing = lists.get(raw.get("idList") or "", {})
            card = read_card(source, raw, standing, fields)
            items = read_items(card, raw, hung.get(raw["id"], ()), fields)
            return Placed(raw["id"], card, items, standing, mirrors(raw))

        return cls(json, lists, tuple(placed(raw) for raw in json["cards"]))


def read_card(
    source: str, card: Json, standing: Json, estimates: Mapping[str, frozenset[str]]
) -> Card:
    """The neutral card; `standing` is its list. Raises `NotUnderstoodError` without an id."""
    try:
        number = card["id"]
        key = card.get("shortLink") or number
        complete = bool(card.get("dueComplete"))
        return Card(
            source=source,
            id=card.get("mirrorSourceId") or number,
            key=key,
            title=card.get("name") or key,
            url=f"https://trello.com/c/{key}",
            labels=tuple(one["name"] for one in card.get("labels") or () if one.get("name")),
            list_name=standing.get("name") or "",
            complete=complete,
            archived=bool(card.get("closed") or standing.get("closed")),
            not_work=_not_work(card),
            estimates=tuple(_values(card, estimates)),
            created=created(number),
            finished=_moment(card.get(COMPLETED)) or _moment(card.get("dateLastActivity")),
            standing_id=standing.get("id") or "",
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
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
        checklists = _in_order([*(card.get("checklists") or ()), *hung])
        items = [item for one in checklists for item in _in_order(one.get("checkItems") or ())]
        return tuple(
            Card(
                source=above.source,
                id=item["id"],
                key=f"{above.key}/{number}",
                title=item.get("name") or f"{above.title} ({number})",
                url=above.url,
                level=Level.ITEM,
                parent=above.id,
                complete=item.get("state") == CHECKED,
                estimates=tuple(_values(item, estimates)),
                created=created(item["id"]),
                finished=above.finished,
            )
            for number, item in enumerate(items, 1)
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise NotUnderstoodError(f"{above.source}: a checklist that can't be read") from error


def _in_order(things: Iterable[Json]) -> list[Json]:
    return sorted(things, key=lambda one: float(one.get("pos") or 0))


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
    number in brackets that some teams write into titles ("Search page (3)").
    """
    fields = list(custom)
    out = {}
    for name in estimates:
        titles = STORY_POINTS if name == "auto" else (name.casefold(),)
        out[name] = frozenset(
            str(one["id"])
            for one in fields
            if one.get("id") == name or str(one.get("name", "")).casefold() in titles
        )
    return out


def _not_work(card: Json) -> str | None:
    if card.get("isTemplate"):
        return "a template"
    role = ROLES.get(card.get("cardRole") or "")
    if role is None and RULE.fullmatch(card.get("name") or ""):
        return ROLES["separator"]
    return role


def _values(card: Json, estimates: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, float]]:
    items = {one["idCustomField"]: one for one in card.get("customFieldItems") or ()}
    for name, ids in estimates.items():
        texts = [(items[one].get("value") or {}).get("number") for one in ids if one in items]
        if name == "title" and (points := IN_TITLE.search(card.get("name") or "")):
            texts.append(points[1].replace(",", "."))
        number = next((float(text) for text in texts if text is not None), None)
        if number is not None:
            yield name, number


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
