"""What Trello's links and sources take in okrs.yaml, and what a link asks it for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.base import ByBoard
from connectors.redaction import quoted
from connectors.tracker import Key, SetupQuestion, TrackerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.base import Selector

_WRITE = "write its URL, or its short link, such as AbCd1234"


def board_link(text: str) -> str:
    """Give a board's short link or id, also that in a board's URL as browsers have it."""
    if "/" not in text:
        link = text
    else:
        try:
            match = re.search(r"/b/([A-Za-z0-9]+)(?:/|$)", urlsplit(text).path.rstrip("/"))
        except ValueError:
            match = None
        if match is None:
            raise ValueError("names no board; write a Trello board's URL or short link")
        link = match[1]
    if not re.fullmatch(r"[A-Za-z0-9]+", link):
        raise ValueError(f"{quoted(link)} is no trello board; {_WRITE}")
    return link


def selector(
    keys: Mapping[str, Any], source: Mapping[str, Any], kr: str, _since: datetime | None
) -> Selector:
    """Say what a link asks for; one that names neither board nor list asks for a label."""
    narrowed = "board" in keys or keys.get("list")
    return ByBoard(
        boards=(keys["board"],) if "board" in keys else tuple(source.get("boards", ())),
        label=keys.get("label", None if narrowed else kr),
        lists=keys.get("list", ()),
        children=keys.get("children", False),
    )


def _link_faults(keys: Mapping[str, Any], source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not keys.get("board") and not source.get("boards"):
        yield "", "no board is named; add board: here, or boards: to the source"


def address_fault(url: str) -> str | None:
    """Say what is too much in the API's address."""
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return None
    if path.endswith("/1"):
        return "has the API's path in it; write the server without /1"
    return None


KIND = TrackerKind(
    name="trello",
    connector="connectors.boards.trello.source:TrelloSource",
    links={
        "label": Key("PUB-1"),
        "board": Key("AbCd1234", read=board_link),
        "list": Key("[Doing, Done]", many=True),
        "children": Key("true", flag=True),
    },
    selector=selector,
    options={"boards": Key("[AbCd1234]", many=True, read=board_link)},
    link_faults=_link_faults,
    secrets=("key", "token"),
    default_url="https://api.trello.com",
    address_fault=address_fault,
    pause=10.0,
    title="Trello",
    questions=(
        SetupQuestion("key", "API key", hint="made at https://trello.com/power-ups/admin"),
        SetupQuestion(
            "token",
            "Token",
            secret=True,
            hint="made at https://trello.com/1/authorize?name=okr-sync&scope=read"
            "&expiration=never&response_type=token&key={key}",
        ),
    ),
    survey="connectors.boards.trello.survey:survey",
    access_ends="connectors.boards.trello.survey:access_ends",
)
