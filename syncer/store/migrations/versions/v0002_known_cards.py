"""What the connectors compare with: each source's cards as last fetched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "known_cards",
        sa.Column("source", sa.Text(), nullable=False, primary_key=True),
        sa.Column("id", sa.Text(), nullable=False, primary_key=True),
        sa.Column("card", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )
