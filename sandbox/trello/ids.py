"""Trello's ids, short links and time stamps, made repeatably."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MACHINE = "a7c3e91f04"
OBJECT_ID = re.compile(r"[0-9a-f]{24}")
SHORT_LINK = re.compile(r"[0-9A-Za-z]{8}")


class Ids:
    """Gives out ids whose first eight hex digits are the moment of creation, in seconds."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._serial = 0

    def next(self, at: datetime | None = None) -> str:
        """Return a new id for something created `at` (now, if not told)."""
        self._serial += 1
        seconds = int((at or self._clock()).timestamp())
        return f"{seconds:08x}{MACHINE}{self._serial:06x}"


def born(object_id: str) -> datetime:
    """Return when the thing with this id was created, to the second, in UTC."""
    return datetime.fromtimestamp(int(object_id[:8], 16), UTC)


def short_link(object_id: str) -> str:
    """Return the eight letters that people see in the address of this id."""
    number = int.from_bytes(hashlib.sha256(object_id.encode()).digest()[:8], "big")
    letters = []
    for _ in range(8):
        number, digit = divmod(number, len(LETTERS))
        letters.append(LETTERS[digit])
    return "".join(letters)


def stamp(moment: datetime) -> str:
    """Write a moment as Trello does: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def slug(name: str) -> str:
    """Return the end of a board's or card's address."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "-"
