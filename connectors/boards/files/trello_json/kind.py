"""What links to Trello's JSON exports and their sources take in okrs.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.boards.trello.kind import board_link
from connectors.boards.trello.kind import selector as board_selector
from connectors.tracker import Key, SetupQuestion, TrackerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.base import Selector


def selector(
    keys: Mapping[str, Any], source: Mapping[str, Any], kr: str, since: datetime | None
) -> Selector:
    """Say what a link asks for, as one to Trello does; with `all` it is every card.

    Without a board it is every board that the files hold.
    """
    every_card = {"label": None} if keys.get("all") else {}
    return board_selector({**every_card, **keys}, source, kr, since)


def _link_faults(keys: Mapping[str, Any], _source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if keys.get("all") and keys.keys() & {"label", "list", "board"}:
        yield "all", "all takes every card of the files; take it out, or what narrows it"


KIND = TrackerKind(
    name="trello-json",
    connector="connectors.boards.files.trello_json.source:TrelloJsonSource",
    links={
        "label": Key("PUB-1"),
        "board": Key("AbCd1234", read=board_link),
        "list": Key("[Doing, Done]", many=True),
        "all": Key("true", flag=True),
        "children": Key("true", flag=True),
    },
    selector=selector,
    options={"file": Key("board.json", path=True, required=True)},
    link_faults=_link_faults,
    secrets=(),
    title="Trello's JSON files",
    questions=(SetupQuestion("file", "The files", hint='one, or a pattern such as "board*.json"'),),
    survey="connectors.boards.files.trello_json.survey:survey",
)
