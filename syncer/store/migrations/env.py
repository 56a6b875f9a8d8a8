"""Runs the migrations in the transaction that the store opened; see syncer/store/schema.py."""

from __future__ import annotations

from alembic import context

from syncer.store.schema import VERSION_TABLE
from syncer.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
