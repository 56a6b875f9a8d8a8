"""The list of runs, by which `status` says how the last ones ended."""

from __future__ import annotations

import json
import os

from syncer.core.records import Run
from syncer.store import runs
from tests.store.samples import DAY, HOUR, NOW


def test_no_run_yet(store):
    """A new store has no last run."""
    assert store.last_runs() == ()


def test_a_run_is_open_until_it_ends(store):
    """A run that was killed, or goes on, has no end and no exit code."""
    run = store.begin_run(NOW, "sync")
    assert store.last_runs() == (Run(run, "sync", NOW),)
    store.end_run(run, NOW + HOUR, 1, {"requests": 6, "seconds": 0.5, "plan": "steady"})
    stats = {"requests": 6, "seconds": 0.5, "plan": "steady"}
    assert store.last_runs() == (Run(run, "sync", NOW, NOW + HOUR, 1, stats),)


def test_the_last_run_of_a_command(store):
    """The last runs are those that began last, the latest first, of one command or of any."""
    first, second = store.begin_run(NOW, "sync"), store.begin_run(NOW + HOUR, "report")
    assert first != second
    assert [run.id for run in store.last_runs(5)] == [second, first]
    assert [run.id for run in store.last_runs()] == [second]
    assert [run.id for run in store.last_runs(5, "sync")] == [first]
    assert store.last_runs(5, "check") == ()


def test_a_run_says_which_process_it_is(store):
    """Who waits for a run can look for it."""
    store.begin_run(NOW, "sync")
    assert str(os.getpid()) in store.last_runs()[0].process


def test_old_runs_go(store, monkeypatch):
    """A run every minute doesn't make the store grow: of each command only the last stay."""
    monkeypatch.setattr(runs, "KEPT", 3)
    report = store.begin_run(NOW, "report")
    syncs = [store.begin_run(NOW + n * HOUR, "sync") for n in range(6)]
    assert [run.id for run in store.last_runs(9)] == [*reversed(syncs[3:]), report]


def test_what_a_source_permits_is_remembered_with_a_date(store):
    """The last value of each key stays, each source has its own."""
    store.remember("jira", "bulkfetch", json.dumps(1000), NOW)
    store.remember("jira", "bulkfetch", json.dumps(100), NOW + DAY)
    store.remember("jira", "deployment", json.dumps("cloud"), NOW)
    store.remember("trello", "bulkfetch", json.dumps({"a": ["ü"]}), NOW)
    assert store.recall("jira") == {"bulkfetch": ("100", NOW + DAY), "deployment": ('"cloud"', NOW)}
    assert json.loads(store.recall("trello")["bulkfetch"][0]) == {"a": ["ü"]}
    assert store.recall("nobody") == {}
