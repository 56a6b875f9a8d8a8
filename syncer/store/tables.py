"""The store's tables, as they are now; migrations/ says how they came to be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

if TYPE_CHECKING:
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


class Words(TypeDecorator[str]):
    """Text from outside, made `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what can't be stored; almost always there is nothing to do."""
        del dialect
        return None if value is None else storable(value)


def _words(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Words, nullable=null)


def _moment(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Moment, nullable=null)


def _count(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, Integer, nullable=null)


def _number(name: str) -> Column[Any]:
    return Column(name, Double, nullable=True)


def _key_result(*, primary_key: bool = False) -> Column[Any]:
    return Column(
        "kr", Words, ForeignKey("key_results.id"), primary_key=primary_key, nullable=False
    )


metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

objectives = Table(
    "objectives",
    metadata,
    Column("id", Words, primary_key=True),
    _words("title"),
    _words("team"),
    _words("period"),
    _words("kind"),
    _words("parent", null=True),
)

key_results = Table(
    "key_results",
    metadata,
    Column("id", Words, primary_key=True),
    Column("objective", Words, ForeignKey("objectives.id"), nullable=False),
    _words("title"),
    _number("start"),
    _number("target"),
    _words("unit"),
    _words("quality"),
    _words("links"),  # JSON, as in okrs.yaml, without what is left at its default
    _words("counting"),  # JSON by source, without what is left at its default
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("subject"),
    _moment("at"),
    _words("what"),
    _words("before"),
    _words("after"),
    Index(None, "subject", "at"),
    Index(None, "at"),
)

# A KR's number as okrs.yaml told it, each time it was told anew.
told_values = Table(
    "told_values",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    _moment("at"),
    Column("value", Double, nullable=False),
    Index(None, "kr", "at"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    _moment("at"),
    Column("rebuilt", Boolean, nullable=False),
    _count("done"),
    _count("remaining"),
    _count("dropped"),
    _number("points_done"),
    _number("points_remaining"),
    _count("unestimated", null=True),  # null: no counted card has an estimate
    _count("discovery_done"),
    _count("discovery_remaining"),
    _count("delivery_done"),
    _count("delivery_remaining"),
    Index(None, "kr", "at"),
)

# Where a KR stands: its last trusted reading, and why it isn't newer.
standings = Table(
    "standings",
    metadata,
    _key_result(primary_key=True),
    Column("reading", Integer, ForeignKey("readings.id"), nullable=True),
    _words("problem", null=True),
    _moment("problem_since", null=True),
)

# When each source of a KR was last read whole.
looks = Table(
    "looks",
    metadata,
    _key_result(primary_key=True),
    Column("source", Words, primary_key=True),
    _moment("at"),
)

# On SQLite without row ids (see the migration): a KR's cards lie side by side.
cards = Table(
    "cards",
    metadata,
    _key_result(primary_key=True),
    Column("source", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    _words("key"),
    _words("title"),
    _words("url"),
    _words("state"),
    _words("rule"),
    _words("via"),  # JSON list
    _words("thread"),
    _number("points"),
    _moment("created", null=True),
    _moment("finished", null=True),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    _moment("at"),
    _words("event"),
    _words("source"),
    _words("card"),
    _words("key"),
    _words("title"),
    _words("url"),
    _words("was", null=True),
    _words("thread"),
    Column("rebuilt", Boolean, nullable=False),
    Index(None, "kr", "at", "event"),
)

checkins = Table(
    "checkins",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("subject"),
    _moment("at"),
    _count("confidence", null=True),
    _number("value"),
    _words("note"),
    _words("risk"),
    _words("ask"),
    Index(None, "subject", "at"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("command"),
    _moment("began"),
    _moment("ended", null=True),
    _count("exit_code", null=True),
    _words("stats"),  # JSON
)

# What a source has been seen to permit, and when.
memories = Table(
    "memories",
    metadata,
    Column("source", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    _words("value"),  # JSON
    _moment("at"),
)
