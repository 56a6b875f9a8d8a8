"""Jira's answers that aren't whole by their status or their length."""

from __future__ import annotations

import pytest

from connectors.base import ByBoard, Known, Scope
from connectors.errors import NotUnderstoodError
from tests.connectors.test_jira_answers import EPICS, LABEL, PATHS, QUERY, Site

STATUSES = ("201 Created", "202 Accepted", "204 No Content", "206 Partial Content", "299 Odd")


class Middle:
    """What stands before a Jira: gives answers of a path another status, or half of their body."""

    def __init__(self, app):
        self.app, self.path, self.status, self.cut, self.times = app, None, None, False, 0
        self.asked = 0

    def spoil(self, path, status="200 OK", *, cut=False, times=None):
        """Let the answers of a path come so, so many times."""
        self.path, self.status, self.cut, self.times, self.asked = path, status, cut, times, 0

    def __call__(self, environ, start):
        if self.path is None or not environ["PATH_INFO"].endswith(self.path):
            return self.app(environ, start)
        self.asked += 1
        if self.times is not None and self.asked > self.times:
            return self.app(environ, start)
        heads = []
        body = b"".join(self.app(environ, lambda *head: heads.append(head)))
        body = body[: len(body) // 2] if self.cut else body
        headers = [pair for pair in heads[0][1] if pair[0] != "Content-Length"]
        start(self.status, headers)
        return [b"" if self.status.startswith("204") else body]


def served(deployment):
    """A small site behind a middle, with links of every kind, known by nobody."""
    site = Site(deployment)
    for number in range(9, 103):
        site.site.delete(f"PUB-{number}")
    sprint = site.site.add_sprint("Sprint 1", site.board, state="active")
    site.site.plan("PUB-6", sprint)
    site.middle = Middle(site.warped)
    site.serving.app = site.middle
    return site


def links(site):
    """Links that ask for everything a Jira is asked for."""
    board = (str(site.board.id),)
    return LABEL, EPICS, QUERY, ByBoard(board), ByBoard(board, scope=Scope.ACTIVE_SPRINT)


@pytest.fixture(scope="module", params=PATHS)
def jira(request):
    """A Jira of either deployment, and the keys that its links reach."""
    site = served(request.param)
    with site.serving:
        yield site, site.keys(*links(site)), PATHS[request.param]


def anew(jira):
    """The same, where nothing is known of it and nothing spoils its answers."""
    site, whole, paths = jira
    site.known = Known()
    site.middle.path = None
    return site, whole, paths


@pytest.mark.parametrize("status", STATUSES)
def test_what_is_no_200_is_asked_for_again(jira, status):
    """A 206 or another 2xx that came once costs a request more, whatever was asked."""
    site, whole, paths = jira
    for path in paths:
        anew(jira)
        site.middle.spoil(path, status, times=1)
        assert site.keys(*links(site)) == whole, path
        assert site.middle.asked > 1, path


@pytest.mark.parametrize("status", STATUSES)
def test_what_never_is_a_200_is_no_answer(jira, status):
    """A part of an answer is none, though it may be read, and says by which status it came."""
    site, _, paths = jira
    for path in paths:
        anew(jira)
        site.middle.spoil(path, status)
        with pytest.raises(NotUnderstoodError, match=status[:3]):
            site.pull(*links(site))


def test_a_cut_body_is_asked_for_again(jira):
    """A body that ends in its middle at 200 is asked for again, whatever was asked."""
    site, whole, paths = jira
    for path in paths:
        anew(jira)
        site.middle.spoil(path, cut=True, times=1)
        assert site.keys(*links(site)) == whole, path
        assert site.middle.asked > 1, path


def test_a_body_that_is_always_cut_is_no_answer(jira):
    """What is cut each time is an error of the source, never the part that came."""
    site, _, paths = jira
    for path in paths:
        anew(jira)
        site.middle.spoil(path, cut=True)
        with pytest.raises(NotUnderstoodError, match="cut off"):
            site.pull(*links(site))
