"""Cards as Trello hands them out: filtered, paged by creation, with what was asked for on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.trello import fields
from sandbox.trello.fields import pick, pick_all
from sandbox.trello.refusals import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.trello.content import Catalog
    from sandbox.trello.query import Query
    from sandbox.trello.request import Visit
    from sandbox.trello.shapes import Json

FILTERS = ("all", "open", "closed", "visible", "complete", "incomplete", "none")
PAGE = 1000


def filtered(world: Catalog, cards: Iterable[Json], name: str) -> list[Json]:
    """Return the cards of a filter.

    `open` looks at the card alone, so that an open card in an archived list is
    open; `visible` leaves that one out. `complete` and `incomplete` are the
    mark, archived or not. (What the last three do isn't documented further.)
    """
    keep: Callable[[Json], bool] = {
        "all": lambda _: True,
        "none": lambda _: False,
        "open": lambda card: not card.get("closed"),
        "closed": lambda card: bool(card.get("closed")),
        "visible": lambda card: not card.get("closed") and not _in_archived_list(world, card),
        "complete": lambda card: bool(card.get("dueComplete")),
        "incomplete": lambda card: not card.get("dueComplete"),
    }[name]
    return [card for card in cards if keep(card)]


def _in_archived_list(world: Catalog, card: Json) -> bool:
    home = world.lists.get(card.get("idList", ""))
    return home is not None and bool(home.get("closed"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of each card beside its filter; `prefix` is `card_` in a nested board."""

    names: frozenset[str]
    field_items: bool
    attachments: bool
    plugin_data: bool
    checklists: bool
    members: bool
    member_names: frozenset[str]

    @classmethod
    def read(cls, query: Query, prefix: str = "") -> Wanted:
        """Take the parameters that say so."""
        return cls(
            names=query.names(f"{prefix}fields", "all", fields.CARD),
            field_items=query.flag(f"{prefix}customFieldItems"),
            attachments=query.flag(f"{prefix}attachments"),
            plugin_data=query.flag(f"{prefix}pluginData"),
            checklists=query.choice(f"{prefix}checklists", "none", ("all", "none")) == "all",
            members=query.flag(f"{prefix}members"),
            member_names=query.names(f"{prefix}member_fields", "all", fields.MEMBER),
        )

    def of(self, world: Catalog, card: Json) -> Json:
        """Return a card with that and no more."""
        answer = pick(card, self.names)
        if self.field_items:
            answer["customFieldItems"] = card.get("customFieldItems", [])
        if self.attachments:
            answer["attachments"] = card.get("attachments", [])
        if self.plugin_data:
            answer["pluginData"] = card.get("pluginData", [])
        if self.checklists:
            answer["checklists"] = world.checklists_on(card["id"])
        if self.members:
            answer["members"] = pick_all(world.members_of(card), self.member_names)
        return answer


def page(visit: Visit, cards: list[Json], default: str, filter_: str | None = None) -> list[Json]:
    """Return the newest thousand at most, and no word of it when there are more.

    `before` and `since` are about creation, by id or date; they are no feed of
    changes.
    """
    query = visit.query
    chosen = query.choice("filter", filter_ or default, FILTERS)
    limit = query.number("limit", PAGE, PAGE)
    before, since = query.text("before"), query.text("since")
    wanted = Wanted.read(query)
    query.end()
    found = filtered(visit.world, cards, chosen)
    if before:
        found = [each for each in found if each["id"] < _bound(before, "before")]
    if since:
        found = [each for each in found if each["id"] > _bound(since, "since")]
    return [wanted.of(visit.world, each) for each in found[:limit]]


def on_board(visit: Visit, ref: str) -> list[Json]:
    """GET /boards/{id}/cards."""
    return page(visit, visit.world.cards_on(visit.board(ref)["id"]), "visible")


def on_board_by(visit: Visit, ref: str, which: str) -> Json | list[Json]:
    """GET /boards/{id}/cards/{filter}, or one card of the board."""
    board = visit.board(ref)
    if which in FILTERS:
        return page(visit, visit.world.cards_on(board["id"]), "visible", which)
    if visit.card(which)["idBoard"] != board["id"]:
        raise not_found("Could not find the card")
    return one(visit, which)


def in_list(visit: Visit, ref: str) -> list[Json]:
    """GET /lists/{id}/cards."""
    home = visit.list(ref)
    there = visit.world.cards_on(home["idBoard"])
    return page(visit, [each for each in there if each.get("idList") == ref], "open")


def one(visit: Visit, ref: str) -> Json:
    """GET /cards/{id}, with its board and list where asked."""
    card, query, world = visit.card(ref), visit.query, visit.world
    wanted = Wanted.read(query)
    with_board, with_list = query.flag("board"), query.flag("list")
    board_names = query.names("board_fields", fields.BOARD_DEFAULT, fields.BOARD)
    list_names = query.names("list_fields", fields.LIST_DEFAULT, fields.LIST)
    query.end()
    more: dict[str, Any] = {}
    if with_board:
        more["board"] = pick(world.boards[card["idBoard"]], board_names)
    if with_list:
        home = world.lists.get(card.get("idList", ""))
        more["list"] = home and pick(home, list_names)
    return {**wanted.of(world, card), **more}


def list_of(visit: Visit, ref: str) -> Json:
    """GET /cards/{id}/list."""
    card = visit.card(ref)
    names = visit.query.names("fields", "all", fields.LIST)
    visit.query.end()
    home = visit.world.lists.get(card.get("idList", ""))
    if home is None:
        raise not_found()
    return pick(home, names)


def board_of(visit: Visit, ref: str) -> Json:
    """GET /cards/{id}/board."""
    board = visit.world.boards[visit.card(ref)["idBoard"]]
    names = visit.query.names("fields", "all", fields.BOARD)
    visit.query.end()
    return pick(board, names)


def checklists_of(visit: Visit, ref: str) -> list[Json]:
    """GET /cards/{id}/checklists."""
    card = visit.card(ref)
    names = visit.query.names("fields", "all", fields.CHECKLIST)
    visit.query.end()
    return pick_all(visit.world.checklists_on(card["id"]), names)


def modified_since(cards: Iterable[Json], since: str) -> list[Json]:
    """Return the cards whose last activity isn't before a date; a label put on isn't activity."""
    bound = _date(since, "cards_modifiedSince")
    return [each for each in cards if datetime.fromisoformat(each["dateLastActivity"]) >= bound]


def _bound(said: str, name: str) -> str:
    """Return the id that a date or an id stands for; ids without their leading zeros too."""
    try:
        int(said, 16)
    except ValueError:
        return f"{int(_date(said, name).timestamp()):08x}".ljust(24, "0")
    return said.rjust(24, "0")


def _date(said: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise invalid(name) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
