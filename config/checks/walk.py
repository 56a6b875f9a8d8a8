"""Walks the file's values before they are known to be right: only what has the right shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.yaml_file import Content, Place

Item = tuple["Place", dict[str, "Content"]]
Finding = tuple["Place", str]
_NAME = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")


def is_plain(name: str) -> bool:
    """Tell whether a name can be a part of a variable's name."""
    return _NAME.fullmatch(name) is not None


def sources(content: Content) -> dict[str, dict[str, Content]]:
    """Give the sources that are mappings, by name."""
    found = content.get("sources")
    if not isinstance(found, dict):
        return {}
    return {name: source for name, source in found.items() if isinstance(source, dict)}


def objectives(content: Content) -> Iterator[Item]:
    """Yield place and values of each objective."""
    yield from _items(content, (), "objectives")


def key_results(content: Content) -> Iterator[Item]:
    """Yield place and values of each KR, in the file's order."""
    for place, objective in objectives(content):
        yield from _items(objective, place, "key_results")


def links(key_result: Item) -> Iterator[Item]:
    """Yield place and values of each of a KR's links."""
    place, values = key_result
    yield from _items(values, place, "links")


def text(values: dict[str, Content], key: str) -> str | None:
    """Give what is written behind a key if it is a text, None if not."""
    value = values.get(key)
    return value.strip() if isinstance(value, str) and value.strip() else None


def _items(values: dict[str, Content], place: Place, key: str) -> Iterator[Item]:
    found = values.get(key)
    for index, item in enumerate(found if isinstance(found, list) else []):
        if isinstance(item, dict):
            yield (*place, key, index), item
