"""Actions: what happened on a board, newest first, as far as Trello writes it down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.trello import fields
from sandbox.trello.fields import pick
from sandbox.trello.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.trello.query import Query
    from sandbox.trello.request import Visit
    from sandbox.trello.shapes import Json

DEFAULT, MOST, PAGES = 50, 1000, 19


def on_board(visit: Visit, ref: str) -> Any:
    """GET /boards/{id}/actions."""
    return _answer(visit, visit.world.actions.get(visit.board(ref)["id"], ()))


def on_card(visit: Visit, ref: str) -> Any:
    """GET /cards/{id}/actions."""
    card = visit.card(ref)
    there = visit.world.actions.get(card["idBoard"], ())
    return _answer(
        visit, [each for each in there if each["data"].get("card", {}).get("id") == card["id"]]
    )


def nested(query: Query, actions: Iterable[Json], *, unasked: bool) -> list[Json] | None:
    """Return a board's nested actions, None where they were not asked for."""
    kinds = query.text("actions", "all" if unasked else "none")
    limit = query.number("actions_limit", DEFAULT, MOST)
    shaped = _Shape(query, "action_")
    if kinds in ("none", "false"):
        return None
    found = _of_kinds(actions, "all" if kinds == "true" else kinds)
    return [shaped.of(each) for each in found[:limit]]


def _answer(visit: Visit, actions: Iterable[Json]) -> Any:
    query = visit.query
    kinds, form = query.text("filter", "all"), query.choice("format", "list", ("list", "count"))
    limit, page = query.number("limit", DEFAULT, MOST), query.number("page", 0, PAGES)
    before, since = query.text("before"), query.text("since")
    shaped = _Shape(query, "")
    query.end()
    found = [
        each
        for each in _of_kinds(actions, kinds)
        if _inside(each, before, "before") and _inside(each, since, "since")
    ]
    if form == "count":
        return {"_value": len(found)}
    return [shaped.of(each) for each in found[page * limit : (page + 1) * limit]]


class _Shape:
    """What is asked of each action."""

    def __init__(self, query: Query, prefix: str) -> None:
        self.names = query.names(f"{prefix}fields", "all", fields.ACTION)
        self.creator = query.flag(f"{prefix}memberCreator", default=True)
        query.flag(f"{prefix}member", default=True)

    def of(self, action: Json) -> Json:
        shaped = pick(action, self.names)
        if not self.creator:
            shaped.pop("memberCreator", None)
        return shaped


def _of_kinds(actions: Iterable[Json], kinds: str) -> list[Json]:
    """Return the actions of these types, newest first; `updateCard:idList` names what changed."""
    wanted = set(kinds.split(","))
    newest = sorted(actions, key=lambda each: (each["date"], each["id"]), reverse=True)
    return [each for each in newest if "all" in wanted or wanted & set(_kinds_of(each))]


def _kinds_of(action: Json) -> Iterable[str]:
    yield action["type"]
    for name in action["data"].get("old", ()):
        yield f"{action['type']}:{name}"


def _inside(action: Json, bound: str, name: str) -> bool:
    if not bound:
        return True
    said = action["date"] if "-" in bound else action["id"]
    if "-" not in bound and len(bound) != len(action["id"]):
        raise invalid(name)
    return bool(said < bound) if name == "before" else bool(said > bound)
