"""A large Jira over several runs: what is known isn't read again, and a broken read isn't lost."""

from __future__ import annotations

import platform
from datetime import timedelta

import pytest

from connectors.boards.jira import fetching
from sandbox.faults import Answer
from syncer.heap import give_back_large_pieces

MANY = 1200
BULK = r"/issue/bulkfetch$"


@pytest.fixture
def large(office, monkeypatch):
    """An office whose Jira has an epic of 1,200 issues, in batches of a hundred."""
    monkeypatch.setattr("syncer.known_cards.AT_ONCE", 100)
    site = office.jira
    site.caps.bulkfetch = 100
    site.add_project("PUB")
    old = office.steps.now() - timedelta(days=30)
    site.add_issue(key="PUB-1", type="Epic", created=old)
    for number in range(2, MANY + 2):
        site.add_issue(key=f"PUB-{number}", parent="PUB-1", created=old)
    office.aim({"KR-1": ["{source: jira, epic: PUB-1}"]})
    return office


def bulks(office):
    asked = len(office.jira_serving.log.of(BULK))
    office.jira_serving.log.clear()
    return asked


def test_the_second_run_reads_what_changed(large):
    """A run after a large one asks for ids and changes, and writes what changed and no more."""
    assert large.run("sync").code == 0
    assert bulks(large) >= MANY / 100
    large.steps.at += timedelta(hours=1)
    for number in range(2, 7):
        large.jira.move(f"PUB-{number}", "Done")
    large.jira.delete("PUB-9")
    result = large.run("sync", "--json")
    (kr,) = result.json["key_results"]
    assert (kr["done"], kr["remaining"]) == (5, MANY - 6)
    assert bulks(large) == 1, "where is the one that is no longer found?"
    # The seventh asks who we are, since something is missing.
    assert result.json["sources"][0]["requests"] <= 7
    assert large.run("sync", "--full", "--json").json["key_results"][0]["decision"] == "unchanged"
    assert bulks(large) >= MANY / 100


def test_a_read_that_broke_off_is_gone_on_with(large):
    """What a first read brought before it broke off isn't read again by the next run."""
    large.jira_faults.answer(BULK, Answer(503, "down"), nth=11, times=None)
    broken = large.run("sync", "--patience", "0s")
    assert broken.code == 1
    assert large.kr("KR-1")["done"] is None
    first = bulks(large)
    assert first >= 10
    large.jira_faults.clear()
    large.steps.at += timedelta(minutes=15)
    large.jira.move("PUB-2", "Done")
    (kr,) = large.run("sync", "--json").json["key_results"]
    assert (kr["done"], kr["remaining"]) == (1, MANY - 1)
    assert bulks(large) <= MANY / 100 - 2


def test_one_krs_run_leaves_what_is_known(large):
    """`--kr` reads a part, and the next whole run compares as if it hadn't been."""
    large.aim({"KR-1": ["{source: jira, epic: PUB-1}"], "KR-2": ["{source: jira, label: x}"]})
    assert large.run("sync").code == 0
    large.steps.at += timedelta(hours=1)
    large.jira.move("PUB-2", "Done")
    assert large.run("sync", "--kr", "KR-2").code == 0
    bulks(large)
    assert large.run("sync").code == 0
    assert large.kr("KR-1")["done"] == 1
    assert bulks(large) == 0


def test_a_source_that_is_unlinked_takes_its_cards_along(large):
    """A KR of two sources that keeps one of them is counted anew, though no card changed."""
    sources = "sources:\n  jira: {kind: jira, url: JIRA}\n  ops: {kind: jira, url: JIRA}\n"
    for name in ("EMAIL", "TOKEN"):
        token = large.environ[f"OKR_SYNC_SOURCES__JIRA__{name}"]
        large.environ[f"OKR_SYNC_SOURCES__OPS__{name}"] = token
    large.jira.add_issue(key="PUB-5000", labels=["x"])
    links = ["{source: jira, epic: PUB-1}", "{source: ops, label: x}"]
    large.aim({"KR-1": links}, sources=sources)
    large.sync()
    assert large.counts("KR-1") == (0, MANY + 1, 0)
    large.steps.at += timedelta(hours=1)
    large.aim({"KR-1": links[:1]}, sources=sources)
    large.sync()
    assert large.counts("KR-1") == (0, MANY, 0)


def test_small_is_a_matter_of_the_plan_alone(large, monkeypatch):
    """Where everything is read anew each time, the numbers are the same."""
    assert large.run("sync").code == 0
    large.jira.move("PUB-3", "Done")
    large.steps.at += timedelta(hours=1)
    monkeypatch.setattr(fetching, "LARGE", MANY * 2)
    assert large.run("sync").code == 0
    assert large.kr("KR-1")["done"] == 1


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc needs to be told")
def test_memory_for_large_answers_goes_back_at_once():
    """The C library takes the limit; what it saves is in docs/performance.md."""
    assert give_back_large_pieces()
