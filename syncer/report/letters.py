"""What is written in the place of letters that an output doesn't have (ASCII, Latin-1, cp1252)."""

from __future__ import annotations

import codecs
import unicodedata

LETTERS = "okr-sync.letters"
"""The name of the codec error handler, for `reconfigure(errors=...)`."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00b7", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        "\u2026": "~",
        "\u2192": ">",
        "\u2190": "<",
        "\u00d7": "x",
        "\u25b2": "^",
        "\u25bc": "v",
        "\u25c6": "<",
        "\u25cb": "o",
        "\u25cf": "*",
    }
)
"""Our own signs, each as wide as before: tables stay in line."""


def register() -> None:
    """Make the handler known; to be called before a stream is told of it."""
    codecs.register_error(LETTERS, _handle)


def in_ascii(text: str) -> str:
    """Write a text in ASCII, as wide as it was: signs by signs, letters without accents, else ?."""
    return "".join(map(_plain, text.translate(_SIGNS)))


def _plain(letter: str) -> str:
    if letter.isascii() or unicodedata.combining(letter):
        return letter if letter.isascii() else ""
    parts = unicodedata.normalize("NFKD", letter)
    if parts[0].isascii() and all(unicodedata.combining(mark) for mark in parts[1:]):
        return parts[0]
    # https://www.unicode.org/reports/tr11/: what is wide takes two columns.
    return "?" * (2 if unicodedata.east_asian_width(letter) in "WF" else 1)


def _handle(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end
