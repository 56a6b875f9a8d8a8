"""Every field of every reply of a Jira as something else: the right pull, or an error."""

from __future__ import annotations

import copy
import json

import pytest

from connectors.base import ByBoard, Scope
from connectors.errors import SourceError
from tests.connectors.test_jira_answers import EPICS, LABEL, PATHS, QUERY, Site

ODD = [None, [], {}, "x", 7, 1e300, -1, float("nan"), "9999-99-99T00:00:00.000+0000", True]
"""What a field may be in a reply that nobody foresaw."""

MAY_BE_NULL = frozenset({
    "resolution", "resolutiondate", "statuscategorychangedate", "nextPageToken", "isLast",
    "customfield_10016", "customfield_10028", "customfield_10106", "customfield_10100",
    "customfield_10101", "customfield_10300",
})  # fmt: skip
"""Fields that a null is a true value of, or that may be left out."""


def places(value, path=()):
    """Where each value stands in a reply; of a list, its first alone."""
    yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def put(body, path, value):
    """A reply with another value in one spot."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    inner = changed
    try:
        for step in path[:-1]:
            inner = inner[step]
        if inner[path[-1]] is not value:
            inner[path[-1]] = value
    except LookupError:
        return body  # another reply of the same kind, which has no such spot
    return changed


class Pulled:
    """A site asked in every way, and what a pull of it comes to."""

    def __init__(self, deployment):
        self.site = Site(deployment)
        for number in range(9, 103):
            self.site.site.delete(f"PUB-{number}")
        self.site.site.move("PUB-4", "Done", resolution="Won't Do")
        self.site.site.estimate("PUB-5", 3.0)
        sprint = self.site.site.add_sprint("Sprint 1", self.site.board, state="active")
        self.site.site.plan("PUB-6", sprint)
        board = (str(self.site.board.id),)
        sprints = ByBoard(board, scope=Scope.ACTIVE_SPRINT)
        self.selectors = (LABEL, EPICS, QUERY, ByBoard(board), sprints)

    def counts(self):
        """All of a pull that a number is made of; a problem stands for a link's hits."""
        self.site.known = type(self.site.known)()
        pulled = self.site.pull(*self.selectors)
        cards = {
            id_: (card.category, card.level, card.parent, card.resolution, card.status, card.labels)
            for id_, card in pulled.cards.items()
        }
        hits = {
            link: "problem" if link in pulled.problems else sorted(pulled.hits[link])
            for link in self.selectors
        }
        return cards, hits


@pytest.fixture(scope="module", params=PATHS)
def served(request):
    """A small served site of either deployment, and what it comes to."""
    pulled = Pulled(request.param)
    with pulled.site.serving:
        yield pulled, pulled.counts(), request.param


def replies(pulled, path):
    """One reply of a path, as it is."""
    caught = []
    pulled.site.warped.rules[:] = [[path, lambda body: caught.append(body) or body, 1]]
    pulled.counts()
    pulled.site.warped.rules.clear()
    return caught[0]


@pytest.mark.parametrize("number", range(7))
def test_no_odd_value_makes_another_count(served, number):
    """Whatever stands where something else should: it is the right pull, or it isn't believed."""
    pulled, right, deployment = served
    if number >= len(PATHS[deployment]):
        pytest.skip("this deployment has fewer kinds of replies")
    path = PATHS[deployment][number]
    body = replies(pulled, path)
    wrong = []
    for turn, spot in enumerate(places(body)):
        # Half of them for each spot, the other half for the next: they are of as many kinds.
        for odd in ODD[turn % 2 :: 2]:
            if odd is None and spot and spot[-1] in MAY_BE_NULL:
                continue
            changed = put(body, spot, odd)
            if json.dumps(changed) == json.dumps(body) or _is_as_true(spot, odd):
                continue
            pulled.site.warped.rules[:] = [
                [path, lambda live, at=spot, to=odd: put(live, at, to), None]
            ]
            try:
                cards, hits = pulled.counts()
            except SourceError:
                continue
            known = {link: kept for link, kept in hits.items() if kept != "problem"}
            if any(right[1][link] != kept for link, kept in known.items()) or (
                known == hits and cards != right[0]
            ):
                wrong.append((spot, odd))
    pulled.site.warped.rules.clear()
    assert not wrong


def _is_as_true(spot, odd):
    """Whether a value is as good as the one that stood there: a name, a title, an id's number."""
    if not spot:
        return False
    if odd == [] and spot[-1] in {"issues", "values", "labels", "statuses"}:
        return True
    if odd is True and spot[-1] == "subtask":
        return True
    if odd in ("x", ODD[8]):
        return spot[-1] in {"name", "summary", "key", "labels", "nextPageToken", "values", 0}
    return False
