"""Workers as processes on one PostgreSQL, with sites that have quotas."""

from __future__ import annotations

import random
import signal

import pytest

from tests.fleet.town import now, town
from tests.fleet.unrest import findings, unrest

FAST = ("--every", "2s", "--takeover", "1s", "--grace", "5s")


@pytest.fixture
def place(tmp_path, schema_url):
    """Three sites (a Cloud, a Data Center, a Trello), nothing on them yet, and a store."""
    with town(tmp_path, schema_url, random.Random(7), 3, tight=2) as out:
        yield out


def test_killed_workers_leave_every_number_right(place):
    """However workers die, at the end each number is the brute-force count, once, within quotas."""
    place.settle(sources=6, files=2, cards=4)
    assert unrest(place, 4, 2, *FAST) > 1
    assert findings(place, 60) == []


def test_a_dead_workers_job_is_taken_over(place):
    """What a worker was at when it died another does, soon."""
    place.settle(sources=3, files=1, cards=2)
    for site in place.sites:
        site.serving.latency_ms = 300
    first = place.start(*FAST)
    assert place.until(30, place.is_at_work)
    first.kill()
    for site in place.sites:
        site.serving.latency_ms = 0
    began = now()
    place.start(*FAST)
    assert place.until(30, lambda: place.read_since(began))
    assert findings(place, 30) == []


def test_a_worker_that_is_told_to_stop_hands_back_what_it_cant_finish(place):
    """After its grace a worker ends with 0, its jobs wait again, and nobody's lock is left."""
    place.settle(sources=3, files=1, cards=2)
    for site in place.sites:
        site.serving.latency_ms = 5000
    worker = place.start("--every", "1h", "--grace", "0s")
    assert place.until(30, place.is_at_work)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert place.ask(
        "SELECT DISTINCT status::text FROM procrastinate_jobs WHERE task_name = 'okr_sync.read'"
    ) == [("todo",)]
    for site in place.sites:
        site.serving.latency_ms = 0
    began = now()
    place.start("--every", "1h")
    assert place.until(30, lambda: place.read_since(began))


def test_files_come_go_break_and_are_mended(place):
    """A broken file stops only itself; a new one is taken up, and one that is gone let go."""
    place.settle(sources=6, files=2, cards=2)
    folder = place.folder / "teams"
    broken, well = (folder / "team0.yaml").read_text(), folder / "team1.yaml"
    (folder / "team0.yaml").write_text("objectives: [")
    place.start(*FAST)
    assert place.until(30, lambda: place.has_store() and len(place.counted()) == 3)
    assert {kr[0] for kr in place.counted()} == {"team1"}
    (file,) = [file for file in place.fleet()["files"] if file["problem"]]
    assert file["file"].endswith("team0.yaml")
    (folder / "team0.yaml").write_text(broken)
    assert place.until(30, lambda: place.counted() == place.expected())
    well.unlink()
    assert place.until(30, lambda: len(place.fleet()["files"]) == 1)
    assert {source["workspace"] for source in place.fleet()["sources"]} == {"team0"}
