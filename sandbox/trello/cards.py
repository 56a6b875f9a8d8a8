"""Cards as Trello hands them out: filtered, paged by creation, with what was asked for on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sandbox.trello import fields
from sandbox.trello.fields import pick
from sandbox.trello.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.trello.content import Catalog
    from sandbox.trello.query import Parameters
    from sandbox.trello.request import TrelloCall
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
class CardParts:
    """What is asked of each card beside its filter; `prefix` is `card_` in a nested board."""

    names: frozenset[str]
    field_items: bool
    checklists: bool

    @classmethod
    def read(cls, query: Parameters, prefix: str = "") -> CardParts:
        """Take the parameters that say so."""
        return cls(
            names=query.names(f"{prefix}fields", "all", fields.CARD),
            field_items=query.flag(f"{prefix}customFieldItems"),
            checklists=query.choice(f"{prefix}checklists", "none", ("all", "none")) == "all",
        )

    def of(self, world: Catalog, card: Json) -> Json:
        """Return a card with that and no more."""
        answer = pick(card, self.names)
        if self.field_items:
            answer["customFieldItems"] = card.get("customFieldItems", [])
        if self.checklists:
            answer["checklists"] = world.checklists_on(card["id"])
        return answer


def page(
    call: TrelloCall, cards: list[Json], default: str, filter_: str | None = None
) -> list[Json]:
    """Return the newest thousand at most, and no word of it when there are more.

    `before` and `since` are about creation, by id or date; they are no feed of
    changes.
    """
    query = call.query
    chosen = query.choice("filter", filter_ or default, FILTERS)
    limit = query.number("limit", PAGE, PAGE)
    before, since = query.text("before"), query.text("since")
    card_fields = CardParts.read(query)
    query.end()
    shown = filtered(call.world, cards, chosen)
    if before:
        shown = [each for each in shown if each["id"] < _bound(before, "before")]
    if since:
        shown = [each for each in shown if each["id"] > _bound(since, "since")]
    return [card_fields.of(call.world, each) for each in shown[:limit]]


def on_board(call: TrelloCall, ref: str) -> list[Json]:
    """GET /boards/{id}/cards."""
    return page(call, call.world.cards_on(call.board(ref)["id"]), "visible")


def in_list(call: TrelloCall, ref: str) -> list[Json]:
    """GET /lists/{id}/cards."""
    home = call.list(ref)
    there = call.world.cards_on(home["idBoard"])
    return page(call, [each for each in there if each.get("idList") == ref], "open")


def alone(call: TrelloCall, ref: str) -> Json:
    """GET /cards/{id}, with its list where asked."""
    card, query, world = call.card(ref), call.query, call.world
    chosen = CardParts.read(query)
    with_list = query.flag("list")
    list_names = query.names("list_fields", fields.LIST_DEFAULT, fields.LIST)
    query.end()
    answer = chosen.of(world, card)
    if with_list:
        home = world.lists.get(card.get("idList", ""))
        answer["list"] = home and pick(home, list_names)
    return answer


def _bound(bound: str, name: str) -> str:
    """Return the id that a date or an id stands for; ids without their leading zeros too."""
    try:
        int(bound, 16)
    except ValueError:
        return f"{int(_date(bound, name).timestamp()):08x}".ljust(24, "0")
    return bound.rjust(24, "0")


def _date(date: str, name: str) -> datetime:
    try:
        moment = datetime.fromisoformat(date)
    except ValueError as error:
        raise invalid(name) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
