"""Answers of a Jira that leave something out or contradict themselves, and what is made of them."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest

from connectors.base import Access, Ask, ByBoard, ByEpic, ByLabel, ByQuery, Known, Scope, Watch
from connectors.boards.jira.pages import is_even, is_last, next_token
from connectors.errors import NotAuthorisedError, NotUnderstoodError, RejectedError, SourceError
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.jira.visibility import Caps
from sandbox.server import Serving
from tests.connectors.contract import StepClock

SEARCH, BULK = r"/search/jql$", r"/issue/bulkfetch$"
EPICS, QUERY, LABEL = ByEpic(("PUB-1", "PUB-2")), ByQuery("project = PUB"), ByLabel("launch")


class Warped:
    """An app whose JSON answers are changed on the way, by what a test says for each path."""

    def __init__(self, app):
        self.app, self.rules = app, []

    def change(self, path, change, times=None):
        """Let `change` have each answer of a path, so many times."""
        self.rules.append([path, change, times])

    def __call__(self, environ, start):
        path = environ["PATH_INFO"]
        rule = next((r for r in self.rules if path.endswith(r[0]) and r[2] != 0), None)
        if rule is None:
            return self.app(environ, start)
        started = []
        body = b"".join(self.app(environ, lambda *head: started.append(head)))
        status, headers = started[0]
        if not status.startswith("200"):
            start(status, headers)
            return [body]
        rule[2] = rule[2] if rule[2] is None else rule[2] - 1
        changed = rule[1](json.loads(body))
        start("200 OK", [pair for pair in headers if pair[0] != "Content-Length"])
        return [json.dumps(changed).encode()]


PATHS = {
    "cloud": [
        "/field",
        "/myself",
        "/search/jql",
        "/bulkfetch",
        "/label",
        "/configuration",
        "/sprint",
    ],
    "datacenter": ["/serverInfo", "/field", "/myself", "/search", "/configuration", "/sprint"],
}
"""The end of each address that a pull may ask, by deployment."""


class Site:
    """A Jira of two epics with a hundred stories, a board, and a connector that remembers."""

    def __init__(self, deployment="cloud", **caps):
        self.steps = StepClock()
        self.site = JiraSite(deployment=deployment, now=self.steps.now, caps=Caps(**caps))
        cloud = deployment == "cloud"
        self.account = self.site.add_account(
            "robot@example.com", "token", kind="api-token" if cloud else "personal"
        )
        self.email = "robot@example.com" if cloud else None
        self.site.add_project("PUB")
        for number in (1, 2):
            self.site.add_issue(key=f"PUB-{number}", type="Epic")
        for number in range(3, 103):
            labels = ["launch"] * (number % 2)
            self.site.add_issue(key=f"PUB-{number}", parent=f"PUB-{1 + number % 2}", labels=labels)
        self.board = self.site.add_board("Publishing", jql="project = PUB")
        self.faults = Faults()
        app = cloud_app if cloud else data_center_app
        self.warped = Warped(app(self.site, self.faults))
        self.serving = Serving(self.warped)
        self.known = Known()

    def pull(self, *selectors, **options):
        access = Access(
            "jira", "jira", self.serving.url, email=self.email, token="token", **options
        )
        source, _ = open_source(access, self.steps.clock, 60)
        pulled = source.pull(Ask(selectors or (QUERY,), ("auto",), known=self.known), Watch())
        self.known = Known(pulled.cards, None, dict(self.known.notes) | dict(pulled.learned))
        return pulled

    def keys(self, *selectors):
        pulled = self.pull(*selectors)
        return {pulled.cards[hit.card].key for hits in pulled.hits.values() for hit in hits}


@pytest.fixture
def site():
    """A served Cloud site."""
    served = Site(ids_page=30)
    with served.serving:
        yield served


def omitting(share, chance):
    """A bulk that leaves out a share of its issues, others each time."""

    def change(body):
        kept = [issue for issue in body["issues"] if chance.random() > share]
        return {**body, "issues": kept}

    return change


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4, 0.7])
@pytest.mark.parametrize("selector", [QUERY, EPICS])
def test_what_a_bulk_leaves_out_is_asked_for_again(site, share, selector):
    """However much of what the search found isn't given at first, the whole of it comes."""
    site.warped.change("/bulkfetch", omitting(share, random.Random(1)))
    assert len(site.pull(selector).cards) == 102


