"""Initiatives and what is above them, where types tell their level and where they don't."""

from __future__ import annotations

import pytest

from connectors.base import Access, Ask, ByEpic, ByLabel, ByQuery, Level, Watch
from connectors.boards.jira import data_center
from connectors.registry import open_source
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from syncer.core.linking import link
from tests.connectors.contract import StepClock

LABEL = ByLabel("GOAL")


class Tracker:
    """A Jira with a theme of two initiatives, three epics and five stories, and a connector."""

    def __init__(self, deployment):
        steps = StepClock()
        cloud = deployment == "cloud"
        self.site = site = JiraSite(deployment=deployment, now=steps.now)
        self.email = "robot@example.com" if cloud else None
        site.add_account("robot@example.com", "token", kind="api-token" if cloud else "personal")
        site.add_project("WEB")
        theme, initiative = site.add_type("Theme", 3), site.add_type("Initiative", 2)
        for number, type_, above, *labels in [
            (1, theme, None, "GOAL"),
            (2, initiative, 1),
            (3, initiative, 1),
            (4, "Epic", 2),
            (5, "Epic", 3),
            (6, "Epic", 3),
            (7, "Story", 4),
            (8, "Story", 4),
            (9, "Story", 5),
            (10, "Story", None, "GOAL"),
            (11, "Sub-task", 7),
        ]:
            parent = f"WEB-{above}" if above else None
            site.add_issue(key=f"WEB-{number}", type=type_, parent=parent, labels=labels)
        app = cloud_app if cloud else data_center_app
        self.serving, self.clock = Serving(app(site)), steps.clock

    def pull(self, *selectors):
        access = Access("jira", "jira", self.serving.url, email=self.email, token="token")
        source, _ = open_source(access, self.clock, 60)
        return source.pull(Ask(selectors), Watch())


@pytest.fixture(params=["cloud", "datacenter"])
def tracker(request):
    """The same work on either deployment, served."""
    served = Tracker(request.param)
    with served.serving:
        yield served


def counted(selector, pull):
    return {
        linked_card.card.key
        for linked_card in link([selector], pull)
        if linked_card.left_out is None
    }


@pytest.mark.parametrize(
    ("selector", "keys"),
    [
        (LABEL, {6, 7, 8, 9, 10}),
        (ByEpic(("WEB-1",)), {6, 7, 8, 9}),
        (ByEpic(("WEB-3", "WEB-7")), {6, 7, 9}),
        (ByQuery("key in (WEB-1, WEB-3, WEB-4, WEB-7)"), {7}),
        (ByQuery("key in (WEB-2, WEB-9)", children=True), {7, 8, 9}),
    ],
)
def test_what_is_above_epics_stands_for_what_is_under_it(tracker, selector, keys):
    """Rule 1 at any depth: containers count only where nothing is under them."""
    assert counted(selector, tracker.pull(selector)) == {f"WEB-{number}" for number in keys}


def test_a_data_center_is_asked_once_for_what_its_types_do_not_tell(monkeypatch):
    """However many stories a label reaches, it is one question, and none without Parent Links."""
    monkeypatch.setattr(data_center, "AT_ONCE", 3)
    tracker = Tracker("datacenter")
    for number in range(20, 30):
        tracker.site.add_issue(key=f"WEB-{number}", labels=["GOAL"])

    def asked():
        bodies = [exchange.body.decode() for exchange in tracker.serving.log.of("/search$")]
        tracker.serving.log.clear()
        return [body for body in bodies if '"fields": ["customfield_10300"]' in body]

    with tracker.serving:
        pull = tracker.pull(LABEL)
        assert len(counted(LABEL, pull)) == 15
        assert "cf[10300] is not EMPTY" in asked()[0]
        del tracker.site.fields["customfield_10300"]
        flat = tracker.pull(LABEL)
        assert asked() == []
    assert {card.level for card in flat.cards.values() if card.key == "WEB-1"} == {Level.BASE}
