"""The store's tables, as they are now; migrations/ says how they came to be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, MetaData, Table

from syncer.store.columns import Words, count, moment, number, words


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
    words("title"),
    words("team"),
    words("period"),
    words("kind"),
    words("parent", null=True),
)

key_results = Table(
    "key_results",
    metadata,
    Column("id", Words, primary_key=True),
    Column("objective", Words, ForeignKey("objectives.id"), nullable=False),
    words("title"),
    number("start"),
    number("target"),
    words("unit"),
    words("quality"),
    words("links"),  # JSON, as in okrs.yaml, without what is left at its default
    words("counting"),  # JSON by source, without what is left at its default
)

changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True),
    words("subject"),
    moment("at"),
    words("what"),
    words("before"),
    words("after"),
    Index(None, "subject", "at"),
    Index(None, "at"),
)

# A KR's number as okrs.yaml told it, each time it was told anew.
told_values = Table(
    "told_values",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    moment("at"),
    Column("value", Double, nullable=False),
    Index(None, "kr", "at"),
)

readings = Table(
    "readings",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    moment("at"),
    Column("rebuilt", Boolean, nullable=False),
    count("done"),
    count("remaining"),
    count("dropped"),
    number("points_done"),
    number("points_remaining"),
    count("unestimated", null=True),  # null: no counted card has an estimate
    count("discovery_done"),
    count("discovery_remaining"),
    count("delivery_done"),
    count("delivery_remaining"),
    Index(None, "kr", "at"),
)

# Where a KR stands: its last trusted reading, and why it isn't newer.
standings = Table(
    "standings",
    metadata,
    _key_result(primary_key=True),
    Column("reading", Integer, ForeignKey("readings.id"), nullable=True),
    words("problem", null=True),
    moment("problem_since", null=True),
)

# When each source of a KR was last read whole.
looks = Table(
    "looks",
    metadata,
    _key_result(primary_key=True),
    Column("source", Words, primary_key=True),
    moment("at"),
)

cards = Table(
    "cards",
    metadata,
    _key_result(primary_key=True),
    Column("source", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    words("key"),
    words("title"),
    words("url"),
    words("state"),
    words("rule"),
    words("via"),  # JSON list
    words("thread"),
    number("points"),
    moment("created", null=True),
    moment("finished", null=True),
)

entries = Table(
    "entries",
    metadata,
    Column("id", Integer, primary_key=True),
    _key_result(),
    moment("at"),
    words("event"),
    words("source"),
    words("card"),
    words("key"),
    words("title"),
    words("url"),
    words("was", null=True),
    words("thread"),
    Column("rebuilt", Boolean, nullable=False),
    Index(None, "kr", "at", "event"),
)

checkins = Table(
    "checkins",
    metadata,
    Column("id", Integer, primary_key=True),
    words("subject"),
    moment("at"),
    count("confidence", null=True),
    number("value"),
    words("note"),
    words("risk"),
    words("ask"),
    Index(None, "subject", "at"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    words("command"),
    moment("began"),
    moment("ended", null=True),
    count("exit_code", null=True),
    words("stats"),  # JSON
)

# What a source has been seen to permit, and when.
memories = Table(
    "memories",
    metadata,
    Column("source", Words, primary_key=True),
    Column("key", Words, primary_key=True),
    words("value"),  # JSON
    moment("at"),
)

# A source's cards as last fetched, for the next pull to compare with; no history.
known_cards = Table(
    "known_cards",
    metadata,
    Column("source", Words, primary_key=True),
    Column("id", Words, primary_key=True),
    words("card"),  # JSON list, in the order of `known.FIELDS`
)

# Each meeting's report; it is claimed before it is made. The calendar is a team's
# name, "" for the programme's, the day is by its clock.
reports = Table(
    "reports",
    metadata,
    Column("calendar", Words, primary_key=True),
    Column("day", Words, primary_key=True),
    moment("meeting"),
    words("claim"),
    moment("made", null=True),
    words("files"),  # JSON list of names
)

# What was sent for a meeting or a week, where to: noted before, and again after.
deliveries = Table(
    "deliveries",
    metadata,
    Column("what", Words, primary_key=True),
    Column("calendar", Words, primary_key=True),
    Column("day", Words, primary_key=True),
    Column("place", Words, primary_key=True),
    words("fate"),
    moment("at"),
    words("note"),
)

# On SQLite these have no row ids, so that a KR's cards lie side by side.
WITHOUT_ROW_IDS = (cards, known_cards)