def test_what_no_bulk_gives_is_asked_for_singly(site):
    """Issues that a bulk never gives though they are there come from their own address."""

    def change(body):
        return {**body, "issues": [issue for issue in body["issues"] if issue["key"] != "PUB-9"]}

    site.warped.change("/bulkfetch", change)
    assert len(site.pull().cards) == 102


def test_issue_errors_are_asked_for_again(site):
    """An issue that Jira couldn't read just now is among `issueErrors`, and comes with the next."""

    def change(body):
        issues = body["issues"]
        error = {"id": issues[0]["id"], "errorMessage": "Internal error"}
        return {"issues": issues[1:], "issueErrors": [error]}

    site.warped.change("/bulkfetch", change, times=1)
    assert len(site.pull().cards) == 102


def test_only_what_jira_says_is_gone_is_gone(site):
    """An issue that is deleted after the search found it is believed to be, once it says so."""
    site.faults.before(BULK, lambda: site.site.delete("PUB-9"))
    assert len(site.pull().cards) == 101
    assert len(site.serving.log.of(r"/issue/\d+$")) == 1


@pytest.mark.parametrize("nth", [1, 2])
def test_a_token_revoked_between_two_batches_removes_nothing(site, nth):
    """Who gets nothing any more is asked who they are: a stranger's answer isn't "gone"."""
    site.site.caps = Caps(bulkfetch=60)
    masked = {"issues": [], "issueErrors": []}
    site.faults.answer(BULK, Answer(200, json.dumps(masked)), nth=nth, times=None)
    site.faults.answer(r"/issue/\d+$", Answer(404, "{}"), times=None)
    site.faults.answer(r"/myself$", Answer(401, "{}"), nth=2, times=None)
    with pytest.raises(NotAuthorisedError):
        site.pull()


@pytest.mark.parametrize("nth", range(1, 4))
@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "issues": []},
        lambda body: {**body, "issues": body["issues"][:7]},
        lambda body: {**body, "isLast": not body["isLast"]},
        lambda body: {"issues": body["issues"], "isLast": False},
        lambda body: {**body, "nextPageToken": ""},
        lambda body: {**body, "total": 3},
        lambda body: {**body, "issues": body["issues"][:1] * len(body["issues"])},
    ],
)
def test_an_odd_page_is_not_believed(site, nth, change):
    """A search's page that is empty, cut, a repeat, or contradicts itself is asked for again."""
    seen = []

    def nth_alone(body):
        seen.append(body)
        return change(body) if len(seen) == nth else body

    site.warped.change("/search/jql", nth_alone)
    assert len(site.pull().cards) == 102


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "isLast": True, "nextPageToken": "more"},
        lambda body: {"issues": body["issues"], "isLast": False},
        lambda body: {**body, "isLast": "no"},
        lambda body: {**body, "total": 1},
    ],
)
def test_a_search_that_never_makes_sense_fails_the_source(site, change):
    """What contradicts itself each time is an error, never a count."""
    site.warped.change("/search/jql", change)
    with pytest.raises(NotUnderstoodError):
        site.pull()


def test_ever_new_tokens_end(site):
    """A search whose every page leads on and brings nothing new isn't followed for ever."""
    tokens = iter(range(10_000))

    def change(body):
        return {"issues": body["issues"], "nextPageToken": str(next(tokens))}

    site.warped.change("/search/jql", change)
    site.warped.app = Answer(200, '{"issues": [{"id": "10003"}]}')
    with pytest.raises(SourceError):
        site.pull()
    assert len(site.serving.log.of(SEARCH)) < 20


