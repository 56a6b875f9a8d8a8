"""Workers as processes on one PostgreSQL, with sites that have quotas."""

from __future__ import annotations

import random
import signal

import pytest

from tests.fleet.town import now, town
from tests.fleet.unrest import findings, unrest

FAST = ("--every", "3s", "--takeover", "2s", "--grace", "5s")


@pytest.fixture
def our_town(tmp_path, schema_url):
    """Three sites (a Cloud, a Data Center, a Trello), nothing on them yet, and a store."""
    with town(tmp_path, schema_url, random.Random(7), 3, tight=2) as out:
        yield out


def test_killed_workers_leave_every_number_right(our_town):
    """Each job of a dead worker is taken over, and each number is the brute-force count, once."""
    our_town.settle(sources=6, files=2, cards=4)
    assert unrest(our_town, 4, 2, *FAST) > 1
    assert findings(our_town, 180) == []


def test_a_worker_that_is_told_to_stop_hands_back_what_it_cant_finish(our_town):
    """After its grace a worker ends with 0, its jobs wait again, and nobody's lock is left."""
    our_town.settle(sources=3, files=1, cards=2)
    for site in our_town.sites:
        site.serving.latency_ms = 5000
    worker = our_town.start("--every", "1h", "--grace", "0s")
    assert our_town.until(180, our_town.is_at_work)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert our_town.ask(
        "SELECT DISTINCT status::text FROM procrastinate_jobs WHERE task_name = 'okr_sync.read'"
    ) == [("todo",)]
    for site in our_town.sites:
        site.serving.latency_ms = 0
    began = now()
    our_town.start("--every", "1h")
    assert our_town.until(180, lambda: our_town.read_since(began))


def test_files_come_go_break_and_are_mended(our_town):
    """A broken file stops only itself; a new one is taken up, and one that is gone let go."""
    our_town.settle(sources=6, files=2, cards=2)
    folder = our_town.folder / "teams"
    broken, well = (folder / "team0.yaml").read_text(), folder / "team1.yaml"
    (folder / "team0.yaml").write_text("objectives: [")
    our_town.start(*FAST)
    assert our_town.until(180, lambda: our_town.has_store() and len(our_town.counted()) == 3)
    assert {kr[0] for kr in our_town.counted()} == {"team1"}
    (file,) = [file for file in our_town.fleet()["files"] if file["problem"]]
    assert file["file"].endswith("team0.yaml")
    (folder / "team0.yaml").write_text(broken)
    assert our_town.until(180, lambda: our_town.counted() == our_town.expected())
    well.unlink()
    assert our_town.until(180, lambda: our_town.files() == 1)
    assert {source["workspace"] for source in our_town.fleet()["sources"]} == {"team0"}


def test_a_secret_that_lacks_is_its_sources_failure(our_town):
    """A source whose secret isn't there fails, says which variable, and is well once it is."""
    our_town.settle(sources=2, files=1, cards=1)
    environ = our_town.environ
    lacking = {name: value for name, value in environ.items() if "S0__TOKEN" not in name}
    worker = our_town.start(*FAST, environ=lacking)
    assert our_town.until(180, lambda: _failing(our_town) == ["s0"])
    assert "OKR_SYNC_SOURCES__S0__TOKEN" in our_town.fleet()["sources"][0]["problem"]
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    our_town.start(*FAST)
    assert our_town.until(180, lambda: _failing(our_town) == [])


def _failing(our_town):
    if not our_town.has_store():
        return ["not yet known"]
    rows = our_town.ask("SELECT source FROM source_states WHERE problem IS NOT NULL")
    return [source for (source,) in rows]
