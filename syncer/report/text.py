"""Words for every format: foreign text made harmless, numbers and times as people say them."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.review.delta import Delta

# A plain one needs no taking apart.
_USUAL_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?/[A-Za-z0-9/._~-]*")
_SENTENCE = re.compile(r"[.!?](?=\s)")
_UNSEEN = {"Cc", "Cs", "Co", "Zl", "Zp"}
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
_SHORT_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("min", timedelta(minutes=1)))
NBSP = "\u00a0"
NONE = "\u2013"


def plain(text: str, limit: int | None = None) -> str:
    """Put foreign text on one line, without control, escape and direction characters.

    With a `limit`, what is longer ends in an ellipsis. Emoji and every script stay.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
        text = "".join(c for c in text if c not in _TURNING)
    line = " ".join(text.split())
    if limit is None or len(line) <= limit:
        return line
    return line[: limit - 1].rstrip() + "…"


def whole(text: str, limit: int) -> str:
    """Put foreign text on one line that ends where a sentence does, else after a word."""
    line = plain(text)
    if len(line) <= limit:
        return line
    ends = [end.end() for end in _SENTENCE.finditer(line, 0, limit)]
    if ends:
        return line[: ends[-1]].rstrip()
    return line[: line.rfind(" ", 0, limit) if " " in line[:limit] else limit - 1].rstrip() + "…"


def number(value: float) -> str:
    """Write a number without needless digits: 96, 96.5, 1,250,000; never an exponent."""
    if abs(value) >= 1e15:  # noqa: PLR2004 - beyond this a float's digits are noise
        return f"{value:.3g}"
    text = f"{value:,.2f}" if abs(value) >= 1 or value == 0 else f"{value:.3f}"
    return text.rstrip("0").rstrip(".")


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, in the plural where it is one."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def quantity(value: float | None, unit: str) -> str:
    """Write a number with its unit; a dash where it was never told."""
    if value is None:
        return NONE
    unit = plain(unit)
    return f"{number(value)}{NBSP}{unit}" if unit else number(value)


def share(percent: float | None) -> str:
    """Write a percentage to one decimal; a dash where nothing counts."""
    return NONE if percent is None else f"{percent:.1f}{NBSP}%"


def age(moment: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in its largest unit: "3 d", "2 h", "now", "never"."""
    if moment is None:
        return "never"
    gone = now - moment
    for unit, length in _SHORT_UNITS:
        if gone >= length:
            return f"{gone // length}{NBSP}{unit}"
    return "now"


def causes(delta: Delta | None) -> tuple[str, ...]:
    """Say what changed, cause by cause ("+4 done", "2 removed"); empty where nothing did."""
    if delta is None:
        return ()
    parts = (
        (delta.done, "+{} done"),
        (delta.added, "+{} added"),
        (delta.reopened, "{} reopened"),
        (delta.dropped, "{} dropped"),
        (delta.removed, "{} removed"),
        (delta.linked, "{} linked"),
        (delta.unlinked, "{} unlinked"),
    )
    return tuple(words.format(count) for count, words in parts if count)


def web_address(url: str) -> str | None:
    """Give an address that may become a link: http and https only; None for any other."""
    if _USUAL_ADDRESS.fullmatch(url):
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.netloc and url.isprintable()
    return url if good else None
