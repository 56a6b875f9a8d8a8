"""The kinds of columns that the store's tables are made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its zone: kept in UTC to the microsecond, given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn it to UTC; a moment without a zone is a fault of the caller's."""
        del dialect
        return None if value is None else _in_utc(value)

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[Any], datetime | None]:
        """Give the zone back, which SQLite doesn't keep and PostgreSQL moves to the session's.

        It is the whole function, since a report reads a quarter of a million moments.
        """
        del coltype
        return _from_text if dialect.name == "sqlite" else _from_server


def _from_text(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def _from_server(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        message = f"a moment without a zone can't be stored: {moment.isoformat()}"
        raise ValueError(message)
    return moment.astimezone(UTC)


def _text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return _in_utc(moment).isoformat(" ", "microseconds").removesuffix("+00:00")


def texts_of(moments: Sequence[datetime | None]) -> Iterator[str | None]:
    """Write many moments as SQLite's text: in UTC, as almost all are, orjson does most of it."""
    for moment, text in zip(moments, orjson.loads(orjson.dumps(moments)), strict=True):
        if moment is None or moment.tzinfo is not UTC:
            yield _text(moment)
        else:
            fraction = "" if moment.microsecond else ".000000"
            yield f"{text[:10]} {text[11:-6]}{fraction}"


def storable(text: str) -> str:
    """Put U+FFFD for what no database takes: NUL, and half of a surrogate pair."""
    if text.isascii() and "\0" not in text:
        return text
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", "\ufffd")


def storable_all(texts: Sequence[str | None]) -> Iterable[str | None]:
    """Make each text storable; almost always all are as they are, and one look tells."""
    whole = "".join(filter(None, texts))
    return texts if storable(whole) == whole else map(_stored, texts)


def _stored(text: str | None) -> str | None:
    return None if text is None else storable(text)


class StoredText(TypeDecorator[str]):
    """Text from outside, made `storable`."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:
        """Give the function itself: a run passes millions of texts, and each call counts."""
        del dialect
        return _stored


def text_column(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of text."""
    return Column(name, StoredText, nullable=null)


def text_columns(*names: str) -> list[Column[Any]]:
    """Name columns of text."""
    return [text_column(name) for name in names]


def key_columns(*names: str) -> list[Column[Any]]:
    """Name the columns of text that a primary key is made of."""
    return [Column(name, StoredText, primary_key=True) for name in names]


def count_columns(*names: str) -> list[Column[Any]]:
    """Name columns of whole numbers."""
    return [count_column(name) for name in names]


def moment_column(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of moments."""
    return Column(name, UtcDateTime, nullable=null)


def count_column(name: str, *, null: bool = False) -> Column[Any]:
    """Name a column of whole numbers."""
    return Column(name, Integer, nullable=null)


def number_column(name: str, *, null: bool = True) -> Column[Any]:
    """Name a column of numbers, which may be unknown."""
    return Column(name, Double, nullable=null)


def truth_column(name: str) -> Column[Any]:
    """Name a column of truths."""
    return Column(name, Boolean, nullable=False)


def number_key() -> Column[Any]:
    """Give the column of a table's own numbers."""
    return Column("id", Integer, primary_key=True)


def name_column() -> Column[Any]:
    """Let a row be of a card that is called so."""
    return Column("card_name", Integer, ForeignKey("card_names.id"), nullable=False)


def known_kr() -> ForeignKeyConstraint:
    """Let a row be of a KR that the workspace has, or had."""
    return ForeignKeyConstraint(["workspace", "kr"], ["key_results.workspace", "key_results.id"])


KEY_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""How keys and indexes are named."""
