"""Loads boards that others recorded: exports of a whole board, and raw answers line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.trello import shapes
from sandbox.trello.ids import SHORT_LINK, born, short_link, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sandbox.trello.shapes import Json
    from sandbox.trello.world import TrelloWorld

PARTS = ("cards", "lists", "labels", "check_items")


def load_folder(world: TrelloWorld, folder: Path) -> list[str]:
    """Load every export and every set of line files under a folder; the ids of their boards.

    Everything is served as it was recorded: what a card doesn't have stays out.
    """
    with world.lock:
        exports = sorted(folder.rglob("*.json"))
        loaded = [load_export(world, json.loads(x.read_text(encoding="utf-8"))) for x in exports]
        raw = sorted({each.parent for each in folder.rglob("_raw_trello_cards.data.jsonl")})
        return loaded + [board for each in raw for board in load_lines(world, each)]


def load_export(world: TrelloWorld, export: Json) -> str:
    """Load one board's export; the board's id."""
    nested = ("cards", "lists", "labels", "customFields", "checklists", "actions", "members")
    board = {name: value for name, value in export.items() if name not in nested}
    board["shortLink"] = _link(board)
    id_ = str(board["id"])
    world.boards[id_] = board
    _put(world.members, export.get("members", ()))
    _put(world.lists, export.get("lists", ()), idBoard=id_)
    _put(world.labels, export.get("labels", ()), idBoard=id_)
    _put(world.custom_fields, export.get("customFields", ()), idModel=id_)
    _put(world.checklists, export.get("checklists", ()), idBoard=id_)
    _put(world.cards, map(_addressable, export.get("cards", ())), idBoard=id_)
    world.actions[id_] = list(export.get("actions", ()))
    return id_


def load_lines(world: TrelloWorld, folder: Path) -> list[str]:
    """Load a folder of raw answers, one object a line; the boards' ids.

    The boards themselves were not recorded: they are made up from their ids.
    """
    cards, lists, labels, checklists = (_lines(folder, part) for part in PARTS)
    boards = sorted({each["idBoard"] for each in (*cards, *lists, *labels)})
    for id_ in boards:
        created = stamp(born(id_))
        world.boards.setdefault(id_, shapes.board(id_, f"Recorded board {id_[:8]}", created))
    _put(world.lists, lists)
    _put(world.labels, labels)
    _put(world.checklists, checklists)
    _put(world.cards, map(_addressable, cards))
    return boards


def _lines(folder: Path, part: str) -> list[Json]:
    """Read a line file, by line feeds only: titles hold other line ends."""
    file = folder / f"_raw_trello_{part}.data.jsonl"
    if not file.exists():
        return []
    return [json.loads(each) for each in file.read_text(encoding="utf-8").split("\n") if each]


def _put(where: dict[str, Json], things: Iterable[Json], **belongs: str) -> None:
    for each in things:
        where[each["id"]] = {**belongs, **each}


def _addressable(card: Json) -> Json:
    """Return the card with its short link under the name that Trello uses, if it has one."""
    return {**card, "shortLink": _link(card)}


def _link(reply: Json) -> str:
    """Return a short link: recorded, or the end of its short address, or made up."""
    address = str(reply.get("shortUrl", "")).rsplit("/", 1)[-1]
    links = (str(reply.get("shortLink", "")), str(reply.get("shortlink", "")), address)
    return next(filter(SHORT_LINK.fullmatch, links), short_link(reply["id"]))
