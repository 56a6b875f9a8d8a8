"""A briefing as text that is kept for good, and back: by the names of its parts; pure."""

from __future__ import annotations

import json
import types
from collections import abc
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from connectors import base
from syncer.core import outbox, period, records
from syncer.review import attention, briefing, closing, delta, forecast, moves, outcome
from syncer.review.briefing import Briefing

_MODULES = (
    base, outbox, period, records, attention, briefing, closing, delta, forecast, moves, outcome,
)  # fmt: skip
"""Where what a briefing is made of is defined; a new part's module belongs here."""

_UNIONS = (Union, types.UnionType)


def sealed(content: Briefing) -> bytes:
    """Give a briefing as JSON in UTF-8; `opened` gives an equal one back, to the last digit."""
    text = json.dumps(_plain(content), ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def opened(content: bytes) -> Briefing:
    """Give the briefing that was sealed.

    A part that has come since then has its default, and one that has gone is left
    out. Raises `ValueError` where it can't be read any more.
    """
    try:
        value = json.loads(content.decode("utf-8", "surrogatepass"))
        read: Briefing = _record(value, Briefing)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        message = "holds no briefing that this version can read"
        raise ValueError(message) from error
    return read


def _plain(value: Any) -> Any:
    """Give a value as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if names := _names(type(value)):
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, abc.Mapping):
        return {str(_plain(key)): _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value


def _read(value: Any, hint: Any) -> Any:
    """Give what JSON has as what a part's type says."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in _UNIONS:
        return None if value is None else _read(value, _meant(value, parts))
    if isinstance(value, dict):
        if origin is None:
            return _record(value, hint)
        key_hint, part_hint = parts
        return {_read(key, key_hint): _read(part, part_hint) for key, part in value.items()}
    if isinstance(value, list):
        hints = [parts[0]] * len(value) if len(parts) < 2 or parts[1] is ... else parts  # noqa: PLR2004 - (X, ...)
        return tuple(_read(part, of) for part, of in zip(value, hints, strict=True))
    if isinstance(hint, type) and issubclass(hint, date):
        return hint.fromisoformat(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value


def _meant(value: Any, hints: tuple[Any, ...]) -> Any:
    """Give which of several types a value is of: of records that whose parts it has."""
    kinds = [hint for hint in hints if hint is not type(None)]
    if isinstance(value, dict) and len(kinds) > 1:
        return max(kinds, key=lambda kind: _likeness(value.keys(), frozenset(_names(kind))))
    return kinds[0]


def _likeness(keys: abc.Set[str], names: frozenset[str]) -> float:
    return len(keys & names) / max(1, len(keys | names))


def _record(value: dict[str, Any], kind: Any) -> Any:
    hints, optional = _hints(kind), _optional(kind)
    known = {name: _read(value[name], hints[name]) for name in _names(kind) if name in value}
    missing = [name for name in hints if name not in known and name not in optional]
    if missing:
        raise KeyError(*missing)
    return kind(**known)


def _names(kind: Any) -> tuple[str, ...]:
    """Give the names of a record's parts; none for what is no record."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind))
    names: tuple[str, ...] = getattr(kind, "_fields", ())
    return names


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    known = {"datetime": datetime, "date": date, **vars(abc)}
    for module in _MODULES:
        known |= {name: part for name, part in vars(module).items() if isinstance(part, type)}
    hints = get_type_hints(kind, localns=known)
    return {name: hints[name] for name in _names(kind)}


@lru_cache(maxsize=64)
def _optional(kind: Any) -> frozenset[str]:
    """Give the names of a record's parts that have a default."""
    if not is_dataclass(kind):
        return frozenset(kind._field_defaults)
    return frozenset(
        field.name
        for field in fields(kind)
        if not (field.default is MISSING and field.default_factory is MISSING)
    )
