"""Checks the sources against what their kinds take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.checks import walk
from config.checks.secrets import variable
from config.types import board_id
from config.wording import listed, meant, quoted
from connectors.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from config.checks.walk import Finding
    from config.yaml_file import Content
    from connectors.registry import Kind

_EXAMPLE = "https://acme.atlassian.net"


def check_sources(content: Content, told: Container[str] = ()) -> Iterator[Finding]:
    """Find sources that nobody could read from, or that can't be told apart.

    `told` are the environment's variables that are set.
    """
    first: dict[str, str] = {}
    for name, source in walk.sources(content).items():
        place = ("sources", name)
        if not walk.is_plain(name):
            yield place, f"source {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(variable(name, "token"), name)
        if taken != name:
            named = variable(name, "token")
            yield place, f"source {quoted(name)} would share {named} with {taken}; rename one"
        kind = KINDS.get(written := walk.text(source, "kind") or "")
        if kind is not None:
            yield from _check_kind(name, source, kind)
            yield from _check_server(name, source, kind, told)
        elif written:
            advice = meant(written, KINDS, "")
            yield (*place, "kind"), f"unknown kind {quoted(written)}; {advice}"


def _check_kind(name: str, source: dict[str, Content], kind: Kind) -> Iterator[Finding]:
    place = ("sources", name)
    every = frozenset().union(*(known.options for known in KINDS.values()))
    for key in sorted(every - kind.options):
        if source.get(key) is not None:
            takes = listed(["url", "counting", *sorted(kind.options)])
            yield (*place, key), f"a {kind.name} source has no {key}; it takes {takes}"
    for index, board in _texts(source.get("boards")):
        if not is_board(board, kind):
            text = f"{quoted(board)} is no {kind.name} board; write {kind.board_example}"
            yield (*place, "boards", *index), text


def _check_server(
    name: str, source: dict[str, Content], kind: Kind, told: Container[str]
) -> Iterator[Finding]:
    place, url, named = ("sources", name), walk.text(source, "url"), variable(name, "url")
    if url is None and not kind.default_url and named not in told:
        yield place, f"url is missing; write for example url: {_EXAMPLE}, or set {named}"
    elif url is not None and (fault := address_fault(kind.name, url)):
        yield (*place, "url"), f"url {fault}"


def address_fault(kind: str, url: str) -> str | None:
    """Say what is too much in a server's address, None if nothing is; it isn't repeated."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    if kind == "trello" and path.endswith("/1"):
        return "has the API's path in it; write the server without /1"
    if kind == "jira" and "/rest" in path:
        return "has the API's path in it; write the server without /rest and what follows"
    if kind == "jira" and path and (parts.hostname or "").endswith(".atlassian.net"):
        return f"is a page's address; write the site alone, like {_EXAMPLE}"
    return None


def is_board(text: str, kind: Kind) -> bool:
    """Tell whether a board could be one of this kind of tracker; a URL that is none passes.

    What is no board at all has its message from the values' own check.
    """
    try:
        return re.fullmatch(kind.board, board_id(text.strip())) is not None
    except ValueError:
        return True


def _texts(value: Content) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield where and what each text of a list is, or of a text alone."""
    if isinstance(value, str):
        yield (), value
    for index, item in enumerate(value if isinstance(value, list) else []):
        if isinstance(item, str):
            yield (index,), item
