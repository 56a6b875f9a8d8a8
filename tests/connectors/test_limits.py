"""Rate limits, at a tenth of what the services permit: waited for, never stormed.

The bounds hold for any order in which the eight threads of a read may get on. A
refused thread is quiet for as long as it was told, and so, by then, as many
requests could be let in as the service allows in that time.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import requests

from connectors.base import Access, Ask, ByBoard, ByEpic, Watch
from connectors.clock import Clock
from connectors.errors import LimitedError
from connectors.http import IN_FLIGHT, Transport
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.jira.throttling import CloudLimits, DataCenterLimits
from sandbox.jira.visibility import Caps
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates
from sandbox.trello.world import TrelloWorld
from tests.connectors.contract import NOW, StepClock

QUIET = {"seconds": 1.0, "fraction": 0.1, "date": 0.5, "zero": 1.0, "absent": 1.0}
"""What a refused thread waits at least on the average, by the form of Retry-After.

A date is cut to whole seconds, and so, of two waits in a row, one may be of almost none.
"""
BULK = "/issue/bulkfetch"
STORM = 1000
"""A service that was asked so often has been stormed, and says so once and for all."""
DAY = 24 * 3600.0
LONGEST = 120.0


def filled(steps, deployment="cloud", **caps):
    """A Jira with an epic of 2,500 issues."""
    site = JiraSite(deployment=deployment, now=steps.now, caps=Caps(**caps))
    site.add_project("PUB")
    site.add_issue(key="PUB-1", type="Epic")
    for number in range(2, 2502):
        site.add_issue(key=f"PUB-{number}", parent="PUB-1")
    return site


@pytest.fixture
def faults():
    """An end to a storm, so that a test of it fails rather than hangs."""
    faults = Faults()
    faults.answer("", Answer(400, "stormed", "text/plain"), nth=STORM, times=None)
    return faults


def pull(access, steps, *selectors, patience=DAY):
    source, traffic = open_source(access, steps.clock, patience)
    return source.pull(Ask(selectors, ("auto",)), Watch()), traffic


def refused(serving, path=""):
    return [exchange for exchange in serving.log.of(path) if exchange.status == 429]


def admitted(serving, path=""):
    return len(serving.log.of(path)) - len(refused(serving, path))


def most_refusals(let_in, burst, meanwhile):
    """The most refusals for so many requests that were let in at last.

    The first comes after a burst; each thread's next one only when as many as
    the service lets in `meanwhile`, in the time that it waited, were let in.
    """
    return IN_FLIGHT * (1 + int((let_in - burst - 1) / meanwhile))


@pytest.mark.parametrize("form", QUIET)
def test_a_limited_cloud_is_read_to_the_end(form, faults):
    """Whatever form Retry-After has, the read ends whole, with few refusals, and tells its wait."""
    steps, rate, burst = StepClock(), 10, 10
    site = filled(steps, bulkfetch=100)
    site.add_account("robot@example.com", "token")
    limits = CloudLimits(per_second=rate, burst=burst, retry_after=form)
    with Serving(cloud_app(site, faults, limits)) as serving:
        access = Access("jira", "jira", serving.url, "robot@example.com", "token")
        answer, traffic = pull(access, steps, ByEpic(("PUB-1",)))
        let_in = admitted(serving, BULK)
        assert len(answer.cards) == 2501
        assert steps.passed >= (let_in - burst) / rate > 0
        assert traffic.waited == pytest.approx(steps.passed)
        assert len(refused(serving)) == len(refused(serving, BULK))
        assert len(refused(serving)) <= most_refusals(let_in, burst, rate * QUIET[form])


@pytest.mark.parametrize("form", QUIET)
def test_a_limited_data_center_is_read_to_the_end(form, faults):
    """A token bucket that an administrator set is waited for in the same way."""
    steps, size, fill = StepClock(), 5, 1
    site = filled(steps, "datacenter", search_page=100)
    site.add_account("robot@example.com", "token", kind="personal")
    limits = DataCenterLimits(size=size, fill=fill, retry_after=form)
    with Serving(data_center_app(site, faults, limits)) as serving:
        access = Access("jira", "jira", serving.url, token="token")
        answer, traffic = pull(access, steps, ByEpic(("PUB-1",)))
        let_in = admitted(serving)
        assert len(answer.cards) == 2501
        assert steps.passed >= (let_in - size) / fill > 0
        assert traffic.waited == pytest.approx(steps.passed)
        # One a wait, but for a date's; two of those are at least one.
        assert len(refused(serving)) <= most_refusals(let_in, size, 0.5)


def test_a_limited_trello_is_read_to_the_end(faults):
    """Trello names no time to wait: its window is waited out, and its block never reached."""
    steps, rates = StepClock(), Rates().scaled(0.1)
    world = TrelloWorld(steps.now)
    world.add_account("key", "token")
    boards = [world.add_board(f"Board {number}") for number in range(25)]
    for board in boards:
        world.add_card(world.add_list(board, "Doing"), "One")
    app = TrelloApp(world, rates=rates, timer=lambda: steps.now().timestamp())
    with Serving(faults.wrap(app)) as serving:
        access = Access("trello", "trello", serving.url, token="token", key="key")
        answer, traffic = pull(access, steps, *(ByBoard((board,)) for board in boards))
        let_in = admitted(serving)
        assert (len(answer.cards), let_in) == (25, 26)
        assert not answer.problems
        assert steps.passed >= let_in // rates.token * rates.seconds
        assert traffic.waited == pytest.approx(steps.passed)
        # Whoever was refused comes back in another window: in one, each thread is refused once.
        assert len(refused(serving)) <= most_refusals(let_in, rates.token, rates.token)
        assert len(refused(serving)) < rates.refused


def test_a_quota_that_resets_in_an_hour_is_not_waited_for():
    """OAuth's points are gone: the source says when they are back, and then goes on."""
    steps = StepClock()
    site = filled(steps)
    site.add_account(
        "robot@example.com", "token", kind="oauth", scopes=["read:jira-work", "read:jira-user"]
    )
    with Serving(cloud_app(site, limits=CloudLimits(quota=2000))) as serving:
        url = f"{serving.url}/ex/jira/{site.cloud_id}"
        access = Access("jira", "jira", url, token="token")
        with pytest.raises(LimitedError) as caught:
            pull(access, steps, ByEpic(("PUB-1",)), patience=300)
        assert steps.slept == []
        assert NOW + timedelta(minutes=40) < caught.value.free_at <= NOW + timedelta(minutes=70)
        assert "free again at 2026-11-21 07:" in str(caught.value)
        before = len(refused(serving))
        steps.at = caught.value.free_at
        answer, _ = pull(access, steps, ByEpic(("PUB-2",)), patience=300)
        assert len(answer.cards) >= 1
        assert len(refused(serving)) == before