@pytest.mark.parametrize("name", ["warnings", "warningMessages"])
def test_a_result_that_jira_says_is_cut_is_the_links_problem(site, name):
    """A query that hits a limit of Jira's isn't counted by what is left of it."""
    site.warped.change("/search/jql", lambda body: {**body, name: ["JQL_FUNCTION_LIMIT_EXCEEDED"]})
    pulled = site.pull()
    assert isinstance(pulled.problems[QUERY], RejectedError)


def test_an_empty_search_is_asked_again(site):
    """A first read that finds nothing at first, and then a hundred, has found a hundred."""
    site.site.caps = Caps()
    site.warped.change("/search/jql", lambda body: {**body, "issues": []}, times=1)
    assert len(site.pull().cards) == 102


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "issues": []},
        lambda body: {**body, "issues": body["issues"][:5]},
        lambda body: {**body, "total": 50},
        lambda body: {**body, "total": 0, "issues": []},
    ],
)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_data_centers_odd_page_is_not_believed(change, nth):
    """A page shorter than asked, or with another total, is asked for again with all others."""
    served, seen = Site("datacenter", search_page=30), []

    def nth_alone(body):
        seen.append(body)
        return change(body) if len(seen) == nth else body

    served.warped.change("/search", nth_alone)
    with served.serving:
        assert len(served.pull(QUERY).cards) == 102


@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "columnConfig": {"columns": []}},
        lambda body: {**body, "columnConfig": {"columns": [{"name": "Done", "statuses": []}]}},
        lambda body: {**body, "filter": {"id": None}},
    ],
)
def test_a_board_without_columns_is_asked_again(deployment, change):
    """A configuration that would leave every card off the board is no configuration."""
    served = Site(deployment)
    board = ByBoard((str(served.board.id),))
    served.warped.change("/configuration", change, times=1)
    with served.serving:
        columns = {hit.column for hit in served.pull(board).hits[board]}
        assert len(columns) == 1
        served.warped.change("/configuration", change)
        with pytest.raises(NotUnderstoodError, match="no readable columns"):
            served.pull(board)


@pytest.mark.parametrize(
    "change",
    [
        lambda body: {**body, "values": []},
        lambda body: {**body, "values": body["values"][:1]},
        lambda body: {**body, "values": body["values"][:1] * 2},
        lambda body: {**body, "isLast": None, "total": 9},
        lambda body: {**body, "isLast": False},
    ],
)
def test_a_cut_list_of_sprints_is_asked_again(site, change):
    """A sprint that a page leaves out would take its cards with it."""
    for number in (1, 2):
        sprint = site.site.add_sprint(f"Sprint {number}", site.board, state="active")
        site.site.plan(f"PUB-{2 + number}", sprint)
    link = ByBoard((str(site.board.id),), scope=Scope.ACTIVE_SPRINT)
    site.warped.change("/sprint", change, times=1)
    assert site.keys(link) == {"PUB-3", "PUB-4"}


def test_pages_are_even_or_odd():
    """All pages but the last are full, the last holds something, and nothing comes twice."""
    assert is_even([0], 0)
    assert is_even([5], 5)
    assert is_even([30, 30, 7], 67)
    assert not is_even([30, 7, 30], 67)
    assert not is_even([30, 0], 30)
    assert not is_even([30, 31], 61)
    assert not is_even([30, 30], 59)


@pytest.mark.parametrize(
    ("page", "received", "last"),
    [
        ({"values": [1], "isLast": True}, 1, True),
        ({"values": [1], "isLast": False, "total": 3}, 1, False),
        ({"values": [1], "total": 1}, 1, True),
        ({"values": [1]}, 1, False),
        ({"values": []}, 1, True),
    ],
)
def test_a_lists_last_page_is_known(page, received, last):
    """By what it says, by its total, or because nothing is on it."""
    assert is_last(page, received, "jira") is last


