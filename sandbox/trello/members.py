"""The account behind the key and token, its boards and its token."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.trello import fields
from sandbox.trello.boards import VIEWS
from sandbox.trello.fields import pick, pick_all
from sandbox.trello.ids import stamp
from sandbox.trello.refusals import Refusal, not_found

if TYPE_CHECKING:
    from sandbox.trello.request import Visit
    from sandbox.trello.shapes import Json


def one(visit: Visit, who: str) -> Json:
    """GET /members/{me}, with its boards where asked."""
    person, query = _myself(visit, who), visit.query
    answer = pick(person, query.names("fields", "all", fields.MEMBER))
    which = query.choice("boards", "none", VIEWS)
    names = query.names("board_fields", "all", fields.BOARD)
    query.end()
    if which == "none":
        return answer
    return answer | {"boards": pick_all(_boards(visit, which), names)}


def boards_of(visit: Visit, who: str, view: str = "all") -> list[Json]:
    """GET /members/{me}/boards and /members/{me}/boards/{filter}, closed boards too."""
    _myself(visit, who)
    which = visit.query.choice("filter", view, VIEWS)
    names = visit.query.names("fields", "all", fields.BOARD)
    lists = visit.query.choice("lists", "none", VIEWS)
    visit.query.end()
    found = pick_all(_boards(visit, which), names)
    if lists != "none":
        for each in found:
            there = visit.world.lists_on(each["id"])
            each["lists"] = [
                x for x in there if lists == "all" or x["closed"] == (lists == "closed")
            ]
    return found


def token(visit: Visit, value: str) -> Json:
    """GET /tokens/{token}: when it ends, and what it may do."""
    account = visit.account
    if value != account.token:
        raise Refusal(401, "invalid token")
    names = visit.query.names("fields", "all", fields.TOKEN)
    visit.query.end()
    about = {
        "id": account.member,
        "identifier": "okr-sync",
        "idMember": account.member,
        "dateCreated": None,
        "dateExpires": None if account.expires is None else stamp(account.expires),
        "permissions": [
            {"idModel": "*", "modelType": "Board", "read": True, "write": False},
            {"idModel": account.member, "modelType": "Member", "read": True, "write": False},
        ],
    }
    return pick(about, names)


def _myself(visit: Visit, who: str) -> Json:
    person = visit.world.members[visit.account.member]
    if who not in ("me", person["id"], person["username"]):
        raise not_found()
    return person


def _boards(visit: Visit, which: str) -> list[Json]:
    seen = [each for each in visit.world.boards.values() if visit.account.sees(each)]
    shown = {
        "all": seen,
        "none": [],
        "open": [each for each in seen if not each["closed"]],
        "closed": [each for each in seen if each["closed"]],
    }
    return shown[which]
