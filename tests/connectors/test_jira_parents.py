"""Parents that a Jira leaves out of its answers, where a card's thread may be written on them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import ByQuery
from connectors.errors import NotAuthorisedError
from sandbox.faults import Answer
from tests.connectors.test_jira_answers import LABEL, Site

ISSUE = r"/issue/(\d+|PUB-2)$"


@pytest.fixture(params=["cloud", "datacenter"])
def jira(request):
    """A Jira whose epic PUB-2 is of discovery, and stands above all that the label reaches."""
    site = Site(request.param)
    site.site.relabel("PUB-2", "discovery")
    site.epic = str(site.site.issue("PUB-2").id)
    site.bulk = "/bulkfetch" if request.param == "cloud" else "/search"
    with site.serving:
        yield site


def leave_out(site, times=None):
    """Let the epic be in no answer for many issues."""

    def change(body):
        issues = [issue for issue in body["issues"] if issue["id"] != site.epic]
        gone = {"total": len(issues)} if "total" in body else {}
        return {**body, **gone, "issues": issues}

    site.warped.change(site.bulk, change, times)


def test_a_parent_that_a_bulk_leaves_out_is_asked_for_again(jira):
    """What cards stand under is given by its own address where no bulk gives it."""
    leave_out(jira)
    pull = jira.pull(LABEL)
    assert pull.cards[jira.epic].labels == ("discovery",)
    assert {pull.cards[hit.card].parent for hit in pull.hits[LABEL]} == {jira.epic}


def test_a_parent_that_nobody_gives_to_a_stranger_is_no_parent_gone(jira):
    """A token revoked before the parents are fetched fails the source: its cards had a thread."""
    leave_out(jira)
    jira.faults.answer(ISSUE, Answer(404, "{}"), times=None)
    jira.faults.answer("/myself$", Answer(401, "{}"), nth=2, times=None)
    with pytest.raises(NotAuthorisedError):
        jira.pull(LABEL)


def test_a_parent_that_cannot_be_seen_is_asked_for_once_a_day(jira):
    """Of a parent that Jira says isn't there it has to say so again only tomorrow."""
    jira.site.hide("PUB-2")
    hidden = ByQuery("labels = launch")

    def singly():
        jira.serving.log.clear()
        assert jira.epic not in jira.pull(hidden).cards
        return len(jira.serving.log.of(ISSUE))

    assert [singly(), singly()] == [1, 0]
    jira.steps.at += timedelta(days=1)
    assert [singly(), singly()] == [1, 0]
    jira.site.show("PUB-2")
    assert jira.epic in jira.pull(hidden).cards
