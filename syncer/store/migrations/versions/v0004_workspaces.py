"""Several okrs.yaml in one store, and what was known when: spans, seals, what was taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from syncer.store.migrations.shape_0004 import make_tables

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What there was, each after what it points to.
_OLD = (
    "objectives", "key_results", "changes", "told_values", "readings", "standings", "looks",
    "cards", "entries", "checkins", "runs", "memories", "known_cards", "reports", "deliveries",
)  # fmt: skip

_NUMBERED = ("changes", "reported_values", "readings", "kr_reads", "entries", "checkins", "runs")

# A known card's values as they were kept until now.
_CARD = [
    "id", "key", "title", "url", "level", "parent", "kind", "labels", "status", "category",
    "resolution", "list_name", "complete", "archived", "not_work", "estimates", "created",
    "finished", "standing_id",
]  # fmt: skip

_READING = (
    "id, kr, at, rebuilt, done, remaining, dropped, points_done, points_remaining, unestimated, "
    "discovery_done, discovery_remaining, delivery_done, delivery_remaining"
)
_ENTRY = "id, kr, at, event, source, card, key, title, url, was, thread, rebuilt"
_JUDGED = "kr, source, id, key, title, url, state, rule, via, thread, points, created, finished"
_SAID = "id, subject, at, confidence, value, note, risk, ask"

# Into which table, which columns beside the workspace, and from where.
_COPIES = (
    ("objectives", "id, title, team, period, kind, parent", "", "old_objectives"),
    (
        "key_results",
        "id, objective, title, start, target, unit, quality, links, counting",
        "",
        "old_key_results",
    ),
    (
        "changes",
        "id, subject, at, field, before, after",
        "id, subject, at, what, before, after",
        "old_changes",
    ),
    ("reported_values", "id, kr, at, value", "", "old_told_values"),
    ("readings", _READING, "", "old_readings"),
    ("kr_status", "kr, reading, problem, problem_since", "", "old_standings"),
    (
        "kr_reads",
        "kr, source, began, ended",
        (
            "kr, source, COALESCE((SELECT MIN(r.at) FROM old_readings r WHERE r.kr = l.kr "
            "AND NOT r.rebuilt AND r.at <= l.at), at), at"
        ),
        "old_looks l ORDER BY kr, source",
    ),
    (
        "kr_reads",
        "kr, source, began, ended, problem",
        "kr, '', problem_since, problem_since, problem",
        "old_standings WHERE problem IS NOT NULL ORDER BY kr",
    ),
    ("cards", _JUDGED, "", "old_cards"),
    (
        "entries",
        f"{_ENTRY}, state",
        (
            f"{_ENTRY}, CASE event WHEN 'removed' THEN NULL WHEN 'done' THEN 'done' "
            "WHEN 'dropped' THEN 'dropped' ELSE 'remaining' END"
        ),
        "old_entries",
    ),
    (
        "checkins",
        f"{_SAID}, entered_at",
        f"{_SAID}, MAX(at) OVER (ORDER BY id)",
        "old_checkins",
    ),
    (
        "runs",
        "id, command, process, began, ended, exit_code, stats",
        "id, command, '', began, ended, exit_code, stats",
        "old_runs",
    ),
    ("source_notes", "source, key, value, at", "", "old_memories"),
    ("known_cards", "source, id, fields, card", "source, id, 1, card", "old_known_cards"),
    (
        "reports",
        "calendar, day, meeting, claim, made_at, files",
        "calendar, day, meeting, claim, made, files",
        "old_reports",
    ),
    (
        "deliveries",
        "kind, calendar, day, destination, status, at, note",
        "what, calendar, day, place, fate, at, note",
        "old_deliveries",
    ),
)


def upgrade() -> None:
    """Make every table anew, and bring over what is in the old ones."""
    for name in _OLD:
        op.execute(f"CREATE TABLE old_{name} AS SELECT * FROM {name}")  # noqa: S608 - our names
    for name in reversed(_OLD):
        op.drop_table(name)
    make_tables()
    for table, columns, values, source in _COPIES:
        op.execute(
            f"INSERT INTO {table} (workspace, {columns}) "  # noqa: S608 - as above
            f"SELECT '', {values or columns} FROM {source}"
        )
    _note_source_reads()
    names = sa.table("card_fields", sa.column("number"), sa.column("names"))
    op.bulk_insert(names, [{"number": 1, "names": json.dumps(_CARD)}])
    for name in _OLD:
        op.drop_table(f"old_{name}")
    if op.get_bind().dialect.name == "postgresql":  # its counters know nothing of these rows
        for name in _NUMBERED:
            op.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 - as above
                f"COALESCE(MAX(id), 0) + 1, false) FROM {name}"
            )


def _note_source_reads() -> None:
    """Note when each source was last read, as far as that is known."""
    at = sa.column("at", sa.DateTime(timezone=True))
    looks = sa.table("old_looks", sa.column("source"), at)
    last = sa.select(looks.c.source, sa.func.max(at)).group_by(looks.c.source)
    rows = []
    for source, moment in op.get_bind().execute(last):
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        begun = datetime(utc.year, utc.month, utc.day, tzinfo=UTC)
        microseconds = round((utc - begun).total_seconds() * 1_000_000)
        day, moments = begun.date().isoformat(), f"[{microseconds}]"
        rows.append({"workspace": "", "source": source, "day": day, "moments": moments})
    names = ("workspace", "source", "day", "moments")
    op.bulk_insert(sa.table("source_reads", *map(sa.column, names)), rows)
