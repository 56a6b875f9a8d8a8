"""The few JQL texts we send, quoted and bounded; pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

T = TypeVar("T")

AT_ONCE = 500
"""Operands of one IN list: Jira has answered 500 to a few thousand (JRACLOUD-84010)."""

STRING = r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
ORDER = re.compile(STRING + r"|\border\s+by\b.*", re.IGNORECASE | re.DOTALL)


def quoted(text: str) -> str:
    """A value as a JQL string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def within(field: str, values: Iterable[str]) -> str:
    """`field in ("a", "b")`."""
    return f"{field} in ({', '.join(quoted(value) for value in values)})"


def numbered(field: str, ids: Iterable[str]) -> str:
    """`field in (10001, 10002)`: quoted, a number would be taken for a key."""
    return f"{field} in ({', '.join(ids)})"


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in runs of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def packed(values: Sequence[T], sizes: Sequence[int], most: int) -> Iterator[Sequence[T]]:
    """The values in runs whose sizes come to `most` at most; a larger one is a run by itself."""
    start, held = 0, 0
    for at, size in enumerate(sizes):
        if held and held + size > most:
            yield values[start:at]
            start, held = at, 0
        held += size
    if start < len(values):
        yield values[start:]


def unordered(query: str) -> str:
    """A query without its ORDER BY, which can't stand inside parentheses."""
    return ORDER.sub(lambda clause: clause.group(1) or "", query).strip()


def narrowed(query: str, projects: Iterable[str]) -> str:
    """A query held to these projects; any project where there are none."""
    named = tuple(projects)
    return f"{within('project', named)} AND ({query})" if named else query
