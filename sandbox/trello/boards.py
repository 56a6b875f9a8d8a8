"""Boards as Trello hands them out: alone, and with everything nested in one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.trello import cards, fields
from sandbox.trello.fields import pick, pick_all
from sandbox.trello.refusals import too_many_cards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.trello.request import TrelloCall
    from sandbox.trello.shapes import Json

VIEWS = ("all", "open", "closed", "none")
ACTIONS = 50


def whole(call: TrelloCall, ref: str) -> Json:
    """GET /boards/{id}, with all that is asked for nested in it."""
    board, query, world = call.board(ref), call.query, call.world
    answer = pick(board, query.names("fields", fields.BOARD_DEFAULT, fields.BOARD))
    parts = {
        "lists": _lists(call, board),
        "customFields": world.fields_on(board["id"]) if query.flag("customFields") else None,
        "checklists": _checklists(call, board),
        "actions": _actions(call, board),
    }
    heavy = parts["actions"] is not None or parts["checklists"] is not None
    parts["cards"] = _cards(call, board, heavy=heavy)
    query.end()
    return answer | {name: part for name, part in parts.items() if part is not None}


def _cards(call: TrelloCall, board: Json, *, heavy: bool) -> list[Json] | None:
    """Return the nested cards in the order of the board, or refuse when they are too many."""
    view = call.query.choice("cards", "none", cards.FILTERS)
    chosen = cards.CardParts.read(call.query, "card_")
    if view == "none":
        return None
    shown = cards.filtered(call.world, call.world.cards_on(board["id"]), view)
    cap = call.house.card_cap
    if len(shown) > (cap // 3 if heavy else cap):
        raise too_many_cards()
    shown.sort(key=lambda each: (each.get("pos", 0), each["id"]))
    return [chosen.of(call.world, each) for each in shown]


def _lists(call: TrelloCall, board: Json) -> list[Json] | None:
    view = call.query.choice("lists", "none", VIEWS)
    names = call.query.names("list_fields", fields.LIST_DEFAULT, fields.LIST)
    if view == "none":
        return None
    return pick_all(in_view(call.world.lists_on(board["id"]), view), names)


def _checklists(call: TrelloCall, board: Json) -> list[Json] | None:
    view = call.query.choice("checklists", "none", ("all", "none"))
    if view == "none":
        return None
    return [each for each in call.world.checklists.values() if each["idBoard"] == board["id"]]


def _actions(call: TrelloCall, board: Json) -> list[Json] | None:
    """Return the last fifty things that happened, people and all; None where not asked for."""
    unasked = "all" if call.house.actions_unasked else "none"
    if call.query.choice("actions", unasked, ("all", "none")) == "none":
        return None
    return call.world.actions.get(board["id"], [])[: -ACTIONS - 1 : -1]


def lists_on(call: TrelloCall, ref: str) -> list[Json]:
    """GET /boards/{id}/lists."""
    board, query = call.board(ref), call.query
    view = query.choice("filter", "open", VIEWS)
    names = query.names("fields", fields.LIST_DEFAULT, fields.LIST)
    query.choice("cards", "none", ("none",))
    query.end()
    return pick_all(in_view(call.world.lists_on(board["id"]), view), names)


def custom_fields_on(call: TrelloCall, ref: str) -> list[Json]:
    """GET /boards/{id}/customFields."""
    board = call.board(ref)
    call.query.end()
    return call.world.fields_on(board["id"])


def in_view(things: Iterable[Json], view: str) -> list[Json]:
    """Return the lists or boards of a view."""
    keep = {"all": (True, False), "open": (False,), "closed": (True,), "none": ()}[view]
    return [each for each in things if bool(each.get("closed")) in keep]


def myself(call: TrelloCall) -> Json:
    """GET /members/me."""
    answer = pick(_person(call), call.query.names("fields", "all", fields.MEMBER))
    call.query.end()
    return answer


def tokens_of(call: TrelloCall) -> list[Json]:
    """GET /members/me/tokens: each with its end, none with itself."""
    call.query.flag("webhooks")
    call.query.end()
    return [
        {
            "id": each.member,
            "identifier": "okr-sync",
            "idMember": each.member,
            "dateCreated": "2026-01-05T08:00:00.000Z",
            "dateExpires": each.expires and f"{each.expires:%Y-%m-%dT%H:%M:%S.000Z}",
            "permissions": [],
        }
        for each in call.world.accounts
        if each.member == call.account.member
    ]


def boards_of(call: TrelloCall) -> list[Json]:
    """GET /members/me/boards, closed boards too."""
    view = call.query.choice("filter", "all", VIEWS)
    names = call.query.names("fields", "all", fields.BOARD)
    lists = call.query.choice("lists", "none", VIEWS)
    call.query.end()
    seen = [each for each in call.world.boards.values() if call.account.sees(each)]
    boards = pick_all(in_view(seen, view), names)
    if lists != "none":
        for board in boards:
            board["lists"] = in_view(call.world.lists_on(board["id"]), lists)
    return boards


def _person(call: TrelloCall) -> Json:
    return call.world.members[call.account.member]