@pytest.mark.parametrize(
    "page",
    [
        {"values": [1], "isLast": True, "total": 2},
        {"values": [1], "total": 0},
        {"values": [1], "total": True},
        {"values": [], "isLast": False},
        {"values": [1], "isLast": 1},
    ],
)
def test_a_list_that_contradicts_itself_is_none(page):
    """A last page that isn't, a total below what came, an empty page with more behind it."""
    with pytest.raises(NotUnderstoodError):
        is_last(page, 1, "jira")


def test_the_last_page_has_no_token():
    """With neither word the page without a token is the last, as Jira documents."""
    assert next_token({}, 3, "jira") is None
    assert next_token({"isLast": True, "nextPageToken": None, "total": 3}, 3, "jira") is None
    assert next_token({"nextPageToken": "x"}, 3, "jira") == "x"


@pytest.fixture(params=["cloud", "datacenter"])
def either(request):
    """A served site of either deployment."""
    served = Site(request.param, ids_page=30, search_page=30)
    with served.serving:
        yield served


@pytest.mark.parametrize("selector", [LABEL, EPICS, QUERY])
@pytest.mark.parametrize("keep", [0, 7])
def test_a_search_that_loses_what_it_had_is_asked_again(either, selector, keep):
    """Issues that were there, are there, and are missing in one answer don't go."""
    before = either.pull(selector)

    def change(body):
        return {
            name: value for name, value in body.items() if name not in {"isLast", "nextPageToken"}
        } | {"issues": body["issues"][:keep], "total": keep}

    either.warped.change("/search/jql" if either.email else "/search", change, times=2)
    after = either.pull(selector)
    assert {hit.card for hit in after.hits[selector]} == {hit.card for hit in before.hits[selector]}
    assert after.cards.keys() == before.cards.keys()


def test_what_left_its_scope_is_no_longer_reached(either):
    """An issue that lost its label, its epic or its project goes, and costs two requests more."""
    selectors = (LABEL, EPICS, QUERY)
    either.pull(*selectors)
    either.site.add_project("WEB")
    either.site.relabel("PUB-3")
    either.site.reparent("PUB-3", None)
    either.site.move_project("PUB-3", "WEB")
    keys = either.keys(*selectors)
    assert "WEB-1" not in keys
    assert len(keys) == 101


def test_what_was_deleted_is_gone(either):
    """Of a card that the search doesn't find any more Jira says that it isn't there."""
    either.pull(QUERY)
    either.site.delete("PUB-9")
    assert len(either.keys(QUERY)) == 101
    assert len(either.serving.log.of(r"/issue/\d+$")) == 1


@pytest.mark.parametrize("selector", [LABEL, EPICS])
def test_archived_work_is_a_card_that_says_so(either, selector):
    """Archived issues leave every search; by their id they can be read, and are still reached."""
    either.pull(selector)
    either.site.archive("PUB-9")
    pulled = either.pull(selector)
    (archived,) = [card for card in pulled.cards.values() if card.archived]
    assert archived.key == "PUB-9"
    if selector == LABEL:
        assert archived.id in {hit.card for hit in pulled.hits[selector]}
    either.serving.log.clear()
    again = either.pull(selector)
    assert again.cards[archived.id] == archived
    assert not either.serving.log.of(r"/issue/\d+$|/project")
    either.steps.at += timedelta(days=2)
    either.site.delete("PUB-9")
    assert archived.id not in either.pull(selector).cards


def test_who_archived_is_never_asked_for(either):
    """The field that names a person is in no request."""
    either.pull(LABEL)
    either.site.archive("PUB-9")
    either.pull(LABEL)
    assert not any(b"archivedby" in exchange.body for exchange in either.serving.log.of(""))


def test_an_archived_projects_work_stays(either):
    """Where the whole project was archived, an issue doesn't say so; the project does."""
    either.pull(LABEL)
    either.site.change_project("PUB", archived=True)
    pulled = either.pull(LABEL)
    assert all(card.archived for card in pulled.cards.values())
    assert len(pulled.hits[LABEL]) == 50
