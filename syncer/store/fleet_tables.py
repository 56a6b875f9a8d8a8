"""The fleet's tables: what each source and each site is at, for all workers to see."""

from __future__ import annotations

from sqlalchemy import Table

from syncer.store.columns import (
    count_column,
    key_columns,
    known_kr,
    moment_column,
    number_column,
    text_column,
    text_columns,
)
from syncer.store.tables import metadata

# What of a service may still be asked, for all who ask it: JSON of a RequestBudget.
sites = Table("sites", metadata, *key_columns("site"), text_column("budget"), moment_column("at"))

# Where each source stands: last read whole, failing since, waiting for what and until when.
source_states = Table(
    "source_states",
    metadata,
    *key_columns("workspace", "source"),
    *text_columns("site", "file"),
    *(moment_column(name, null=True) for name in ("read_at", "tried_at", "failing_since")),
    *(text_column(name, null=True) for name in ("problem", "waits_for")),
    moment_column("waits_until", null=True),
    count_column("requests", null=True),
    number_column("seconds"),
)

# Why a KR couldn't be read from a source, where others of its sources are read well beside it.
source_problems = Table(
    "source_problems",
    metadata,
    *key_columns("workspace", "kr", "source"),
    text_column("problem"),
    known_kr(),
)

# The okrs.yaml that a fleet works for, what is wrong with one, and how it was last edited:
# a machine whose copy is the one before that is behind.
fleet_files = Table(
    "fleet_files",
    metadata,
    *key_columns("file"),
    *text_columns("workspace", "digest", "digest_before"),
    text_column("problem", null=True),
    moment_column("since", null=True),
    *(moment_column(name) for name in ("changed_at", "seen_at")),
)
