"""The account behind the key and token, and its boards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.trello import fields
from sandbox.trello.boards import VIEWS, in_view
from sandbox.trello.fields import pick, pick_all

if TYPE_CHECKING:
    from sandbox.trello.request import TrelloCall
    from sandbox.trello.shapes import Json


def myself(call: TrelloCall) -> Json:
    """GET /members/me."""
    answer = pick(_person(call), call.query.names("fields", "all", fields.MEMBER))
    call.query.end()
    return answer


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
