"""Checks the sources against what their kinds take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from config.addresses import CLEAR, is_clear
from config.checks import walk
from config.types import board_id
from config.variables import source_variable
from config.wording import listed, meant, quoted
from connectors.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from config.checks.walk import Fault
    from config.yaml_file import Content
    from connectors.registry import Kind

_EXAMPLE = "https://acme.atlassian.net"


def check_sources(content: Content, variables: Container[str] = ()) -> Iterator[Fault]:
    """Find sources that nobody could read from, or that can't be told apart.

    `variables` are the environment's variables that are set.
    """
    first: dict[str, str] = {}
    for name, source in walk.sources(content).items():
        path = ("sources", name)
        if not walk.is_plain(name):
            yield path, f"source {quoted(name)} has no plain name; use letters, digits, - and _"
        taken = first.setdefault(source_variable(name, "token"), name)
        if taken != name:
            shared = source_variable(name, "token")
            yield path, f"source {quoted(name)} would share {shared} with {taken}; rename one"
        kind = KINDS.get(written := walk.text(source, "kind") or "")
        if kind is not None:
            yield from _check_kind(name, source, kind)
            yield from _check_server(name, source, kind, variables)
        elif written:
            advice = meant(written, KINDS, "")
            yield (*path, "kind"), f"unknown kind {quoted(written)}; {advice}"


def _check_kind(name: str, source: dict[str, Content], kind: Kind) -> Iterator[Fault]:
    path = ("sources", name)
    every = frozenset().union(*(known.options for known in KINDS.values()))
    for key in sorted(every - kind.options):
        if source.get(key) is not None:
            takes = listed(["url", "insecure", "counting", *sorted(kind.options)])
            yield (*path, key), f"a {kind.name} source has no {key}; it takes {takes}"
    for index, board in _texts(source.get("boards")):
        if not is_board(board, kind):
            text = f"{quoted(board)} is no {kind.name} board; write {kind.board_example}"
            yield (*path, "boards", *index), text


def _check_server(
    name: str, source: dict[str, Content], kind: Kind, variables: Container[str]
) -> Iterator[Fault]:
    path, url, variable = ("sources", name), walk.text(source, "url"), source_variable(name, "url")
    if url is None and not kind.default_url and variable not in variables:
        yield path, f"url is missing; write for example url: {_EXAMPLE}, or set {variable}"
    elif url is not None and (fault := address_fault(kind.name, url)):
        yield (*path, "url"), f"url {fault}"
    elif url is not None and is_clear(url) and not walk.is_true(source, "insecure"):
        yield (*path, "url"), f"url {CLEAR}; write https://, or insecure: true beside it"


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
