"""What Trello's things look like in JSON when they are new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.trello.ids import short_link, slug

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
SITE = "https://trello.com"


def member(id_: str, full_name: str, username: str) -> Json:
    """Return a person, as they come with boards, cards and actions."""
    return {
        "id": id_,
        "avatarUrl": None,
        "fullName": full_name,
        "initials": "".join(part[0] for part in full_name.split()),
        "memberType": "normal",
        "url": f"{SITE}/u/{username}",
        "username": username,
    }


def board(id_: str, name: str, created: str) -> Json:
    """Return an open, private board."""
    link = short_link(id_)
    return {
        "id": id_,
        "name": name,
        "desc": "",
        "closed": False,
        "dateLastActivity": created,
        "idOrganization": None,
        "shortLink": link,
        "shortUrl": f"{SITE}/b/{link}",
        "url": f"{SITE}/b/{link}/{slug(name)}",
        "prefs": {"permissionLevel": "private", "cardAging": "regular", "background": "blue"},
        "labelNames": {"green": "", "red": ""},
        "memberships": [],
    }


def list_(id_: str, name: str, board_id: str, pos: float) -> Json:
    """Return an open list."""
    return {
        "id": id_,
        "name": name,
        "closed": False,
        "color": None,
        "idBoard": board_id,
        "pos": pos,
    }


def label(id_: str, name: str, board_id: str, color: str | None) -> Json:
    """Return a label of a board."""
    return {"id": id_, "idBoard": board_id, "name": name, "color": color, "uses": 0}


def custom_field(id_: str, board_id: str, name: str, type_: str, options: Iterable[Json]) -> Json:
    """Return a board's custom field; `options` only for the type `list`."""
    field = {
        "id": id_,
        "idModel": board_id,
        "modelType": "board",
        "name": name,
        "pos": 16384,
        "type": type_,
    }
    return {**field, "options": list(options)} if type_ == "list" else field


def card(id_: str, name: str, in_list: Json, *, number: int, pos: float, created: str) -> Json:
    """Return an open card with nothing on it; `number` counts per board."""
    link = short_link(id_)
    return {
        "id": id_,
        "badges": badges(),
        "cardRole": None,
        "closed": False,
        "dateClosed": None,
        "dateCompleted": None,
        "dateLastActivity": created,
        "desc": "",
        "due": None,
        "dueComplete": False,
        "idBoard": in_list["idBoard"],
        "idChecklists": [],
        "idLabels": [],
        "idList": in_list["id"],
        "idMembers": [],
        "idShort": number,
        "isTemplate": False,
        "labels": [],
        "mirrorSourceId": None,
        "name": name,
        "pos": pos,
        "shortLink": link,
        "shortUrl": f"{SITE}/c/{link}",
        "url": f"{SITE}/c/{link}/{number}-{slug(name)}",
        "customFieldItems": [],
    }


def badges() -> Json:
    """Return the small counters on a card's front."""
    return {
        "checkItems": 0,
        "checkItemsChecked": 0,
        "due": None,
        "dueComplete": False,
    }


def name_only(kind: Json) -> Json:
    """Return how actions mention a thing: its id, name and short link if it has one."""
    return {key: kind[key] for key in ("id", "name", "idShort", "shortLink") if key in kind}
