"""The tables as revision 0004 makes them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def make_tables() -> None:
    """Make every table, those before that others point to."""
    _definitions()
    _readings()
    _cards()
    _known_cards()
    _others()
    _tools()
    _fleet()


def _keys(*names: str) -> list[sa.Column[Any]]:
    names = ("workspace", *names)
    return [sa.Column(name, sa.Text(), nullable=False, primary_key=True) for name in names]


def _texts(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _counts(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=null) for name in names]


def _number(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), nullable=null)


def _rebuilt() -> sa.Column[Any]:
    return sa.Column("rebuilt", sa.Boolean(), nullable=False)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _known(column: str = "kr", table: str = "key_results") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace", column], [f"{table}.workspace", f"{table}.id"])


def _index(table: str, *columns: str) -> None:
    columns = ("workspace", *columns)
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _definitions() -> None:
    op.create_table("workspaces", *_keys(), *_texts("file"), _moment("at"))
    op.create_table(
        "objectives",
        *_keys("id"),
        *_texts("title", "team", "period", "kind"),
        *_texts("parent", null=True),
        *_counts("position", null=True),
        _moment("put_in_at", null=True),
        _moment("taken_out_at", null=True),
    )
    op.create_table(
        "key_results",
        *_keys("id"),
        *_texts("objective", "title"),
        _number("start"),
        _number("target"),
        *_texts("unit", "quality", "links", "counting"),
        *_counts("position", null=True),
        _moment("put_in_at", null=True),
        _moment("taken_out_at", null=True),
        _known("objective", "objectives"),
    )
    op.create_table(
        "changes",
        _id(),
        *_texts("workspace", "subject"),
        _moment("at"),
        *_texts("field", "before", "after"),
    )
    _index("changes", "subject", "at")
    _index("changes", "at")
    op.create_table(
        "reported_values",
        _id(),
        *_texts("workspace", "kr"),
        _moment("at"),
        _number("value", null=False),
        _known(),
    )
    _index("reported_values", "kr", "at")


def _readings() -> None:
    op.create_table(
        "readings",
        _id(),
        *_texts("workspace", "kr"),
        _moment("at"),
        _rebuilt(),
        *_counts("done", "remaining", "dropped"),
        _number("points_done"),
        _number("points_remaining"),
        *_counts("unestimated", null=True),
        *_counts("discovery_done", "discovery_remaining", "delivery_done", "delivery_remaining"),
        _known(),
    )
    _index("readings", "kr", "at")
    op.create_table(
        "kr_status",
        *_keys("kr"),
        sa.Column("reading", sa.Integer(), sa.ForeignKey("readings.id"), nullable=True),
        *_texts("problem", null=True),
        _moment("problem_since", null=True),
        *_texts("counted_by", "sums", null=True),
        _known(),
    )
    op.create_table(
        "kr_reads",
        _id(),
        *_texts("workspace", "kr", "source"),
        _moment("began"),
        _moment("ended"),
        *_texts("problem", "remark", null=True),
        _moment("unlinked_at", null=True),
        _known(),
    )
    _index("kr_reads", "kr", "source")
    op.create_table("source_reads", *_keys("source", "day"), *_texts("moments"))


def _cards() -> None:
    op.create_table(
        "cards",
        *_keys("kr", "source", "id"),
        *_texts("key", "title", "url", "state", "rule", "via", "thread"),
        _number("points"),
        _moment("created", null=True),
        _moment("finished", null=True),
        _known(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "past_cards",
        _id(),
        *_texts("workspace", "kr"),
        _moment("until"),
        *_texts("source", "card", "key", "title", "url", "state", "rule", "via", "thread"),
        _number("points"),
        _moment("created", null=True),
        _moment("finished", null=True),
        _known(),
    )
    _index("past_cards", "kr", "until")
    op.create_table(
        "entries",
        _id(),
        *_texts("workspace", "kr"),
        _moment("at"),
        *_texts("event", "source", "card", "key", "title", "url"),
        *_texts("was", "state", null=True),
        *_texts("thread"),
        _rebuilt(),
        _known(),
    )
    _index("entries", "kr", "at")


def _known_cards() -> None:
    op.create_table(
        "known_cards",
        *_keys("source", "id"),
        *_counts("fields"),
        *_counts("shape", null=True),
        *_texts("card"),
        sqlite_with_rowid=False,
    )
    op.create_table("card_shapes", _id(), *_texts("workspace", "source", "shape"))
    _index("card_shapes", "source")
    op.create_table(
        "card_fields",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        *_texts("names"),
    )


def _others() -> None:
    op.create_table(
        "checkins",
        _id(),
        *_texts("workspace", "subject"),
        _moment("at"),
        _moment("entered_at"),
        _moment("undone_at", null=True),
        *_counts("confidence", null=True),
        _number("value"),
        *_texts("note", "risk", "ask"),
        sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false()),
        *_texts("form", null=True),
    )
    _index("checkins", "subject")
    op.create_table(
        "runs",
        _id(),
        *_texts("workspace", "command", "process"),
        _moment("began"),
        _moment("ended", null=True),
        *_counts("exit_code", null=True),
        *_texts("stats"),
    )
    _index("runs", "command")
    op.create_table("source_notes", *_keys("source", "key"), *_texts("value"), _moment("at"))
    op.create_table(
        "reports",
        *_keys("calendar", "day"),
        _moment("meeting"),
        *_texts("claim"),
        _moment("made_at", null=True),
        *_texts("files"),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *_texts("sha256", null=True),
    )
    op.create_table(
        "deliveries",
        *_keys("kind", "calendar", "day", "destination"),
        *_texts("status"),
        _moment("at"),
        *_texts("note"),
    )


def _tools() -> None:
    op.create_table(
        "outbox",
        _id(),
        *_texts("workspace", "kr", "store", "tool_id", "number", "day", "key", "state"),
        *_texts("light", "problem", "note", "about", "receipt", null=True),
        _number("value"),
        _number("value_before"),
        _moment("at", null=True),
        _moment("tried_at", null=True),
        *_counts("tries", "approved"),
    )
    op.create_table(
        "kr_stores",
        _id(),
        *_texts("workspace", "kr", "store", "tool_id"),
        *_texts("state", "problem", "undone_light", null=True),
        _moment("at"),
        _number("value"),
        _number("undone_value"),
    )
    _index("kr_stores", "kr", "store", "tool_id")


def _fleet() -> None:
    site, file = (
        sa.Column(name, sa.Text(), nullable=False, primary_key=True) for name in ("site", "file")
    )
    op.create_table("sites", site, *_texts("budget"), _moment("at"))
    op.create_table(
        "source_states",
        *_keys("source"),
        *_texts("site", "file"),
        *(_moment(name, null=True) for name in ("read_at", "tried_at", "failing_since")),
        *_texts("problem", "waits_for", null=True),
        _moment("waits_until", null=True),
        *_counts("requests", null=True),
        _number("seconds"),
    )
    op.create_table("source_problems", *_keys("kr", "source"), *_texts("problem"), _known())
    op.create_table(
        "fleet_files",
        file,
        *_texts("workspace", "digest", "digest_before"),
        *_texts("problem", null=True),
        _moment("since", null=True),
        _moment("changed_at"),
        _moment("seen_at"),
    )
