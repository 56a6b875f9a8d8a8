"""The store's tables, as migrations/ made them; a row's `workspace` names its okrs.yaml."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    false,
)

from syncer.store import known_tables
from syncer.store.columns import (
    count_column,
    count_columns,
    key_columns,
    known_kr,
    moment_column,
    name_column,
    number_column,
    number_key,
    text_column,
    text_columns,
    truth_column,
)

metadata = known_tables.metadata

# Which okrs.yaml a workspace was last written from.
workspaces = Table(
    "workspaces",
    metadata,
    *key_columns("workspace"),
    text_column("file"),
    moment_column("at"),
)

objectives = Table(
    "objectives",
    metadata,
    *key_columns("workspace", "id"),
    *text_columns("title", "team", "period", "kind"),
    text_column("parent", null=True),
    count_column("position", null=True),  # in the file
    moment_column("put_in_at", null=True),  # null: before this was kept
    moment_column("taken_out_at", null=True),
)

key_results = Table(
    "key_results",
    metadata,
    *key_columns("workspace", "id"),
    *text_columns("objective", "title"),
    number_column("start"),
    number_column("target"),
    *text_columns("unit", "quality"),
    text_column("links"),  # JSON, as in okrs.yaml, without what is left at its default
    text_column("counting"),  # JSON by source, without what is left at its default
    count_column("position", null=True),  # in the file
    moment_column("put_in_at", null=True),  # null: before this was kept
    moment_column("taken_out_at", null=True),
    ForeignKeyConstraint(["workspace", "objective"], ["objectives.workspace", "objectives.id"]),
)

changes = Table(
    "changes",
    metadata,
    number_key(),
    *text_columns("workspace", "subject"),
    moment_column("at"),
    *text_columns("field", "before", "after"),
    Index(None, "workspace", "subject", "at"),
    Index(None, "workspace", "at"),
)

# A KR's number as okrs.yaml has it (`current`), each time it was another one.
reported_values = Table(
    "reported_values",
    metadata,
    number_key(),
    *text_columns("workspace", "kr"),
    moment_column("at"),
    number_column("value", null=False),
    known_kr(),
    Index(None, "workspace", "kr", "at"),
)

readings = Table(
    "readings",
    metadata,
    number_key(),
    *text_columns("workspace", "kr"),
    moment_column("at"),
    truth_column("rebuilt"),
    *count_columns("done", "remaining", "dropped"),
    number_column("points_done"),
    number_column("points_remaining"),
    count_column("unestimated", null=True),  # null: no counted card has an estimate
    *count_columns("discovery_done", "discovery_remaining", "delivery_done", "delivery_remaining"),
    known_kr(),
    Index(None, "workspace", "kr", "at"),
)

# Where a KR stands: its last trusted reading, and why it isn't newer.
kr_status = Table(
    "kr_status",
    metadata,
    *key_columns("workspace", "kr"),
    Column("reading", Integer, ForeignKey("readings.id"), nullable=True),
    text_column("problem", null=True),
    moment_column("problem_since", null=True),
    text_column("counted_by", null=True),  # JSON by source: the reading's links and rules
    text_column("sums", null=True),  # JSON: the reading's counts, exactly (core/sums.py)
    known_kr(),
)

# From when to when a KR was read well from a source (no problem), or wasn't: then the
# source is "", for the KR as a whole. The last row of a KR is how it is now.
kr_reads = Table(
    "kr_reads",
    metadata,
    number_key(),
    *text_columns("workspace", "kr", "source"),
    moment_column("began"),
    moment_column("ended"),
    *(text_column(name, null=True) for name in ("problem", "remark")),
    moment_column("unlinked_at", null=True),
    known_kr(),
    Index(None, "workspace", "kr", "source"),
)

# When a source was read well: by UTC day, in microseconds since it began, thinned out.
source_reads = Table(
    "source_reads",
    metadata,
    *key_columns("workspace", "source", "day"),
    text_column("moments"),  # JSON list
)

# How cards are called or were, each name once.
card_names = Table(
    "card_names", metadata, number_key(), *text_columns("workspace", "key", "title", "url")
)

cards = Table(
    "cards",
    metadata,
    *key_columns("workspace", "kr", "source", "id"),
    name_column(),
    *text_columns("state", "rule"),
    text_column("via"),  # JSON list
    text_column("thread"),
    number_column("points"),
    moment_column("created", null=True),
    moment_column("finished", null=True),
    known_kr(),
)

# Cards as they were until a run found them otherwise, or no more: for a look back.
past_cards = Table(
    "past_cards",
    metadata,
    number_key(),
    *text_columns("workspace", "kr"),
    moment_column("until"),
    *text_columns("source", "card"),
    name_column(),
    *text_columns("state", "rule", "via", "thread"),
    number_column("points"),
    moment_column("created", null=True),
    moment_column("finished", null=True),
    known_kr(),
    Index(None, "workspace", "kr", "until"),
)

entries = Table(
    "entries",
    metadata,
    number_key(),
    *text_columns("workspace", "kr"),
    moment_column("at"),
    *text_columns("event", "source", "card"),
    name_column(),
    text_column("was", null=True),
    text_column("state", null=True),
    text_column("thread"),
    truth_column("rebuilt"),
    known_kr(),
    Index(None, "workspace", "kr", "at"),
)

checkins = Table(
    "checkins",
    metadata,
    number_key(),
    *text_columns("workspace", "subject"),
    moment_column("at"),
    moment_column("entered_at"),
    moment_column("undone_at", null=True),
    count_column("confidence", null=True),
    number_column("value"),
    *text_columns("note", "risk", "ask"),
    Column("answered", Boolean, nullable=False, server_default=false()),  # the open ask was
    text_column("form", null=True),  # of the page, that it came by
    Index(None, "workspace", "subject"),
)

runs = Table(
    "runs",
    metadata,
    number_key(),
    *text_columns("workspace", "command", "process"),
    moment_column("began"),
    moment_column("ended", null=True),
    count_column("exit_code", null=True),
    text_column("stats"),  # JSON
    Index(None, "workspace", "command"),
)

# What a source has been seen to permit, and when.
source_notes = Table(
    "source_notes",
    metadata,
    *key_columns("workspace", "source", "key"),
    text_column("value"),  # JSON
    moment_column("at"),
)

# Each meeting's report; it is claimed before it is made. The calendar is a team's
# name, "" for the programme's, the day is by its clock. Sealed, it has its content.
reports = Table(
    "reports",
    metadata,
    *key_columns("workspace", "calendar", "day"),
    moment_column("meeting"),
    text_column("claim"),
    moment_column("made_at", null=True),
    text_column("files"),  # JSON list of names
    Column("content", LargeBinary, nullable=True),
    text_column("sha256", null=True),
)

# What was sent for a meeting or a week, where to: noted before, and again after.
deliveries = Table(
    "deliveries",
    metadata,
    *key_columns("workspace", "kind", "calendar", "day", "destination"),
    text_column("status"),
    moment_column("at"),
    text_column("note"),
)

# What is to go to the OKR tools, in its order, and what went last.
outbox = Table(
    "outbox",
    metadata,
    number_key(),
    *text_columns("workspace", "kr", "store", "tool_id", "number", "day", "key", "state"),
    *(text_column(name, null=True) for name in ("light", "problem", "note", "about", "receipt")),
    *(number_column(name) for name in ("value", "value_before")),
    *(moment_column(name, null=True) for name in ("at", "tried_at")),
    *count_columns("tries", "approved"),
)

# Where a KR's number came to stand in a tool, each time, and what was taken back there.
kr_stores = Table(
    "kr_stores",
    metadata,
    number_key(),
    *text_columns("workspace", "kr", "store", "tool_id"),
    *(text_column(name, null=True) for name in ("state", "problem", "undone_light")),
    moment_column("at"),
    *(number_column(name) for name in ("value", "undone_value")),
    Index(None, "workspace", "kr", "store", "tool_id"),
)

# On SQLite these have no row ids, so that a KR's cards lie side by side.
WITHOUT_ROW_IDS = (cards, known_tables.known_cards)
