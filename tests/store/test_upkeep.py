"""What looks after a store: checks, backups, copies."""

from __future__ import annotations

import hashlib
import sqlite3

import pytest
from sqlalchemy import select

from connectors.errors import ConfigurationError, StoreError
from syncer.core.records import CheckIn, Event, State
from syncer.store import copying
from syncer.store.backup import back_up
from syncer.store.checking import check_store
from syncer.store.copying import copy_store
from syncer.store.store import open_store
from tests.store.samples import DAY, HOUR, NOW, entry, judged, okrs, reading, write
from tests.store.test_known import card, pull
from tests.store.test_reports import CONTENT, HASH, REPORT, WHOLE


@pytest.fixture
def filled(store, url):
    """A store with two workspaces and something of every kind in it."""
    for workspace in ("", "digital"):
        with open_store(url, workspace) as opened:
            _fill(opened)
    return store


def _fill(store):
    store.define(okrs(), NOW)
    done = tuple(entry(n, at=NOW, state=State.DONE) for n in range(3))
    store.apply([write(range(3), entries=done)], NOW)
    store.add_checkin(CheckIn("PUB-1", NOW, 7, 0.1, note="Ünï ✅"))
    store.end_run(store.begin_run(NOW, "sync"), NOW + HOUR, 0, {"seconds": 0.5})
    store.remember("jira", "page", "100", NOW)
    store.keep_pull(pull(card("1")))
    store.claim_report(REPORT, "one")
    store.seal_report(WHOLE, "one", CONTENT, HASH)


def test_a_sound_store_has_no_problems(filled):
    """Every workspace's sums add up, and every seal holds."""
    check = check_store(filled)
    assert check.problems == ()
    assert check.checked == {"workspaces": 2, "key_results": 6, "reports": 2}


def test_a_store_that_lived_adds_up(filled):
    """Cards that come back, are dropped, removed or unlinked are in the sums."""
    at = NOW + DAY
    lines = (
        entry(0, Event.REOPENED, at, was=State.DONE, state=State.REMAINING),
        entry(0, Event.DROPPED, at, was=State.REMAINING, state=State.DROPPED),
        entry(1, Event.UNLINKED, at, was=State.DONE),
        entry(9, Event.LINKED, at, state=State.DONE),
    )
    progress = reading(2, at).progress._replace(dropped=1)
    moved = write(
        range(0),
        at,
        reading=reading(2, at)._replace(progress=progress),
        upserts=(judged(0, State.DROPPED), judged(9)),
        gone=(("jira", "1"),),
        entries=lines,
    )
    filled.apply([moved], at)
    assert check_store(filled).problems == ()


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "DELETE FROM entries WHERE workspace = ''",
            "PUB-1: the reading has (3, 0, 0), the ledger",
        ),
        ("DELETE FROM cards WHERE workspace = 'digital'", "digital: PUB-1: the reading has"),
        ("UPDATE readings SET done = 4 WHERE workspace = ''", "PUB-1: the reading has (4, 0, 0)"),
        ("UPDATE reports SET sha256 = 'x'", "the report of 2026-11-19: its content isn't what"),
        ("UPDATE cards SET state = 'lost' WHERE id = '1'", "it holds what okr-sync never writes"),
    ],
)
def test_what_does_not_add_up_is_said(filled, ask, statement, problem):
    """A ledger, a card, a reading or a seal that someone changed is found."""
    ask(statement)
    assert any(problem in line for line in check_store(filled).problems)


def test_a_damaged_file_is_said(tmp_path):
    """SQLite's own check is part of it."""
    file = tmp_path / "okr-sync.db"
    with open_store(f"sqlite:///{file}") as store:
        _fill(store)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM key_results")
    connection.close()
    with open_store(f"sqlite:///{file}", create=False) as store:
        assert "cards: a row points to what isn't there" in check_store(store).problems


def test_a_backup_is_a_store(filled, backend, tmp_path):
    """A copy is made while the store is in use; on a server the message says what to use."""
    target = tmp_path / "copies" / "copy.db"
    target.parent.mkdir()
    if backend == "postgresql":
        with pytest.raises(ConfigurationError, match=r"pg_dump, or okr-sync store copy"):
            back_up(filled, target)
        assert not target.exists()
        return
    with filled._writing():  # another run's, under way
        back_up(filled, target)
    assert [file.name for file in target.parent.iterdir()] == ["copy.db"]
    with open_store(f"sqlite:///{target}", create=False) as copy:
        assert copy.states(["PUB-1"]) == filled.states(["PUB-1"])
        assert check_store(copy).problems == ()
    before = target.read_bytes()
    with pytest.raises(ConfigurationError, match="there already"):
        back_up(filled, target)
    assert target.read_bytes() == before


def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path):
    """No folder, or no room in it: the message says so, and nothing stays behind."""
    with open_store(f"sqlite:///{tmp_path}/okr-sync.db") as store:
        with pytest.raises(ConfigurationError, match="isn't there"):
            back_up(store, tmp_path / "none" / "copy.db")
        with pytest.raises(StoreError, match="can't be written"):
            back_up(store, tmp_path / ("x" * 250))
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


@pytest.fixture
def other_url(backend, tmp_path, request):
    """The URL of an empty database of the other kind."""
    if backend == "postgresql":
        return f"sqlite:///{tmp_path}/other.db"
    return request.getfixturevalue("schema_url")


def _rows(store):
    with store._reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in copying.metadata.sorted_tables
        }


def test_a_copy_on_the_other_database_is_the_same(filled, other_url):
    """Every row of every workspace arrives as it was, and the copy can be written on."""
    with open_store(other_url) as target:
        copied = copy_store(filled, target)
        assert _rows(target) == _rows(filled)
        assert copied["cards"] == 6
        assert check_store(target).problems == ()
        number = target.add_checkin(CheckIn("PUB-1", NOW + DAY, 6))
        assert number > max(line.number for line in filled.checkins())
        target.apply([write(range(4), NOW + DAY)], NOW + DAY)


def test_a_copy_needs_an_empty_target(filled, other_url):
    """What holds anything is refused, and stays as it is."""
    with open_store(other_url) as target:
        target.define(okrs(), NOW)
        before = _rows(target)
        with pytest.raises(ConfigurationError, match="isn't empty"):
            copy_store(filled, target)
        assert _rows(target) == before


def test_a_row_that_did_not_arrive_undoes_the_copy(filled, other_url, monkeypatch):
    """Each row is compared; where one differs, nothing is kept."""
    real = copying._copy

    def _careless(old, new, table):
        number = real(old, new, table)
        if table.name == "checkins":
            new.execute(table.update().values(confidence=1))
        return number

    monkeypatch.setattr(copying, "_copy", _careless)
    with open_store(other_url) as target:
        with pytest.raises(StoreError, match="a row of checkins didn't arrive"):
            copy_store(filled, target)
        assert not any(_rows(target).values())


def test_the_seal_is_of_the_content():
    """The samples' hash is right, so that the checks above can go red."""
    assert hashlib.sha256(CONTENT).hexdigest() == HASH
    assert WHOLE._replace(made_at=None, files=()) == REPORT
