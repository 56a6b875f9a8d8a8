"""The lock that lets one run write at a time, and says who holds it."""

from __future__ import annotations

import os
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from connectors.errors import LockedError, StoreError
from syncer.store.store import open_store
from tests.store.samples import NOW, okrs, write


def test_one_run_at_a_time(store, url):
    """While one store holds the lock, none other has it; afterwards it is free."""
    with open_store(url) as other:
        with store.lock(), pytest.raises(LockedError), other.lock():
            pass
        with other.lock():
            pass


def test_who_waits_is_told_for_whom_and_since_when(store, url):
    """The message says which process holds the lock, on which machine, and since when."""
    began = datetime.now(UTC) - timedelta(seconds=1)
    with open_store(url) as other, store.lock():
        with pytest.raises(LockedError) as caught, other.lock():
            pass
        with other.lock("report"):
            pass
    assert f"process {os.getpid()} on {socket.gethostname()}, since " in str(caught.value)
    (since,) = re.findall(r"since (\S+ \S+) UTC", str(caught.value))
    assert datetime.fromisoformat(since).replace(tzinfo=UTC) >= began.replace(microsecond=0)


def test_a_run_does_not_lock_itself_out_twice(store):
    """The lock is for runs: a second one within the same run is refused too."""
    with store.lock():
        with pytest.raises(LockedError), store.lock():
            pass
        store.apply([write(range(1))], NOW)


def test_a_fault_frees_the_lock(store):
    """Whatever goes wrong inside, the lock is free afterwards, and the fault is told."""
    with pytest.raises(ZeroDivisionError), store.lock():
        _ = 1 // 0
    with store.lock():
        pass


def test_each_store_has_a_lock_of_its_own(store, tmp_path):
    """Another store's lock keeps nobody out of this one."""
    with open_store(f"sqlite:///{tmp_path}/other.db") as other, store.lock(), other.lock():
        pass


def test_each_schema_has_a_lock_of_its_own(schema_url):
    """Two stores on one server, in two schemas, don't keep each other out."""
    second = schema_url.replace("search_path%3D", "search_path%3Dother_")
    with open_store(schema_url) as first:
        name = schema_url.split("search_path%3D")[1]
        with first._database.connected() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA other_{name}")
            connection.commit()
        with open_store(second) as two, first.lock(), two.lock():
            pass


def test_others_read_and_check_in_during_a_run(store, url):
    """The lock keeps out runs, not readers, and not what a team has to say."""
    with store.lock(), open_store(url) as other:
        store.apply([write(range(2))], NOW)
        assert len(other.states(["PUB-1"])["PUB-1"].cards) == 2
        other.remember("jira", "page", "100", NOW)


def test_a_reader_during_a_write_sees_the_state_before_it(store, url):
    """Until a write is whole, and also after a part of it, readers see the one before."""
    store.apply([write(range(2))], NOW)
    with open_store(url) as reader:
        with store._writing() as connection:
            connection.exec_driver_sql("DELETE FROM cards")
            assert len(reader.states(["PUB-1"])["PUB-1"].cards) == 2
        assert reader.states(["PUB-1"])["PUB-1"].cards == ()


def test_a_snapshot_stays_as_it_was(store, url):
    """What is written after a snapshot began isn't seen in it, whatever one asks."""
    store.apply([write(range(2))], NOW)
    with open_store(url) as reader, reader.snapshot() as seen:
        assert seen.last_runs() == ()
        store.begin_run(NOW, "sync")
        store.apply([write(range(5))], NOW)
        assert seen.last_runs() == ()
        assert len(seen.states(["PUB-1"])["PUB-1"].cards) == 2
        assert len(seen.ledger("PUB-1")) == 2
        assert len(reader.ledger("PUB-1")) == 7


def test_nothing_is_written_through_a_snapshot(store):
    """A snapshot is for reading."""
    with store.snapshot() as seen, pytest.raises(StoreError, match="read only"):
        seen.define(okrs(), NOW)


def test_threads_may_read_side_by_side(store):
    """One store serves many threads."""
    store.apply([write(range(20))], NOW)
    with ThreadPoolExecutor(4) as pool:
        states = list(pool.map(lambda _: store.states(["PUB-1"]), range(20)))
    assert all(state == states[0] for state in states)