LEFT = {
    "trello": (
        {"x-rate-limit-api-token-remaining": "0", "x-rate-limit-api-token-max": "100"}
        | {"x-rate-limit-api-token-interval-ms": "10000"}
        | {"x-rate-limit-api-key-remaining": "200", "x-rate-limit-api-key-max": "300"}
        | {"x-rate-limit-api-key-interval-ms": "10000"},
        10.0,
    ),
    "cloud": ({"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "100"}, 1.0),
    "data center": (
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "50"}
        | {"X-RateLimit-FillRate": "10", "X-RateLimit-Interval-Seconds": "3"},
        3.0,
    ),
    "some left": ({"X-RateLimit-Remaining": "1", "X-RateLimit-Limit": "100"}, 0.0),
    "nonsense": ({"X-RateLimit-Remaining": "none", "X-RateLimit-Limit": "0"}, 0.0),
    "no limit": ({}, 0.0),
}
"""What services tell of their limits beside a good answer, and how long to be quiet after it."""


@pytest.mark.parametrize("service", LEFT)
def test_what_is_used_up_is_not_asked_for(service):
    """Who tells that nothing is left needn't refuse: it is left alone for as long as that takes."""
    headers, quiet = LEFT[service]
    steps = StepClock()
    answer = Answer(200, "{}", headers=tuple(headers.items()))
    with Serving(answer) as serving:
        traffic, ask = two(serving, steps, steps.sleep, patience=60)
        assert ask() == 200
        assert (steps.passed, traffic.waited) == (0, 0), "nobody has to wait who asks no more"
        assert ask() == 200
        assert steps.passed == pytest.approx(traffic.waited) == pytest.approx(quiet)


def test_a_limit_beyond_patience_is_found_out_by_asking():
    """What may be a misunderstanding costs no more than patience, and stops nothing."""
    steps = StepClock()
    headers, _ = LEFT["trello"]
    with Serving(Answer(200, "{}", headers=tuple(headers.items()))) as serving:
        _, ask = two(serving, steps, steps.sleep, patience=9)
        assert [ask(), ask()] == [200, 200]
        assert steps.passed == 0


class Limiting:
    """A service that asks the first `limited` to be quiet for seven seconds, all at once."""

    def __init__(self, limited):
        self.left, self.together = limited, threading.Barrier(limited, timeout=LONGEST)

    def __call__(self, environ, start):
        if self.left:
            self.together.wait()
            self.left = 0
            return Answer(429, headers=(("Retry-After", "7"),))(environ, start)
        return Answer(200, "{}")(environ, start)


def two(serving, steps, sleep, patience):
    """Two threads' one transport, and a question to ask by it."""
    transport = Transport("jira", Clock(steps.now, sleep), patience=patience, variable="TOKEN")

    def ask():
        with requests.Session() as session:
            session.mount("http://", transport)
            return session.get(serving.url).status_code

    return transport.traffic, ask


def test_while_one_was_told_to_wait_no_other_asks():
    """A thread that comes during another's wait is quiet for the rest of it, and asks then."""
    steps, began, others, seen = StepClock(), threading.Event(), [], []

    def sleep(seconds):
        first = not seen
        seen.append(len(serving.log))
        if first:
            others.append(pool.submit(ask))
            others[0].add_done_callback(lambda _: began.set())
            began.wait(LONGEST)
        began.set()
        steps.sleep(seconds)

    with Serving(Limiting(1)) as serving, ThreadPoolExecutor(1) as pool:
        traffic, ask = two(serving, steps, sleep, patience=8)
        assert (ask(), others[0].result()) == (200, 200)
    assert seen == [1, 1]
    assert traffic.requests == 3
    assert traffic.waited == pytest.approx(steps.passed) == pytest.approx(7.7)


def test_a_wait_side_by_side_is_spent_once():
    """Two threads refused at once wait at once: neither time nor patience goes twice."""
    steps, both, waits = StepClock(), threading.Event(), []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            both.set()
        both.wait(LONGEST)
        steps.sleep(seconds)

    with Serving(Limiting(2)) as serving, ThreadPoolExecutor(2) as pool:
        traffic, ask = two(serving, steps, sleep, patience=8)
        asking = [pool.submit(ask) for _ in range(2)]
        for future in asking:
            future.add_done_callback(lambda _: both.set())
        assert [future.result() for future in asking] == [200, 200]
    assert traffic.requests == 4
    assert traffic.waited == pytest.approx(steps.passed) == pytest.approx(7.7)
