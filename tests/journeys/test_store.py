"""What a user sees of the store: gone, damaged, checked, backed up, copied."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from syncer.store import schema
from tests.journeys.team import SPEED


def test_a_store_that_is_gone_is_no_new_one(team):
    """Gone or emptied, every command ends with 3 and makes nothing; `--new-store` begins anew."""
    team.sync()
    for gone in (team.database.unlink, team.database.touch):
        gone()
        for command in (["sync"], ["status"], ["checkin", "SPEED", "--confidence", "3"]):
            answer = team.run(*command)
            assert answer.code == 3
            assert "--new-store" in answer.err
            assert "Traceback" not in answer.err
        assert not team.database.exists() or not team.database.stat().st_size
    assert team.run("sync", "--new-store").code == 0
    team.sync()
    assert team.counts("SPEED") == SPEED


def test_check_says_where_a_vanished_store_cannot_be_told(team, monkeypatch):
    """Where no mark can be left beside okrs.yaml, that is a warning."""
    assert "like a new one" not in team.run("check").out
    monkeypatch.setattr("syncer.store.marks.writable", lambda _: False)
    answer = team.run("check")
    assert answer.code == 0
    assert ".okrs.yaml.store can't be written" in answer.out


def test_a_sound_store_is_said_to_be(team):
    """After a quarter's first syncs all adds up, for people and for programs."""
    team.sync()
    team.work_on()
    team.sync()
    assert "the store is well" in team.run("store", "check").out
    answer = team.run("store", "check", "--json")
    checked = {"workspaces": 1, "key_results": 3, "reports": 0}
    assert (answer.code, answer.json) == (0, {"checked": checked, "problems": []})


def test_a_store_that_does_not_add_up_ends_with_three(team):
    """What someone changed in it is named."""
    team.sync()
    with closing(sqlite3.connect(team.database)) as database:
        database.execute("UPDATE readings SET done = done + 1")
        database.commit()
    answer = team.run("store", "check", "--json")
    assert answer.code == 3
    assert any("SPEED" in problem for problem in answer.json["problems"])
    assert team.run("store", "check").code == 3


def test_a_backup_is_a_store_of_its_own(team):
    """The copy answers as the store does; a file that is there is refused with 2."""
    team.sync()
    assert team.run("store", "backup", "copy.db").code == 0
    before = team.run("status", "--json").json
    answer = team.run("store", "backup", "copy.db")
    assert (answer.code, "there already" in answer.err) == (2, True)
    team.environ["OKR_SYNC_STORE"] = f"sqlite:///{team.folder}/copy.db"
    assert team.run("status", "--json").json == before


def test_a_copy_answers_as_the_store_does(team):
    """The target must be empty, and the source must be there."""
    team.sync()
    source, target = f"sqlite:///{team.database}", f"sqlite:///{team.folder}/other.db"
    answer = team.run("store", "copy", source, target)
    assert (answer.code, "rows copied and compared" in answer.out) == (0, True)
    assert team.run("store", "copy", source, target).code == 2
    assert team.run("store", "copy", f"{source}.none", target).code == 3
    before = team.run("status", "--json").json
    team.environ["OKR_SYNC_STORE"] = target
    assert team.run("status", "--json").json == before


@pytest.mark.parametrize("looked_at", [8_000_000, 0], ids=["small", "large"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cards SET state = 'lost'",
        "UPDATE kr_status SET counted_by = '{'",
        "UPDATE kr_reads SET ended = 'then'",
        "UPDATE source_notes SET value = '{'",
        "UPDATE source_reads SET moments = '{'",
        "UPDATE objectives SET put_in_at = 'then'",
    ],
)
def test_a_damaged_row_ends_a_sync_before_it_notes_anything(
    team, monkeypatch, statement, looked_at
):
    """Exit 3 with the way out, and the file is as it was: no run, no definition, no problem."""
    monkeypatch.setattr(schema, "_QUICKLY_CHECKED", looked_at)
    team.sync()
    with closing(sqlite3.connect(team.database)) as database:
        database.execute(statement)
        database.commit()
        before = list(database.iterdump())
    answer = team.run("sync")
    assert (answer.code, "okr-sync store check" in answer.err) == (3, True), answer.output
    with closing(sqlite3.connect(team.database)) as database:
        assert list(database.iterdump()) == before
