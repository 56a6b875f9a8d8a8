"""What people and programs see of a fleet, and what its commands refuse."""

from __future__ import annotations

import io
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from connectors.clock import Clock
from syncer.cli import main
from syncer.context import Context
from syncer.core.budget import Limit, RequestBudget
from syncer.core.fleet import SourceState
from syncer.fleet.connecting import make_queue
from syncer.fleet.jobs import READ, Assignment, enqueue_all
from syncer.store.site_budgets import SiteBudgets
from syncer.store.store import Store, open_store
from syncer.web.fleet import of_fleet, own_fleet

NOW = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
SITE = "acme.atlassian.net 12345678"
FILE = """\
sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
objectives:
  - id: O
    title: Objective
    team: T
    period: 2026-Q4
    key_results: [{id: KR-1, title: Result, links: [{source: jira}]}]
"""


def run(folder, url, *words):
    """Run a command in this process; give its code and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    clock = Clock(now=lambda: NOW, sleep=lambda _: None)
    context = Context({"OKR_SYNC_STORE": url}, folder, clock, out, err)
    with redirect_stdout(out), redirect_stderr(err):
        code = main(words, context)
    return code, out.getvalue(), err.getvalue()


HOUR = timedelta(hours=1)
UNTIL = NOW + timedelta(minutes=5)
STATES = (
    SourceState("web", "jira", SITE, "web.yaml", NOW - HOUR, NOW - HOUR, requests=7, seconds=1),
    SourceState(
        "web", "slow", SITE, "web.yaml", tried_at=NOW, waits_for="slow: 429", waits_until=UNTIL
    ),
    SourceState(
        "web", "trello", SITE, "web.yaml", NOW - 3 * HOUR, NOW, NOW - 2 * HOUR, "trello: 401"
    ),
)


@pytest.fixture
def fleet(schema_url):
    """A store that a fleet works on: one source read, one limited, one failing, one new."""
    at = NOW.timestamp()
    budget = RequestBudget({"token": Limit(40, 100, 10, at)}, hour=int(at // 3600), this_hour=60)
    with open_store(schema_url, "web") as store:
        make_queue(schema_url, "the store")
        for state in STATES:
            store.note_source(state)
        store.note_file("web.yaml", None, NOW)
        store.note_file("/srv/broken.yaml", "broken.yaml:1: there are no sources", NOW)
        SiteBudgets(store._database).change(SITE, lambda *_: (budget, None))
        waiting = [Assignment(READ, "web", name) for name in ("new", "slow")]
        enqueue_all(schema_url, "the store", waiting)
        later = "UPDATE procrastinate_jobs SET scheduled_at = %s WHERE args->>'source' = 'slow'"
        with psycopg.connect(schema_url, autocommit=True) as connection:
            connection.execute(later, (UNTIL,))
        yield store


@pytest.mark.usefixtures("fleet")
def test_status_says_where_each_source_stands(schema_url, tmp_path):
    """Read, waiting and why, failing since, and requests used of what is allowed, oldest first."""
    code, out, _ = run(tmp_path, schema_url, "status", "--fleet", "--json")
    document = json.loads(out)
    assert code == 0
    sources = {row["source"]: row for row in document["sources"]}
    assert [row["source"] for row in document["sources"]] == ["new", "slow", "trello", "jira"]
    assert {name: row["state"] for name, row in sources.items()} == {
        "new": "waiting",
        "slow": "waiting",
        "trello": "failing",
        "jira": "idle",
    }
    assert sources["slow"]["waits_for"] == "slow: 429"
    assert sources["slow"]["waits_until"] == "2026-11-21T06:20:00Z"
    assert sources["trello"]["failing_since"] == "2026-11-21T04:15:00Z"
    assert sources["jira"]["last_read"] == "2026-11-21T05:15:00Z"
    (site,) = document["sites"]
    assert site["requests_this_hour"] == 60
    assert site["limits"] == [{"name": "token", "used": 60, "allowed": 100, "every_seconds": 10}]
    assert document["files"][0]["problem"] == "broken.yaml:1: there are no sources"
    assert document["files"][1] == {
        "file": "web.yaml",
        "workspace": "web",
        "problem": None,
        "since": None,
    }
    assert document["jobs"] == {"running": 0, "waiting": 2}


@pytest.mark.usefixtures("fleet")
def test_status_fits_a_terminal(schema_url, tmp_path):
    """The same for people, in eighty columns."""
    _, out, _ = run(tmp_path, schema_url, "status", "--fleet")
    assert max(map(len, out.splitlines())) <= 80
    assert "5 m more: slow: 429" in out
    assert "since 2026-11-21 04:15 UTC" in out
    assert "60 of 100 in 10 s" in out
    assert {"web/slow", "never", "waiting"} <= set(out.split())


def test_a_store_without_a_fleet_says_so(tmp_path):
    """Where no worker has been, that is said, on any store."""
    url = f"sqlite:///{tmp_path}/okr-sync.db"
    open_store(url).close()
    code, out, _ = run(tmp_path, url, "status", "--fleet")
    assert (code, "No fleet has worked on this store yet" in out) == (0, True)


def test_the_page_and_the_metrics_have_it_too(fleet):
    """Programs that scrape see the whole fleet, the page its own workspace's sources."""
    registry = CollectorRegistry()
    of_fleet(registry, fleet, NOW)
    text = generate_latest(registry).decode()
    for line in (
        'okr_sync_fleet_source_age_seconds{source="jira",workspace="web"} 3600.0',
        'okr_sync_fleet_source_failing_seconds{source="trello",workspace="web"} 7200.0',
        f'okr_sync_fleet_site_used{{limit="token",site="{SITE}"}} 60.0',
        'okr_sync_fleet_jobs{state="waiting"} 2.0',
        "okr_sync_fleet_broken_files 1.0",
    ):
        assert line in text.splitlines()
    assert len(own_fleet(fleet, NOW).sources) == 4
    assert own_fleet(Store(fleet._database, "other"), NOW) is None


