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
    """A name as whole names are compared: without regard to case, and to spaces around it."""
    return " ".join(name.split()).casefold()


def meant(written: Sequence[str], name: str | None, place: str) -> str | None:
    """Which of these means the list or status of this name and id; None if none does.

    A name is compared whole and without regard to case, a pattern so too, an id
    as it is. A card without a status, or without a list, has None as its name.
    """
    return _meant(tuple(written), name, place) if written and name is not None else None


def told(name: str, written: str) -> str:
    """A name for people, with what was written where that isn't the name itself."""
    return name if folded(written) == folded(name) else f"{name} (by {written})"


def plain(written: Sequence[str]) -> frozenset[str]:
    """Those that are names, not patterns."""
    return frozenset(one for one in written if ANY not in one)


@lru_cache(maxsize=4096)
def _meant(written: tuple[str, ...], name: str, place: str) -> str | None:
    fitting = (one for one in written if one == place or _fits(folded(one), folded(name)))
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
