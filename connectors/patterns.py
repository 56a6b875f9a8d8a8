"""How lists and statuses are named in okrs.yaml: by name, by a pattern, by id; pure."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = "*"
"""Stands for any text, or none; the only character with a meaning of its own."""


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Give a name as whole names are compared: without regard to case, and to spaces around it."""
    return " ".join(name.split()).casefold()


def matching(written: Sequence[str], name: str | None, standing_id: str) -> str | None:
    """Give the one of these that means the list or status of this name and id; None if none does.

    A name is compared whole and without regard to case, a pattern so too, an id
    as it is. A card without a status, or without a list, has None as its name.
    """
    return _matching(tuple(written), name, standing_id) if written and name is not None else None


def name_as_written(name: str, written: str) -> str:
    """Give a name for people, with what was written where that isn't the name itself."""
    return name if folded(written) == folded(name) else f"{name} (by {written})"


def whole_names(written: Sequence[str]) -> frozenset[str]:
    """Give those that are names, not patterns."""
    return frozenset(one for one in written if ANY not in one)


@lru_cache(maxsize=4096)
def _matching(written: tuple[str, ...], name: str, standing_id: str) -> str | None:
    fitting = (one for one in written if one == standing_id or _fits(folded(one), folded(name)))
    return next(fitting, None)


def _fits(pattern: str, name: str) -> bool:
    """Whether a name has the pattern's parts in their order, its ends at the name's ends."""
    first, *parts = pattern.split(ANY)
    if not parts:
        return name == first
    *between, last = parts
    at, end = len(first), len(name) - len(last)
    if end < at or not (name.startswith(first) and name.endswith(last)):
        return False
    for part in between:
        at = name.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return True