def test_a_fleet_needs_a_server(tmp_path):
    """On a store in a file a worker ends with 2, and says how to move it."""
    (tmp_path / "okrs.yaml").write_text(FILE)
    for command in ("worker", "enqueue"):
        code, _, err = run(tmp_path, f"sqlite:///{tmp_path}/okr-sync.db", command)
        assert code == 2
        assert "okr-sync store copy" in err
    assert not (tmp_path / "okr-sync.db").exists()


def test_a_worker_without_its_extra_says_what_to_install(tmp_path, monkeypatch):
    """Where procrastinate isn't installed, both commands end with 2 and name the extra."""
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    for command in ("worker", "enqueue"):
        code, _, err = run(tmp_path, "", command)
        assert code == 2
        assert "[fleet]" in err


def test_what_is_queued_waits_once(schema_url, tmp_path):
    """Who asks twice is told that it waits already; a source that isn't there is refused."""
    (tmp_path / "okrs.yaml").write_text(FILE)
    assert run(tmp_path, schema_url, "enqueue")[1] == "1 job queued, 0 waiting already\n"
    assert run(tmp_path, schema_url, "enqueue")[1] == "0 jobs queued, 1 waiting already\n"
    assert run(tmp_path, schema_url, "enqueue", "--source", "nope")[0] == 2
    assert run(tmp_path, schema_url, "enqueue", "--okrs", "teams/*.yaml")[0] == 2


def test_a_broken_file_is_said_and_the_others_are_queued(schema_url, tmp_path):
    """One file that is wrong, or has another's workspace, stops no other's jobs."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(FILE + f"workspace: {name}\n")
    (tmp_path / "c.yaml").write_text("objectives: [")
    (tmp_path / "d.yaml").write_text(FILE + "workspace: a\n")
    code, out, err = run(tmp_path, schema_url, "enqueue", "--okrs", "*.yaml")
    assert (code, out) == (1, "2 jobs queued, 0 waiting already\n")
    assert "c.yaml:1: " in err
    assert "a.yaml has the workspace a too" in err


def test_a_probe_asks_for_a_sign_of_life(tmp_path):
    """A file that was touched of late is a worker alive; an old or missing one isn't."""
    assert run(tmp_path, "", "worker", "--probe", "alive")[0] == 1
    (tmp_path / "alive").touch()
    assert run(tmp_path, "", "worker", "--probe", "alive")[0] == 0
    os.utime(tmp_path / "alive", (0, 0))
    assert run(tmp_path, "", "worker", "--probe", "alive")[0] == 1


def test_two_that_start_at_once_make_one_queue(schema_url):
    """The queue's tables are made once, whoever comes first."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: make_queue(schema_url, "the store"), range(4)))
    make_queue(schema_url, "the store")
