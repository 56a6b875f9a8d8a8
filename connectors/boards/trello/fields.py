"""Values out of Trello's JSON: of the kind that they are documented as, or not understood; pure.

A field that an old board or export lacks is left out altogether, and has a default; one
that is there with another kind of value means that this isn't the answer it seems.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Json = Mapping[str, Any]

ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
"""What can be an id: it goes into addresses, so that nothing else may be one."""

MOST_POINTS = 1e9
YEARS = range(1990, 2200)


class Odd(ValueError):  # noqa: N818 - it is translated before anybody sees it
    """A value of a kind that Trello doesn't document."""


def listed(json: Json, name: str) -> Sequence[Json]:
    """Give a list of objects; an empty one for a field that isn't there."""
    value = json.get(name, [])
    if not isinstance(value, list | tuple) or not all(isinstance(item, dict) for item in value):
        raise Odd
    return value


def number(json: Json) -> str:
    """Give an object's id."""
    return known_id(json.get("id"))


def known_id(value: Any) -> str:
    """Give a value that must be an id."""
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise Odd


def text(json: Json, name: str, default: str = "") -> str:
    """Give a text; databases that take no NUL get none."""
    value = json.get(name, default)
    if not isinstance(value, str):
        raise Odd
    return value.replace("\0", "\ufffd")


def optional_text(json: Json, name: str) -> str | None:
    """Give a text that may be null."""
    return None if json.get(name) is None else text(json, name)


def flag(json: Json, name: str) -> bool:
    """Give a yes or no."""
    value = json.get(name, False)
    if not isinstance(value, bool):
        raise Odd
    return value


def moment(json: Json, name: str) -> datetime | None:
    """Give a moment with its zone, UTC where it has none; it may be null."""
    written = optional_text(json, name)
    if written is None:
        return None
    when = datetime.fromisoformat(written)
    if when.year not in YEARS:
        raise Odd
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def points(written: Any) -> float:
    """Give a points field's number, which comes as a text."""
    if not isinstance(written, str):
        raise Odd
    value = float(written)
    if not abs(value) <= MOST_POINTS:
        raise Odd
    return value


def position(json: Json) -> float:
    """Give where an item stands among its like."""
    value = json.get("pos", 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Odd
    return float(value)
