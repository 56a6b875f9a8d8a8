"""How a card is called is kept once, not with each of its rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What of a row stays where it is.
_COLUMNS = {
    "cards": "workspace, kr, source, id, state, rule, via, thread, points, created, finished",
    "past_cards": (
        "id, workspace, kr, until, source, card, state, rule, via, thread, points, created, "
        "finished"
    ),
    "entries": "id, workspace, kr, at, event, source, card, was, state, thread, rebuilt",
}
_NAME = "workspace, key, title, url"


def upgrade() -> None:
    """Number the names, and make the tables anew whose rows had them."""
    for table in _COLUMNS:
        op.execute(f"CREATE TABLE old_{table} AS SELECT * FROM {table}")  # noqa: S608 - our names
        op.drop_table(table)
    _make_tables()
    every = " UNION ".join(f"SELECT {_NAME} FROM old_{table}" for table in _COLUMNS)  # noqa: S608 - as above
    op.execute(f"INSERT INTO card_names ({_NAME}) {every} ORDER BY 1, 2, 3, 4")
    for table, columns in _COLUMNS.items():
        old = ", ".join(f"o.{column}" for column in columns.split(", "))
        same = " AND ".join(f"n.{column} = o.{column}" for column in _NAME.split(", "))
        op.execute(
            f"INSERT INTO {table} ({columns}, card_name) "  # noqa: S608 - as above
            f"SELECT {old}, n.id FROM old_{table} o JOIN card_names n ON {same} "
            f"ORDER BY {_ordered(table)}"
        )
        op.drop_table(f"old_{table}")
    if op.get_bind().dialect.name == "postgresql":  # its counters know nothing of these rows
        for table in ("past_cards", "entries"):
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608 - as above
                f"COALESCE(MAX(id), 0) + 1, false) FROM {table}"
            )


def _ordered(table: str) -> str:
    return "o.workspace, o.kr, o.source, o.id" if table == "cards" else "o.id"


def _make_tables() -> None:
    op.create_table("card_names", _id(), *_texts("workspace", "key", "title", "url"))
    op.create_table(
        "cards",
        *(
            sa.Column(name, sa.Text(), nullable=False, primary_key=True)
            for name in ("workspace", "kr", "source", "id")
        ),
        _name(),
        *_texts("state", "rule", "via", "thread"),
        *_dated(),
        _known(),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "past_cards",
        _id(),
        *_texts("workspace", "kr"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        *_texts("source", "card"),
        _name(),
        *_texts("state", "rule", "via", "thread"),
        *_dated(),
        _known(),
    )
    op.create_table(
        "entries",
        _id(),
        *_texts("workspace", "kr"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_texts("event", "source", "card"),
        _name(),
        *_texts("was", "state", null=True),
        *_texts("thread"),
        sa.Column("rebuilt", sa.Boolean(), nullable=False),
        _known(),
    )
    for table, last in (("past_cards", "until"), ("entries", "at")):
        name = op.f(f"ix_{table}_workspace_kr_{last}")
        op.create_index(name, table, ["workspace", "kr", last])


def _texts(*names: str, null: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _dated() -> list[sa.Column[Any]]:
    moments = (
        sa.Column(name, sa.DateTime(timezone=True), nullable=True)
        for name in ("created", "finished")
    )
    return [sa.Column("points", sa.Double(), nullable=True), *moments]


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _name() -> sa.Column[Any]:
    return sa.Column("card_name", sa.Integer(), sa.ForeignKey("card_names.id"), nullable=False)


def _known() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["workspace", "kr"], ["key_results.workspace", "key_results.id"])
