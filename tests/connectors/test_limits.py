"""Rate limits, at a tenth of what the services permit: waited for, never stormed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import Access, Ask, ByBoard, ByEpic, Watch
from connectors.errors import LimitedError
from connectors.registry import open_source
from connectors.sandbox.jira.cloud import cloud_app
from connectors.sandbox.jira.data_center import data_center_app
from connectors.sandbox.jira.keeping import Caps
from connectors.sandbox.jira.site import JiraSite
from connectors.sandbox.jira.throttling import CloudLimits, DataCenterLimits
from connectors.sandbox.server import Serving
from connectors.sandbox.trello.app import TrelloApp
from connectors.sandbox.trello.limits import Rates
from connectors.sandbox.trello.world import TrelloWorld
from tests.connectors.contract import NOW, StepClock

FORMS = ["seconds", "fraction", "date", "zero", "absent"]


def filled(steps, deployment="cloud", **caps):
    """A Jira with an epic of 2,500 issues."""
    site = JiraSite(deployment=deployment, now=steps.now, caps=Caps(**caps))
    site.add_project("PUB")
    site.add_issue(key="PUB-1", type="Epic")
    for number in range(2, 2502):
        site.add_issue(key=f"PUB-{number}", parent="PUB-1")
    return site


def pull(access, steps, *selectors, patience=300):
    source, traffic = open_source(access, steps.clock, patience)
    return source.pull(Ask(selectors, ("auto",)), Watch()), traffic


def refused(serving):
    return [one for one in serving.log.exchanges if one.status == 429]


@pytest.mark.parametrize("form", FORMS)
def test_a_limited_cloud_is_read_to_the_end(form):
    """Whatever form Retry-After has, the read ends whole, with few refusals, and tells its wait."""
    steps = StepClock()
    site = filled(steps, bulkfetch=100)
    site.add_account("robot@example.com", "token")
    limits = CloudLimits(per_second=10, burst=10, retry_after=form)
    with Serving(cloud_app(site, limits=limits)) as serving:
        access = Access("jira", "jira", serving.url, "robot@example.com", "token")
        answer, traffic = pull(access, steps, ByEpic(("PUB-1",)))
        assert len(answer.cards) == 2501
        assert traffic.waited > 0
        assert 0 < len(refused(serving)) <= 16


@pytest.mark.parametrize("form", FORMS)
def test_a_limited_data_center_is_read_to_the_end(form):
    """A token bucket that an administrator set is waited for in the same way."""
    steps = StepClock()
    site = filled(steps, "datacenter", search_page=100)
    site.add_account("robot@example.com", "token", kind="personal")
    limits = DataCenterLimits(size=5, fill=1, retry_after=form)
    with Serving(data_center_app(site, limits=limits)) as serving:
        access = Access("jira", "jira", serving.url, token="token")
        answer, traffic = pull(access, steps, ByEpic(("PUB-1",)))
        assert len(answer.cards) == 2501
        assert traffic.waited > 0


def test_a_limited_trello_is_read_to_the_end():
    """Trello names no time to wait: its window is waited out, and its block never reached."""
    steps = StepClock()
    world = TrelloWorld(steps.now)
    world.add_account("key", "token")
    boards = [world.add_board(f"Board {number}") for number in range(25)]
    for board in boards:
        world.add_card(world.add_list(board, "Doing"), "One")
    app = TrelloApp(world, rates=Rates().scaled(0.1), timer=lambda: steps.now().timestamp())
    with Serving(app) as serving:
        access = Access("trello", "trello", serving.url, token="token", key="key")
        answer, traffic = pull(access, steps, *(ByBoard((board,)) for board in boards))
        assert len(answer.cards) == 25
        assert not answer.problems
        # Two windows at least; eight threads that share a clock which jumps make it more.
        assert 20 <= traffic.waited <= 150
        assert len(refused(serving)) <= 20


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
            pull(access, steps, ByEpic(("PUB-1",)))
        assert steps.slept == []
        assert NOW + timedelta(minutes=40) < caught.value.free_at <= NOW + timedelta(minutes=70)
        assert "free again at 2026-11-21 07:" in str(caught.value)
        before = len(refused(serving))
        steps.at = caught.value.free_at
        answer, _ = pull(access, steps, ByEpic(("PUB-2",)))
        assert len(answer.cards) >= 1
        assert len(refused(serving)) == before
