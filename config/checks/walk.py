"""Walks the file's values before they are known to be right: only what has the right shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.yaml_file import Content, KeyPath

Item = tuple["KeyPath", dict[str, "Content"]]
Fault = tuple["KeyPath", str]
"""What is wrong, and at which key."""

_NAME = re.compile(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*")


def is_plain(name: str) -> bool:
    """Tell whether a name can be a part of a variable's name."""
    return _NAME.fullmatch(name) is not None


def names(content: Content, key: str) -> tuple[str, ...]:
    """Give the names in one of the file's mappings, such as `sources`."""
    mapping = content.get(key)
    return tuple(mapping) if isinstance(mapping, dict) else ()


def named(content: Content, key: str) -> Iterator[tuple[str, dict[str, Content]]]:
    """Yield name and values of what is a mapping itself in one of the file's mappings."""
    for name in names(content, key):
        if isinstance(values := content[key][name], dict):
            yield name, values


def sources(content: Content) -> dict[str, dict[str, Content]]:
    """Give the sources that are mappings, by name."""
    return dict(named(content, "sources"))


def objectives(content: Content) -> Iterator[Item]:
    """Yield key path and values of each objective."""
    yield from items(((), content), "objectives")


def key_results(content: Content) -> Iterator[Item]:
    """Yield key path and values of each KR, in the file's order."""
    for objective in objectives(content):
        yield from items(objective, "key_results")


def links(key_result: Item) -> Iterator[Item]:
    """Yield key path and values of each of a KR's links."""
    yield from items(key_result, "links")


def items(above: Item, key: str) -> Iterator[Item]:
    """Yield key path and values of each mapping in a list behind a key."""
    path, values = above
    listed = values.get(key)
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(item, dict):
            yield (*path, key, index), item


def text(values: dict[str, Content], key: str) -> str | None:
    """Give what is written behind a key if it is a text, None if not."""
    value = values.get(key)
    return value.strip() if isinstance(value, str) and value.strip() else None


def is_true(values: dict[str, Content], key: str) -> bool:
    """Tell whether a key says yes, in one of the ways that YAML and the models take."""
    return (text(values, key) or "").casefold() in {"true", "yes", "on", "y", "t", "1"}
