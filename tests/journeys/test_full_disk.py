"""A full disk: what reads goes on, what writes says so, and nothing is left behind."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess

import pytest

from connectors.errors import StoreError
from syncer.store import copying, database
from syncer.store.errors import driver_advice
from tests.journeys.office import OKR_SYNC
from tests.journeys.team import SPEED

LIMITED = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); "
"""No file may grow: as on a full disk."""


@pytest.mark.parametrize("cut", [False, True], ids=["no index", "an index that was cut"])
def test_a_full_disk_stops_no_reader(team, monkeypatch, cut):
    """Where there is no room for what SQLite puts beside it, a store is read as it stands."""
    team.sync()
    monkeypatch.setattr(database, "roomy", lambda _: False)
    index = team.database.with_name(f"{team.database.name}-shm")
    if cut:
        index.write_bytes(b"cut")
    assert team.counts("SPEED") == SPEED
    assert index.exists() is cut


def test_a_disk_too_full_for_the_index_is_said_to_be_full():
    """SQLite tells it by a code of its own."""
    error = sqlite3.OperationalError()
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    assert "the disk is full" in driver_advice(error)


def test_a_copy_that_fails_leaves_no_file(team, monkeypatch):
    """Where a new file's copy isn't whole it is taken away; one that was there stays."""
    team.sync()

    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(copying, "_compare", full)
    empty = team.folder / "empty.db"
    empty.touch()
    for name in ("new.db", "empty.db"):
        target = f"sqlite:///{team.folder}/{name}"
        assert team.run("store", "copy", f"sqlite:///{team.database}", target).code == 3
    assert empty.exists()
    assert [path.name for path in team.folder.glob("new.db*")] == ["new.db.lock"]


def test_a_report_that_finds_no_room_is_named(team, monkeypatch):
    """The file is in the message with what to do, no half of it is left, and the code is 1."""
    team.sync()

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("syncer.publish.making.os.fsync", full)
    answer = team.run("report", "--out", "reports", "--format", "md")
    assert (answer.code, "make room" in answer.err) == (1, True), answer.output
    assert "reports/review-" in answer.err
    assert list((team.folder / "reports").iterdir()) == []


def test_the_first_files_are_whole_or_not_there(tmp_path):
    """`init` on a full disk leaves no empty file that the next one would spare."""
    limited = f"{LIMITED}os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        [OKR_SYNC.with_name("python"), "-c", limited, OKR_SYNC, "init"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "can't be written" in done.stderr) == (2, True), done.stderr
    assert list(tmp_path.iterdir()) == []
