"""What the values of options look like, and what to write where one doesn't look so."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

_LENGTH = re.compile(r"(?P<number>[0-9]{1,7}(?:\.[0-9]{1,6})?)(?P<unit>[smhdw]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_LONGEST = timedelta(days=366)


def okrs_path(text: str) -> str:
    """The file's path; what it names, and what is kept of it, goes by its place."""
    if text == "-":
        raise argparse.ArgumentTypeError("okrs.yaml is known by its place; write it into a file")
    return text


def duration(text: str) -> float:
    """Seconds from "90", "90s", "5m" or "1h"; a number alone is of seconds."""
    length = _length(text)
    if length is None or length > _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90s, 5m or 1h")
    return length.total_seconds()


def age(text: str) -> timedelta:
    """How old something may be, from "2d", "36h" or "1w"; the unit has to be said."""
    length = _length(text)
    if text[-1:].isdigit() or not length or length > _LONGEST:
        message = f"{text!r} is no age; write 90m, 36h, 2d or 1w, up to a year"
        raise argparse.ArgumentTypeError(message)
    return length


def _length(text: str) -> timedelta | None:
    """Read a number and its unit, and nothing around them; None for anything else."""
    match = _LENGTH.fullmatch(text)
    if match is None:
        return None
    return timedelta(seconds=float(match["number"]) * _UNITS[match["unit"]])


def port(text: str) -> int:
    """A port's number; 0 is any that is free."""
    if not (re.fullmatch(r"[0-9]{1,5}", text) and int(text) < 2**16):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give 1 to 65535")
    return int(text)


def confidence(text: str) -> int:
    """A whole number from 0 to 10."""
    if not (re.fullmatch(r"[0-9]{1,2}", text) and int(text) <= 10):  # noqa: PLR2004 - the teams' scale
        raise argparse.ArgumentTypeError(f"{text!r} is no confidence; give 0 to 10")
    return int(text)


def value(text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return number
