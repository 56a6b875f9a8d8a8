"""How lists and statuses are named in okrs.yaml: by name, by a pattern, by id; pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = "*"
"""Stands for any text, or none; the only character with a meaning of its own."""


UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufe00-\ufe0f\ufeff\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)
"""What takes no room: zero-width characters, marks of direction, variation selectors."""

ALIKE = str.maketrans({"\u2010": "-", "\u2011": "-", "\u0131": "i"})
"""What looks like another character: hyphens that don't break, a dotless i."""


def visible(text: str) -> str:
    """Give a text as it looks: what can't be seen or told apart is the same.

    Composed and decomposed characters are one (https://www.unicode.org/reports/tr15/),
    and so are spaces and hyphens that break a line and those that don't.
    """
    if text.isascii():
        return " ".join(text.split())
    plain = UNSEEN.sub("", text).translate(ALIKE)
    return " ".join(unicodedata.normalize("NFC", plain).split())


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """Give a name as whole names are compared: as it looks, without regard to case."""
    if name.isascii():
        return " ".join(name.split()).casefold()
    # A dotted capital I falls apart into an i and its dot.
    letters = unicodedata.normalize("NFD", visible(name)).casefold().replace("i\u0307", "i")
    return unicodedata.normalize("NFC", letters)


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
    return frozenset(pattern for pattern in written if ANY not in pattern)


@lru_cache(maxsize=4096)
def _matching(written: tuple[str, ...], name: str, standing_id: str) -> str | None:
    fitting = (
        pattern
        for pattern in written
        if pattern == standing_id or _fits(folded(pattern), folded(name))
    )
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
