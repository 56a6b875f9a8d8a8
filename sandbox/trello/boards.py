"""Boards as Trello hands them out: alone, and with everything nested in one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.trello import cards, fields, history
from sandbox.trello.fields import pick, pick_all
from sandbox.trello.refusals import too_many_cards

if TYPE_CHECKING:
    from sandbox.trello.request import Visit
    from sandbox.trello.shapes import Json

VIEWS = ("all", "open", "closed", "none")
LABELS, MOST_LABELS = 50, 1000


def one(visit: Visit, ref: str) -> Json:
    """GET /boards/{id}, with all that is asked for nested in it."""
    board, query, world = visit.board(ref), visit.query, visit.world
    answer = pick(board, query.names("fields", fields.BOARD_DEFAULT, fields.BOARD))
    parts = {
        "lists": _lists(visit, board),
        "labels": _labels(visit, board),
        "customFields": world.fields_on(board["id"]) if query.flag("customFields") else None,
        "members": _members(visit, board),
        "checklists": _checklists(visit, board),
        "actions": history.nested(
            query,
            world.actions.get(board["id"], ()),
            unasked=visit.house.actions_unasked,
        ),
    }
    heavy = parts["actions"] is not None or parts["checklists"] is not None
    parts["cards"] = _cards(visit, board, heavy=heavy)
    query.end()
    return answer | {name: part for name, part in parts.items() if part is not None}


def _cards(visit: Visit, board: Json, *, heavy: bool) -> list[Json] | None:
    """Return the nested cards in the order of the board, or refuse when they are too many."""
    query = visit.query
    which = query.choice("cards", "none", cards.FILTERS)
    since = query.text("cards_modifiedSince")
    wanted = cards.Wanted.read(query, "card_")
    if which == "none":
        return None
    found = cards.filtered(visit.world, visit.world.cards_on(board["id"]), which)
    if since:
        found = cards.modified_since(found, since)
    cap = visit.house.card_cap
    if len(found) > (cap // 3 if heavy else cap):
        raise too_many_cards()
    found.sort(key=lambda each: (each.get("pos", 0), each["id"]))
    return [wanted.of(visit.world, each) for each in found]


def _lists(visit: Visit, board: Json) -> list[Json] | None:
    which = visit.query.choice("lists", "none", VIEWS)
    names = visit.query.names("list_fields", fields.LIST_DEFAULT, fields.LIST)
    return None if which == "none" else _of_view(visit, board, which, names)


def _labels(visit: Visit, board: Json) -> list[Json] | None:
    which = visit.query.choice("labels", "none", ("all", "none"))
    names = visit.query.names("label_fields", "all", fields.LABEL)
    limit = visit.query.number("labels_limit", LABELS, MOST_LABELS)
    if which == "none":
        return None
    return pick_all(visit.world.labels_on(board["id"])[:limit], names)


def _members(visit: Visit, board: Json) -> list[Json] | None:
    which = visit.query.choice("members", "none", ("all", "none"))
    names = visit.query.names("member_fields", "fullName,username", fields.MEMBER)
    return None if which == "none" else pick_all(_people(visit, board), names)


def _checklists(visit: Visit, board: Json) -> list[Json] | None:
    which = visit.query.choice("checklists", "none", ("all", "none"))
    names = visit.query.names("checklist_fields", "all", fields.CHECKLIST)
    return None if which == "none" else pick_all(_all_checklists(visit, board), names)


def lists_on(visit: Visit, ref: str, view: str = "open") -> list[Json]:
    """GET /boards/{id}/lists and /boards/{id}/lists/{filter}; cards nested in lists where asked."""
    board, query = visit.board(ref), visit.query
    which = query.choice("filter", view, VIEWS)
    names = query.names("fields", fields.LIST_DEFAULT, fields.LIST)
    inside = query.choice("cards", "none", VIEWS)
    wanted = cards.Wanted.read(query, "card_")
    query.end()
    found = _of_view(visit, board, which, names)
    if inside == "none":
        return found
    there = cards.filtered(visit.world, visit.world.cards_on(board["id"]), inside)
    if len(there) > visit.house.card_cap:
        raise too_many_cards()
    for each in found:
        mine = [card for card in there if card.get("idList") == each["id"]]
        each["cards"] = [wanted.of(visit.world, card) for card in mine]
    return found


def custom_fields_on(visit: Visit, ref: str) -> list[Json]:
    """GET /boards/{id}/customFields."""
    board = visit.board(ref)
    visit.query.end()
    return visit.world.fields_on(board["id"])


def labels_on(visit: Visit, ref: str) -> list[Json]:
    """GET /boards/{id}/labels: fifty unless more is asked for."""
    board = visit.board(ref)
    names = visit.query.names("fields", "all", fields.LABEL)
    limit = visit.query.number("limit", LABELS, MOST_LABELS)
    visit.query.end()
    return pick_all(visit.world.labels_on(board["id"])[:limit], names)


def members_on(visit: Visit, ref: str) -> list[Json]:
    """GET /boards/{id}/members."""
    board = visit.board(ref)
    names = visit.query.names("fields", "fullName,username", fields.MEMBER)
    visit.query.end()
    return pick_all(_people(visit, board), names)


def checklists_on(visit: Visit, ref: str) -> list[Json]:
    """GET /boards/{id}/checklists."""
    board = visit.board(ref)
    names = visit.query.names("fields", "all", fields.CHECKLIST)
    visit.query.end()
    return pick_all(_all_checklists(visit, board), names)


def list_alone(visit: Visit, ref: str) -> Json:
    """GET /lists/{id}."""
    names = visit.query.names("fields", "name,closed,idBoard,pos", fields.LIST)
    visit.query.end()
    return pick(visit.list(ref), names)


def _of_view(visit: Visit, board: Json, which: str, names: frozenset[str]) -> list[Json]:
    there = visit.world.lists_on(board["id"])
    shown = {
        "all": there,
        "none": [],
        "open": [each for each in there if not each.get("closed")],
        "closed": [each for each in there if each.get("closed")],
    }[which]
    return pick_all(shown, names)


def _people(visit: Visit, board: Json) -> list[Json]:
    ids = {each["idMember"] for each in board.get("memberships", ())}
    return [person for id_, person in visit.world.members.items() if id_ in ids]


def _all_checklists(visit: Visit, board: Json) -> list[Json]:
    there = visit.world.checklists.values()
    return [each for each in there if each["idBoard"] == board["id"]]
