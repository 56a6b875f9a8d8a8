"""Jira keeps the contract of a board source."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import Access, ByBoard, ByLabel
from sandbox.faults import Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.models import Person
from sandbox.jira.site import JiraSite
from sandbox.jira.visibility import Caps
from sandbox.server import Serving
from tests.connectors.contract import PERSON, BoardSourceContract, StepClock

PAGE = 60


class JiraTracker:
    """One project with a board, on a Jira that serves."""

    page = PAGE
    email = None
    kind = "personal"

    def __init__(self):
        self.steps = StepClock()
        self.site = self.make()
        self.account = self.site.add_account(
            "robot@example.com", "some-secret-token", kind=self.kind
        )
        self.site.add_project("PUB", "Publishing")
        self.person = Person(PERSON, "persephone@example.com", "5b10a2844c20165700ede21g")
        self.faults = Faults()
        self.serving = Serving(self.app(self.site, self.faults))
        board = self.site.add_board("Publishing", jql="project = PUB")
        self.board = ByBoard((str(board.id),))
        self.missing_board = ByBoard(("4711",))
        self.number = 0
        self.access = None

    def serve(self):
        self.access = Access(
            "jira",
            "jira",
            self.serving.url,
            email=self.email,
            token="some-secret-token",
        )

    def add(self, title, *, labels=(), done=False):
        self.number += 1
        return self.site.add_issue(
            key=f"PUB-{self.number}",
            summary=title,
            created=self.steps.now() - timedelta(minutes=self.number),
            labels=labels,
            status="Done" if done else "In Progress",
            resolution="Done" if done else None,
            finished=self.steps.now() if done else None,
            assignee=self.person,
            reporter=self.person,
        ).key

    def finish(self, key):
        self.site.move(key, "Done")

    def remove(self, key):
        self.site.delete(key)

    def labelled(self, label):
        return ByLabel(label)

    def revoke(self):
        self.site.revoke(self.account)


class CloudTracker(JiraTracker):
    """Jira Cloud, whose large bulk isn't there yet."""

    data_path = r"/rest/api/3/search/jql$"
    app = staticmethod(cloud_app)
    email = "robot@example.com"
    kind = "api-token"

    def make(self):
        return JiraSite(now=self.steps.now, caps=Caps(ids_page=PAGE, bulkfetch=100))


class DataCenterTracker(JiraTracker):
    """Jira Data Center with small pages."""

    data_path = r"/rest/api/2/search$"
    app = staticmethod(data_center_app)

    def make(self):
        caps = Caps(search_page=PAGE // 2, window=PAGE)
        return JiraSite(deployment="datacenter", now=self.steps.now, caps=caps)


def served(jira):
    """Serve a tracker while a test runs."""
    with jira.serving:
        jira.serve()
        yield jira


class TestJiraCloud(BoardSourceContract):
    """The contract, on Cloud."""

    @pytest.fixture
    def tracker(self):
        """A Jira Cloud with one board, served."""
        yield from served(CloudTracker())


class TestJiraDataCenter(BoardSourceContract):
    """The contract, on Data Center."""

    @pytest.fixture
    def tracker(self):
        """A Data Center with one board, served."""
        yield from served(DataCenterTracker())
