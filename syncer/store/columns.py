"""The kinds of columns that the store's tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Double, Integer, Text, TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Dialect


class Moment(TypeDecorator[datetime]):
    """A moment with its zone: kept in UTC to the microsecond, given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it to UTC; a moment without a zone is a fault of the caller's."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment without a zone can't be stored: {value.isoformat()}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back, which SQLite doesn't keep and PostgreSQL moves to the session's."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def storable(text: str) -> str:
    """Put U+FFFD for what no database takes: NUL, and half of a surrogate pair."""
    if text.isascii() and "\0" not in text:
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\ufffd")


def _stored(text: str | None) -> str | None:
    return None if text is None else storable(text)


class Words(TypeDecorator[str]):
    """Text from outside, made `storable`."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Give the function itself: a run passes millions of texts, and each call counts."""
        del dialect
        return _stored


def words(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of text."""
    return Column(name, Words, nullable=null)


def moment(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of moments."""
    return Column(name, Moment, nullable=null)


def count(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of whole numbers."""
    return Column(name, Integer, nullable=null)


def number(name: str) -> Column[Any]:
    """Name a column of numbers that may be unknown."""
    return Column(name, Double, nullable=True)
