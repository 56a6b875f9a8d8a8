"""Checks the names of periods: an organisation's own, and those that objectives name."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from config.checks import walk
from config.times import is_standard_period
from config.wording import meant
from connectors.redaction import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.checks.walk import Fault
    from config.yaml_file import Content

_LIKE_STANDARD = re.compile(r"[0-9]{4}\W*(?:[QH]\W*[0-9]+)?", re.IGNORECASE)
_STANDARD = "write 2026-Q4 for a quarter, or 2026 for the year"


def check_periods(content: Content) -> Iterator[Fault]:
    """Find names of periods that mean two things or nothing."""
    periods = content.get("periods")
    names = list(periods) if isinstance(periods, dict) else []
    first: dict[str, str] = {}
    for name in names:
        path = ("periods", name)
        same = first.setdefault(_folded(name), name)
        if not name.strip():
            yield path, "a period has no name; write one such as FY27-Q1"
        elif _LIKE_STANDARD.fullmatch(name.strip()):
            text = f"{quoted(name)} reads as a quarter or year of the calendar"
            yield path, f"{text}; give it another name, such as FY27-Q1"
        elif same != name:
            yield path, f"{quoted(name)} is {quoted(same)} again; keep one"
    yield from _check_named(content, names)


def _check_named(content: Content, names: list[str]) -> Iterator[Fault]:
    """Find objectives for a time that nobody knows."""
    for path, values in walk.objectives(content):
        name = walk.text(values, "period")
        if name is None or is_standard_period(name) or name in names:
            continue
        own = f"; of your own, {meant(name, names, '')}" if names else ""
        yield (*path, "period"), f"period is {quoted(name)}; {_STANDARD}{own}"


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()
