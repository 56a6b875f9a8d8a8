"""Rows that nobody wrote, in every table: found before anything is written on."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from connectors.errors import StoreError
from connectors.okr_tool import NumberKind
from syncer.core.deliveries import MeetingReport, Occasion, Purpose
from syncer.core.outbox import OutboxWrite, TargetState, TargetStatus, WriteState, WriteTarget
from syncer.core.records import CheckIn, Fail, Keep
from syncer.store import checking, schema
from syncer.store.checking import check_store
from syncer.store.damage import damaged_tables
from syncer.store.store import open_store
from syncer.store.tables import metadata
from tests.store.samples import HOUR, NOW, entry, key_result, metric, objective, okrs, write
from tests.store.test_known import card, pull

DAMAGE = [
    "UPDATE past_cards SET state = 'lost'",
    "UPDATE past_cards SET via = '{'",
    "UPDATE past_cards SET until = 'yesterday'",
    "UPDATE entries SET event = 'stolen'",
    "UPDATE entries SET at = '2026-13-45 00:00:00.000000'",
    "UPDATE kr_status SET counted_by = '{'",
    "UPDATE kr_status SET problem_since = 'once'",
    "UPDATE source_notes SET value = '{'",
    "UPDATE source_notes SET at = 7",
    "UPDATE known_cards SET card = '['",
    "UPDATE known_cards SET card = '[]'",
    "UPDATE known_cards SET fields = 99",
    "UPDATE card_fields SET names = 'x'",
    "UPDATE source_reads SET moments = '{'",
    "UPDATE source_reads SET moments = '[\"x\"]'",
    "UPDATE deliveries SET status = 'lost'",
    "UPDATE deliveries SET at = 'soon'",
    "UPDATE outbox SET state = 'lost'",
    "UPDATE outbox SET tries = 'often'",
    "UPDATE kr_stores SET value = 9e999",
    "UPDATE readings SET done = -1",
    "UPDATE cards SET points = 'three'",
    "UPDATE checkins SET confidence = 11",
    "UPDATE checkins SET answered = 2",
    "UPDATE reported_values SET value = 'much'",
    "UPDATE workspaces SET at = 'then'",
    "UPDATE runs SET stats = '{'",
    "UPDATE reports SET files = '{'",
    "UPDATE kr_reads SET began = 'x'",
]


FLEET = {"sites", "source_states", "source_problems", "fleet_files"}
"""What a single run leaves empty."""

DEEP = {
    "UPDATE known_cards SET card = '[]'",
    "UPDATE known_cards SET fields = 99",
    "UPDATE source_reads SET moments = '[\"x\"]'",
}
"""What only shows where a record is made of it."""

UNREAD = {
    "UPDATE past_cards SET until = 'yesterday'",
    "UPDATE checkins SET answered = 2",
    "UPDATE workspaces SET at = 'then'",
}
"""What is made no record of: nothing is built on it."""


@pytest.fixture(scope="module")
def used(tmp_path_factory):
    """A closed store with a row or more in every table."""
    file = tmp_path_factory.mktemp("used") / "okr-sync.db"
    with open_store(f"sqlite:///{file}") as store:
        store.claim_workspace(file, NOW)
        store.end_run(store.begin_run(NOW, "sync"), NOW, 0, {})
        for current, at in ((96.0, NOW), (95.0, NOW + HOUR)):
            numbered = key_result("PUB-1", metric=metric(target=current - 5, current=current))
            store.define(okrs(objective(key_results=(numbered, key_result("PUB-2")))), at)
        store.apply([write(range(3), NOW, entries=(entry(1),))], NOW)
        store.apply([replace(write(range(2), NOW + HOUR), gone=(("jira", "2"),))], NOW + HOUR)
        counted = Keep("PUB-1", {"jira": NOW + HOUR}, {"jira": "{}"})
        store.apply([counted, Fail("PUB-2", "no")], NOW + HOUR)
        store.add_checkin(CheckIn("PUB-1", NOW, 7))
        store.keep_pull(pull(card("1")))
        store.claim_report(MeetingReport("", "2026-11-23", NOW), "claim")
        store.begin_delivery(Occasion(Purpose.REPORT, "", "2026-11-23"), "chat", NOW)
        target = WriteTarget("PUB-1", "board", "kr1")
        draft = OutboxWrite(target, NumberKind.DONE, 1.0, NOW, "2026-11-21", "k", WriteState.DRAFT)
        store.note_push(target, TargetStatus(TargetState.DRAFT, 1.0, NOW), changed=[draft])
    return file.read_bytes()


def _refused(file):
    with pytest.raises(StoreError) as caught, open_store(f"sqlite:///{file}"):
        pass
    return str(caught.value)


def _with(used, file, statement):
    file.write_bytes(used)
    with closing(sqlite3.connect(file)) as connection:
        changed = connection.execute(statement).rowcount
        connection.commit()
    assert changed, "there is no row to damage"
    return file.read_bytes()


def test_a_whole_store_is_damaged_nowhere(used, tmp_path):
    """What a store holds after all that is written to it is what we write."""
    (tmp_path / "okr-sync.db").write_bytes(used)
    with open_store(f"sqlite:///{tmp_path}/okr-sync.db") as store:
        assert not [p for p in check_store(store).problems if "never writes" in p]
        with store._database.reading() as connection:
            assert damaged_tables(connection) == []
            tables = [each for each in metadata.tables.values() if each.name not in FLEET]
            empty = [t.name for t in tables if connection.scalar(select(func.count(t.c[0]))) == 0]
    assert empty == []


@pytest.mark.parametrize("statement", [each for each in DAMAGE if each not in DEEP])
def test_a_damaged_row_is_found_before_anything_is_written(used, tmp_path, statement):
    """Whatever the table, the store isn't opened to be written, and the way out is said."""
    file = tmp_path / "okr-sync.db"
    damaged = _with(used, file, statement)
    assert re.search(r"never writes \(in .*okr-sync store check", _refused(file))
    assert file.read_bytes() == damaged
    with open_store(f"sqlite:///{file}", create=False) as store:
        assert any("never writes" in problem for problem in check_store(store).problems)


@pytest.mark.parametrize("statement", [each for each in DAMAGE if each not in UNREAD])
def test_a_damaged_row_of_a_large_store_is_found_when_read(used, tmp_path, statement, monkeypatch):
    """Where looking at all of it would take long, records are made of what a run builds on."""
    monkeypatch.setattr(schema, "_QUICKLY_CHECKED", 0)
    monkeypatch.setattr(checking, "damaged_tables", lambda _: [])
    _with(used, tmp_path / "okr-sync.db", statement)
    with open_store(f"sqlite:///{tmp_path}/okr-sync.db") as store:
        assert any("never writes" in problem for problem in check_store(store).problems)
