"""Workers of a fleet beside each other in one store: parts, and what stands beside a part."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event as Signal

import pytest

from connectors.errors import LockedError
from syncer.core.records import Fail, Keep
from syncer.store.store import Store, open_store
from tests.store.samples import HOUR, NOW, okrs, write

BOTH = replace(write(range(2)), read_at={"jira": NOW, "trello": NOW})
BROKEN = Fail("PUB-1", "trello: no such board")


@pytest.fixture
def shared(schema_url):
    """A store on a server, with PUB-1 to PUB-3."""
    with open_store(schema_url, "one") as opened:
        opened.define(okrs(), NOW)
        yield opened


def beside(store, workspace=None):
    return Store(store._database, store.workspace if workspace is None else workspace)


def test_parts_are_worked_on_side_by_side(shared):
    """Two sources of a workspace are read at once; the same one isn't read by two."""
    with (
        shared.lock_part("jira"),
        beside(shared).lock_part("trello"),
        pytest.raises(LockedError, match="process"),
        beside(shared).lock_part("jira"),
    ):
        pass


def test_a_run_on_the_whole_workspace_is_alone(shared):
    """While a part is worked on no plain sync runs, and none begins while one does."""
    with shared.lock_part("jira"), pytest.raises(LockedError), beside(shared).lock():
        pass
    with shared.lock(), pytest.raises(LockedError), beside(shared).lock_part("jira"):
        pass


def test_workspaces_keep_nobody_out_of_each_other(shared):
    """Each okrs.yaml of a shared store has runs, parts and reports of its own."""
    other = beside(shared, "two")
    with (
        shared.lock(),
        other.lock(),
        shared.lock("report"),
        other.lock("report"),
        pytest.raises(LockedError),
        beside(shared).lock("report"),
    ):
        pass


def test_the_whole_store_is_everybodys(shared):
    """Who has the whole store keeps out every workspace's runs."""
    with shared.lock_whole(), pytest.raises(LockedError), beside(shared, "two").lock():
        pass
    with shared.lock_part("jira"), pytest.raises(LockedError), beside(shared, "two").lock_whole():
        pass


def test_decisions_wait_for_each_other(shared):
    """What one has read in its transaction no other changes before its end."""
    inside, order = Signal(), []

    def second():
        inside.wait()
        with beside(shared).alone() as within:
            order.append(len(within.states(["PUB-1"])["PUB-1"].cards))

    with ThreadPoolExecutor(1) as threads:
        with shared.alone() as within:
            waiting = threads.submit(second)
            inside.set()
            assert within.states(["PUB-1"])["PUB-1"].cards == ()
            within.apply([write(range(3))], NOW, "jira")
            assert len(within.states(["PUB-1"])["PUB-1"].cards) == 3
            assert shared.states(["PUB-1"])["PUB-1"].cards == ()
        waiting.result()
    assert order == [3]


def test_a_decision_is_whole_or_not_at_all(store):
    """What fails on the way leaves nothing behind, on any database."""

    def decide():
        with store.alone() as within:
            within.apply([write(range(3))], NOW)
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        decide()
    assert store.states(["PUB-1"])["PUB-1"].cards == ()


def test_one_sources_problem_outlasts_anothers_good_read(store):
    """What is wrong with one of a KR's sources stands until that one is read well."""
    store.apply([BOTH], NOW)
    store.apply([BROKEN], NOW + HOUR, "trello")
    good = Keep("PUB-1", {"jira": NOW + 2 * HOUR, "trello": NOW})
    store.apply([good], NOW + 2 * HOUR, "jira")
    state = store.states(["PUB-1"])["PUB-1"]
    assert (state.problem, state.problem_since) == (BROKEN.problem, NOW + HOUR)
    assert state.read_at["jira"] == NOW + 2 * HOUR
    store.apply([Keep("PUB-1", {"jira": NOW, "trello": NOW + 3 * HOUR})], NOW + 3 * HOUR, "trello")
    assert store.states(["PUB-1"])["PUB-1"].problem is None


def test_what_stands_on_and_on_is_one_span(store):
    """A source that fails for long beside a good one makes no row at each read."""
    store.apply([BOTH], NOW)
    for hours in range(1, 9, 2):
        store.apply([BROKEN], NOW + hours * HOUR, "trello")
        at = NOW + (hours + 1) * HOUR
        store.apply([Keep("PUB-1", {"jira": at, "trello": NOW})], at, "jira")
    (spans,) = store.read_spans(["PUB-1"]).values()
    assert [(span.source, span.problem) for span in spans] == [
        ("jira", None),
        ("trello", None),
        ("", BROKEN.problem),
    ]
    assert spans[0].ended == spans[2].ended == NOW + 8 * HOUR


def test_a_whole_run_ends_every_sources_problem(store):
    """A plain sync that reads all of a KR's sources well leaves no problem behind."""
    store.apply([BOTH], NOW)
    store.apply([BROKEN], NOW, "trello")
    store.apply([Fail("PUB-1", "jira: 503")], NOW, "jira")
    assert store.states(["PUB-1"])["PUB-1"].problem == "jira: 503; trello: no such board"
    both = Keep("PUB-1", {"jira": NOW + HOUR, "trello": NOW + HOUR})
    store.apply([both], NOW + HOUR)
    store.apply([both], NOW + HOUR, "jira")
    assert store.states(["PUB-1"])["PUB-1"].problem is None
