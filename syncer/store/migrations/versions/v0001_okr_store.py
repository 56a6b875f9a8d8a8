"""The OKR store: objectives, key results, readings, cards, ledger, check-ins, runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table."""
    _definitions()
    _readings()
    _cards()
    _entries()
    _checkins()
    _runs()


def _text(name: str, *, null: bool = False, primary_key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null, primary_key=primary_key)


def _moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _count(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _number(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Double(), nullable=null)


def _truth(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _key_result(*, primary_key: bool = False) -> sa.Column[Any]:
    known = sa.ForeignKey("key_results.id")
    return sa.Column("kr", sa.Text(), known, primary_key=primary_key, nullable=False)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _definitions() -> None:
    op.create_table(
        "objectives",
        _text("id", primary_key=True),
        _text("title"),
        _text("team"),
        _text("period"),
        _text("kind"),
        _text("parent", null=True),
    )
    op.create_table(
        "key_results",
        _text("id", primary_key=True),
        sa.Column("objective", sa.Text(), sa.ForeignKey("objectives.id"), nullable=False),
        _text("title"),
        _number("start"),
        _number("target"),
        _text("unit"),
        _text("quality"),
        _text("links"),
        _text("counting"),
    )
    op.create_table(
        "changes",
        _id(),
        _text("subject"),
        _moment("at"),
        _text("what"),
        _text("before"),
        _text("after"),
    )
    _index("changes", "subject", "at")
    _index("changes", "at")
    op.create_table(
        "told_values", _id(), _key_result(), _moment("at"), _number("value", null=False)
    )
    _index("told_values", "kr", "at")


def _readings() -> None:
    op.create_table(
        "readings",
        _id(),
        _key_result(),
        _moment("at"),
        _truth("rebuilt"),
        _count("done"),
        _count("remaining"),
        _count("dropped"),
        _number("points_done"),
        _number("points_remaining"),
        _count("unestimated", null=True),
        _count("discovery_done"),
        _count("discovery_remaining"),
        _count("delivery_done"),
        _count("delivery_remaining"),
    )
    _index("readings", "kr", "at")
    op.create_table(
        "standings",
        _key_result(primary_key=True),
        sa.Column("reading", sa.Integer(), sa.ForeignKey("readings.id"), nullable=True),
        _text("problem", null=True),
        _moment("problem_since", null=True),
    )
    op.create_table(
        "looks", _key_result(primary_key=True), _text("source", primary_key=True), _moment("at")
    )


def _cards() -> None:
    op.create_table(
        "cards",
        _key_result(primary_key=True),
        _text("source", primary_key=True),
        _text("id", primary_key=True),
        _text("key"),
        _text("title"),
        _text("url"),
        _text("state"),
        _text("rule"),
        _text("via"),
        _text("thread"),
        _number("points"),
        _moment("created", null=True),
        _moment("finished", null=True),
        sqlite_with_rowid=False,
    )


def _entries() -> None:
    op.create_table(
        "entries",
        _id(),
        _key_result(),
        _moment("at"),
        _text("event"),
        _text("source"),
        _text("card"),
        _text("key"),
        _text("title"),
        _text("url"),
        _text("was", null=True),
        _text("thread"),
        _truth("rebuilt"),
    )
    _index("entries", "kr", "at", "event")


def _checkins() -> None:
    op.create_table(
        "checkins",
        _id(),
        _text("subject"),
        _moment("at"),
        _count("confidence", null=True),
        _number("value"),
        _text("note"),
        _text("risk"),
        _text("ask"),
    )
    _index("checkins", "subject", "at")


def _runs() -> None:
    op.create_table(
        "runs",
        _id(),
        _text("command"),
        _moment("began"),
        _moment("ended", null=True),
        _count("exit_code", null=True),
        _text("stats"),
    )
    op.create_table(
        "memories",
        _text("source", primary_key=True),
        _text("key", primary_key=True),
        _text("value"),
        _moment("at"),
    )
