"""Checks each link against the source it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from config.checks import walk
from config.checks.sources import is_board
from config.wording import listed, meant, quoted
from connectors.registry import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.checks.walk import Fault, Item
    from config.yaml_file import Content
    from connectors.registry import Kind


def check_links(content: Content) -> Iterator[Fault]:
    """Find links that no source could be asked for."""
    sources = content.get("sources")
    names = list(sources) if isinstance(sources, dict) else []
    for key_result in walk.key_results(content):
        for path, link in walk.links(key_result):
            name = walk.text(link, "source")
            if name is not None and name not in names:
                advice = meant(name, names, "add it under sources")
                yield (*path, "source"), f"unknown source {quoted(name)}; {advice}"
                continue
            source = walk.sources(content).get(name or "", {})
            kind = KINDS.get(walk.text(source, "kind") or "")
            if kind is not None:
                yield from _check_keys((path, link), kind)
                yield from _check_together((path, link), kind)
                yield from _check_label((path, link), key_result, kind)
                yield from _check_board((path, link), source, kind)


def _check_keys(item: Item, kind: Kind) -> Iterator[Fault]:
    """Find keys that this kind of link doesn't have, has empty, or has too many of."""
    path, link = item
    every = frozenset().union(*(known.links for known in KINDS.values()))
    for key in sorted(every & _given(link)):
        if key not in kind.links:
            takes = listed(sorted(kind.links))
            yield (*path, key), f"a {kind.name} link has no {key}; it takes {takes}"
        elif link[key] == []:
            yield (*path, key), f"{key} is empty; name what it should take, or leave it out"
    several = sorted(kind.exclusive & _given(link))
    if len(several) > 1:
        text = f"a {kind.name} link takes one of {listed(sorted(kind.exclusive))}"
        advice = f"write a link each for {listed(several)}"
        yield (*path, several[-1]), f"{text}; {advice}"


def _check_together(item: Item, kind: Kind) -> Iterator[Fault]:
    """Find keys that mean nothing without another one."""
    path, link = item
    given = _given(link)
    if "scope" in given and "board" not in given:
        yield (*path, "scope"), "scope narrows a board, and there is none; add board:"
    if link.get("scope") == "sprint" and "sprint" not in given:
        yield (*path, "scope"), "scope: sprint needs the sprint's name; add sprint: NAME"
    if "sprint" in given and link.get("scope") != "sprint":
        yield (*path, "sprint"), "sprint is read with scope: sprint only; add that"
    if "children" in given and kind.apart and not given & kind.apart:
        with_ = listed(sorted(kind.apart, reverse=True), "or")
        yield (*path, "children"), f"children goes with {with_} only; take it out"


def _check_label(item: Item, key_result: Item, kind: Kind) -> Iterator[Fault]:
    """Find labels that the tracker can't have; a link with nothing else is the KR's id."""
    path, link = item
    own = walk.text(link, "label")
    implied = walk.text(key_result[1], "id") if not _given(link) & kind.links else None
    label = own or implied
    if label is not None and not re.fullmatch(kind.label, label):
        key = (*path, "label") if own else path
        text = f"{kind.name} labels have no spaces, so {quoted(label)} can't be one"
        yield key, f"{text}; write label: with the label as it is on the cards"


def _check_board(item: Item, source: dict[str, Content], kind: Kind) -> Iterator[Fault]:
    """Find boards that are none of this tracker's, and links with no board to look through."""
    path, link = item
    board = walk.text(link, "board")
    if board is not None and not is_board(board, kind):
        text = f"board {quoted(board)} is no {kind.name} board"
        yield (*path, "board"), f"{text}; write {kind.board_example}"
    if "boards" in kind.options and not link.get("board") and not source.get("boards"):
        yield path, "no board is named; add board: here, or boards: to the source"


def _given(link: dict[str, Content]) -> frozenset[str]:
    return frozenset(key for key, value in link.items() if value is not None)
