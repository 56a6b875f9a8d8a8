"""Each meeting's report, and what was sent of it: both once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reports",
        sa.Column("calendar", sa.Text(), nullable=False, primary_key=True),
        sa.Column("day", sa.Text(), nullable=False, primary_key=True),
        sa.Column("meeting", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.Text(), nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("what", sa.Text(), nullable=False, primary_key=True),
        sa.Column("calendar", sa.Text(), nullable=False, primary_key=True),
        sa.Column("day", sa.Text(), nullable=False, primary_key=True),
        sa.Column("place", sa.Text(), nullable=False, primary_key=True),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
    )
