"""How a problem in okrs.yaml is worded: short excerpts, the nearest known name."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def listed(names: Iterable[str], last: str = "and") -> str:
    """Write "a, b and c"."""
    *most, end = [name for name in names if name] or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Tell the known name that was probably meant, without regard to case; None if none is."""
    by_fold = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else None


def likely(word: str, known: Iterable[str]) -> str:
    """End a sentence with the known name that was probably meant; "" if none is."""
    near = nearest(word, known)
    return f"; did you mean {near}?" if near else ""


def meant(word: str, known: Iterable[str], otherwise: str) -> str:
    """End a message about an unknown name: the nearest one, else all, else `otherwise`."""
    names = sorted(known)
    near = nearest(word, names)
    if near is not None:
        return f"did you mean {near}?"
    return f"write {listed(names, 'or')}" if names else otherwise
