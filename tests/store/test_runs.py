from __future__ import annotations

import json

from syncer.core.records import Run
from tests.store.samples import DAY, HOUR, NOW


def test_no_run_yet(store):
    """A new store has no last run."""
    assert store.last_run() is None


def test_a_run_is_open_until_it_ends(store):
    """A run that was killed, or goes on, has no end and no exit code."""
    run = store.begin_run(NOW, "sync")
    assert store.last_run() == Run(run, "sync", NOW)
    store.end_run(run, NOW + HOUR, 1, {"requests": 6, "seconds": 0.5, "plan": "steady"})
    stats = {"requests": 6, "seconds": 0.5, "plan": "steady"}
    assert store.last_run() == Run(run, "sync", NOW, NOW + HOUR, 1, stats)


def test_the_last_run_of_a_command(store):
    """The last run is the one that began last, of one command or of any."""
    first, second = store.begin_run(NOW, "sync"), store.begin_run(NOW + HOUR, "report")
    assert first != second
    assert store.last_run().id == second
    assert store.last_run("sync").id == first
    assert store.last_run("check") is None


def test_what_a_source_permits_is_remembered_with_a_date(store):
    """The last value of each key stays, each source has its own."""
    store.remember("jira", "bulkfetch", json.dumps(1000), NOW)
    store.remember("jira", "bulkfetch", json.dumps(100), NOW + DAY)
    store.remember("jira", "deployment", json.dumps("cloud"), NOW)
    store.remember("trello", "bulkfetch", json.dumps({"a": ["ü"]}), NOW)
    assert store.recall("jira") == {"bulkfetch": ("100", NOW + DAY), "deployment": ('"cloud"', NOW)}
    assert json.loads(store.recall("trello")["bulkfetch"][0]) == {"a": ["ü"]}
    assert store.recall("nobody") == {}
