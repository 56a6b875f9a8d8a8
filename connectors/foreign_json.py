"""JSON that others wrote: numbers that are none, and nesting past all sense, are refused; pure."""

from __future__ import annotations

import json
from itertools import accumulate
from typing import Any, NoReturn

DEEPEST = 500
"""Brackets within brackets, of which no answer has a tenth.

Python's reader goes a call deeper for each. So near the limit of calls whatever is tidied
up on the way fails as well, and Python writes a traceback of its own on stderr.
"""

_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"{}[]"))
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}


def brackets_of(content: bytes) -> bytes:
    """Give the brackets of a JSON text, those in its strings too."""
    return content.translate(None, _ALL_BUT_BRACKETS)


def is_too_deep(content: bytes) -> bool:
    """Tell whether a JSON text is nested deeper than anybody means."""
    return max(accumulate(map(_STEPS.__getitem__, brackets_of(content))), default=0) > DEEPEST


def read_json(content: bytes | str) -> Any:
    """Give the value; raises `ValueError` for what is none to the letter, or is too deep."""
    if is_too_deep(content if isinstance(content, bytes) else content.encode("utf-8", "replace")):
        message = "nested too deeply"
        raise ValueError(message)
    return json.loads(content, parse_constant=_no_number)


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)
