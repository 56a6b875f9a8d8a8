"""Damaged files and rows: met before anything is written on them, with the way out."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing

import pytest

from connectors.errors import StoreError
from connectors.okr_tool import NumberKind
from syncer.core.deliveries import MeetingReport
from syncer.core.outbox import OutboxWrite, TargetState, TargetStatus, WriteState, WriteTarget
from syncer.core.records import CheckIn, Keep
from syncer.store.checking import check_store
from syncer.store.store import open_store
from tests.store.old_stores import make_old_store
from tests.store.samples import HOUR, NOW, okrs, write


@pytest.fixture
def file(tmp_path):
    """A SQLite store of some pages, closed."""
    path = tmp_path / "okr-sync.db"
    with open_store(f"sqlite:///{path}") as store:
        store.define(okrs(), NOW)
        store.apply([write(range(500))], NOW)
        store.add_checkin(CheckIn("PUB-1", NOW, 7))
    return path


def _refused(file, **how):
    with pytest.raises(StoreError) as caught, open_store(f"sqlite:///{file}", **how):
        pass
    return str(caught.value)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_damaged_page_is_found_before_anything_is_written(file, at):
    """Wherever the damage is, a store that is opened to be written is looked at first."""
    whole = bytearray(file.read_bytes())
    begin = int(len(whole) * at) // 4096 * 4096
    whole[begin : begin + 4096] = b"\xff" * 4096
    file.write_bytes(whole)
    message = _refused(file)
    assert "damaged" in message
    assert "--new-store" in message
    assert file.read_bytes() == whole


def test_a_file_that_was_cut_is_damaged(file):
    """Half a file is no store."""
    half = file.read_bytes()[: file.stat().st_size // 2]
    file.write_bytes(half)
    assert "damaged" in _refused(file)
    assert file.read_bytes() == half


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE readings SET done = 'many'",
        "UPDATE readings SET remaining = -3",
        "UPDATE readings SET at = 'yesterday'",
        "UPDATE cards SET state = 'lost'",
        "UPDATE cards SET via = '{'",
        "UPDATE cards SET points = 'three'",
        "UPDATE entries SET event = 'stolen'",
        "UPDATE checkins SET confidence = 70",
        "UPDATE kr_reads SET ended = '2026-13-45'",
        "UPDATE source_reads SET moments = 'x'",
        "UPDATE runs SET stats = 'x'",
    ],
)
def test_what_nobody_wrote_is_a_failure_of_the_store(file, statement):
    """A value of the wrong kind or beyond its range is said with the way out, and no traceback."""
    with open_store(f"sqlite:///{file}") as store:
        store.begin_run(NOW, "sync")
        store.apply([Keep("PUB-1", {"jira": NOW + HOUR})], NOW + HOUR)
        with store._database.connected() as connection:
            connection.exec_driver_sql(statement)
            connection.commit()
        with pytest.raises(StoreError, match=r"never writes.*okr-sync store check"):
            (
                store.states(["PUB-1"]),
                store.readings("PUB-1"),
                store.ledger("PUB-1"),
                store.checkins(),
                store.read_spans(["PUB-1"], NOW + HOUR / 2),
                store.last_runs(),
            )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkins SET value = 'much'",
        "UPDATE checkins SET value = 9e999",
        "UPDATE objectives SET id = 'LOST'",
        "UPDATE objectives SET taken_out_at = 'yesterday'",
        "UPDATE key_results SET objective = 'LOST'",
        "UPDATE key_results SET target = 9e999",
        (
            "INSERT INTO reported_values (workspace, kr, at, value) "
            "SELECT workspace, kr, at, 'much' FROM kr_stores"
        ),
        "UPDATE reports SET files = '{'",
        "UPDATE outbox SET about = '{'",
        "UPDATE outbox SET about = '[1]'",
        "UPDATE outbox SET state = 'lost'",
        "UPDATE outbox SET number = 'half'",
        "UPDATE outbox SET value = 'much'",
        "UPDATE outbox SET value = NULL",
        "UPDATE outbox SET value_before = 9e999",
        "UPDATE kr_stores SET state = 'lost'",
        "UPDATE kr_stores SET value = 'much'",
        "UPDATE kr_stores SET undone_value = 'much'",
    ],
)
def test_the_check_finds_what_nobody_wrote(file, statement):
    """Definitions, numbers, seals and the outbox are read as strictly, by the check and a run."""
    with open_store(f"sqlite:///{file}") as store:
        store.add_checkin(CheckIn("PUB-1", NOW, value=7.0))
        report = store.claim_report(MeetingReport("", "2026-11-23", NOW), "claim")
        sha256 = hashlib.sha256(b"{}").hexdigest()
        store.seal_report(report._replace(made_at=NOW), "claim", b"{}", sha256)
        target = WriteTarget("PUB-1", "board", "kr1")
        write_ = OutboxWrite(target, NumberKind.DONE, 1.0, NOW, "2026-11-21", "k", WriteState.DRAFT)
        store.note_push(target, TargetStatus(TargetState.DRAFT, 1.0, NOW), changed=[write_])
        assert not any("never writes" in problem for problem in check_store(store).problems)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()
    with open_store(f"sqlite:///{file}", create=False) as store:
        assert any("never writes" in problem for problem in check_store(store).problems)


@pytest.mark.parametrize("create", [True, False])
def test_a_store_that_was_there_and_is_gone_is_no_new_one(file, create):
    """Gone or empty, it is refused to everybody, and nothing is made."""
    for change in (lambda: file.write_bytes(b""), file.unlink):
        change()
        assert "it was there before" in _refused(file, create=create, seen_before=True)
    assert not file.exists()


def test_a_store_that_is_there_was_rightly_seen_before(file):
    """Nothing is refused that is there."""
    with open_store(f"sqlite:///{file}", seen_before=True) as store:
        assert store.checkins()


def test_an_emptied_schema_is_gone(schema_url):
    """On a server too, a store without its tables is no new one."""
    with pytest.raises(StoreError, match="it was there before"):
        open_store(schema_url, seen_before=True)
    open_store(schema_url).close()
    open_store(schema_url, seen_before=True).close()


def test_a_reader_of_an_empty_file_makes_nothing(tmp_path):
    """A file without anything in it is an empty store to a reader, and stays as it is."""
    file = tmp_path / "okr-sync.db"
    file.touch()
    with open_store(f"sqlite:///{file}", create=False) as reader:
        assert reader.checkins() == ()
    assert file.read_bytes() == b""


def test_a_migration_that_breaks_off_leaves_the_old_store(tmp_path):
    """What a newer version began and didn't end is as it was, and goes on."""
    file = tmp_path / "okr-sync.db"
    make_old_store(f"sqlite:///{file}", "0003")
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE source_notes (in_the_way)")
    connection.close()
    assert "tables aren't as okr-sync made them" in _refused(file)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT version_num FROM okr_sync_version").fetchall() == [
            ("0003",)
        ]
        assert connection.execute("SELECT count(*) FROM looks").fetchone() == (1,)
        connection.execute("DROP TABLE source_notes")
    connection.close()
    with open_store(f"sqlite:///{file}") as store:
        assert store.readings("PUB-1")
