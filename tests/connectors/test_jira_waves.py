"""What a Jira is asked at the same time: requests of one wave meet in the server."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Access, Ask, ByEpic, ByQuery, Known, Watch
from connectors.boards.jira import cloud
from connectors.boards.jira.jql import packed
from connectors.errors import NotAuthorisedError
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.site import JiraSite
from sandbox.jira.visibility import Caps
from sandbox.server import Serving
from tests.connectors.contract import StepClock

EPICS = ByEpic(("PUB-1", "PUB-2", "PUB-3"))
PATIENCE = 60
"""Seconds after which requests that should have met are taken for strangers to each other."""
WHO, FIELDS, SEARCH, BULK = r"/myself$", r"/field$", r"/search/jql$", r"/issue/bulkfetch$"


class Gate:
    """Lets requests in only together: as many as `meet` asks for, of the paths it names.

    Searches lose the issues in `lost`, as an index that lags does.
    """

    def __init__(self, app):
        self.app = app
        self.path, self.barrier, self.met = re.compile("$^"), threading.Barrier(1), 0
        self.lost = set()

    def meet(self, parties, path):
        self.path, self.met = re.compile(path), 0
        self.barrier = threading.Barrier(parties, action=self._count)

    def _count(self):
        self.met += 1

    def __call__(self, environ, start):
        if self.path.search(environ["PATH_INFO"]):
            self.barrier.wait(PATIENCE)
        if not (self.lost and environ["PATH_INFO"].endswith("/search/jql")):
            return self.app(environ, start)
        started = []
        body = json.loads(b"".join(self.app(environ, lambda *arguments: started.append(arguments))))
        body["issues"] = [issue for issue in body["issues"] if issue["id"] not in self.lost]
        status, headers, *_ = started[0]
        start(status, [header for header in headers if header[0] != "Content-Length"])
        return [json.dumps(body).encode()]


class Site:
    """A Jira Cloud with three epics of forty issues, and a connector that remembers."""

    def __init__(self, **caps):
        self.steps = StepClock()
        self.site = JiraSite(now=self.steps.now, caps=Caps(**caps))
        self.site.add_account("robot@example.com", "token")
        self.site.add_project("PUB")
        old = self.steps.now() - timedelta(days=30)
        for number in (1, 2, 3):
            self.site.add_issue(key=f"PUB-{number}", type="Epic", created=old)
        for number in range(4, 124):
            parent = f"PUB-{1 + number % 3}"
            self.site.add_issue(key=f"PUB-{number}", parent=parent, created=old)
        self.faults = Faults()
        self.gate = Gate(cloud_app(self.site, self.faults))
        self.serving = Serving(self.gate)
        self.known, self.batches = Known(), []

    def pull(self, *selectors):
        access = Access(
            "jira",
            "jira",
            self.serving.url,
            "robot@example.com",
            "token",
            options={"deployment": "cloud"},
        )
        source, _ = open_source(access, self.steps.clock, 60)
        ask = Ask(selectors or (EPICS,), ("auto",), known=self.known)
        self.serving.log.clear()
        pulled = source.pull(ask, Watch(on_cards=self.batches.extend))
        notes = dict(self.known.notes) | dict(pulled.learned)
        self.known = Known(pulled.cards, pulled.read_at, notes)
        self.steps.at += timedelta(hours=1)
        return pulled

    def asked(self, path=""):
        return len(self.serving.log.of(path))


@pytest.fixture
def site(monkeypatch):
    """A served site; batches, pages and what is large are a tenth and less of the real ones."""
    for room in ("fetching", "hierarchy", "pull"):
        monkeypatch.setattr(f"connectors.boards.jira.{room}.LARGE", 50)
    monkeypatch.setattr(cloud, "BULK", 15)
    monkeypatch.setattr(cloud, "BULK_EVERYWHERE", 5)
    monkeypatch.setattr(cloud.CloudSite, "page", 50)
    monkeypatch.setattr(cloud.CloudSite, "containers", 1)
    served = Site(bulkfetch=15, ids_page=50)
    with served.serving:
        yield served


def test_a_first_read_asks_for_ids_before_it_knows_the_fields(site):
    """Who we are, the fields, and what is under each epic are one wave."""
    site.gate.meet(5, f"{WHO}|{FIELDS}|{SEARCH}")
    assert len(site.pull().cards) == 123
    assert site.gate.met == 1
    assert site.asked() == 1 + 1 + 3 + 9


def test_a_query_is_asked_before_the_fields_are_known(site):
    """A query of the team's own is in the first wave, and asked once."""
    site.gate.meet(3, f"{WHO}|{FIELDS}|{SEARCH}")
    assert len(site.pull(ByQuery("project = PUB AND parent = PUB-1 ORDER BY rank")).cards) == 41
    assert (site.gate.met, site.asked(SEARCH)) == (1, 1)


def test_large_batches_try_the_site_together(site):
    """Four large batches find out side by side whether the site takes them; then the rest goes."""
    site.gate.meet(4, BULK)
    pages = cloud.PROBES * cloud.BULK
    site.site.delete("PUB-123")
    site.site.delete("PUB-122")
    site.site.delete("PUB-121")
    assert len(site.pull().cards) == 2 * pages
    assert (site.gate.met, site.asked(BULK)) == (2, 8)
    assert site.known.notes["bulkfetch"] == str(cloud.BULK)


def test_a_site_that_takes_no_large_batches_costs_four_requests_more(site):
    """What the tries asked for comes in small batches, and the next run tries no more."""
    site.site.caps = replace(site.site.caps, bulkfetch=5)
    assert len(site.pull().cards) == 123
    assert site.asked(BULK) == cloud.PROBES + 25
    site.known = Known(notes=site.known.notes)
    assert len(site.pull().cards) == 123
    assert site.asked(BULK) == 25


def test_a_site_that_takes_less_than_it_did_is_read_all_the_same(site):
    """A large batch that is refused, though it was taken before, comes in small ones."""
    site.pull()
    site.site.caps = replace(site.site.caps, bulkfetch=5)
    site.known = Known(notes=site.known.notes)
    assert len(site.pull().cards) == 123
    assert site.known.notes["bulkfetch"] == "5"


def test_tries_that_all_fail_end_the_read(site):
    """Where no large batch is answered, nothing waits for an answer."""
    site.faults.answer(BULK, Answer(403, "{}"))
    with pytest.raises(NotAuthorisedError):
        site.pull()


def test_a_comparison_is_one_wave(site):
    """Who we are, the ids by known sizes, the done ones and what changed are asked at once."""
    fresh = site.pull()
    site.site.move("PUB-9", "In Progress")
    site.gate.meet(6, f"{WHO}|{SEARCH}")
    compared = site.pull()
    assert (site.gate.met, site.asked()) == (1, 6)
    changed = {id_ for id_, card in compared.cards.items() if card != fresh.cards[id_]}
    assert {compared.cards[id_].key for id_ in changed} == {"PUB-9"}


def test_an_epic_that_changed_is_no_reason_to_read_all(site):
    """An epic's own change comes with what changed; only another level or key is read anew."""
    site.pull()
    site.site.relabel("PUB-2", "spike")
    assert {card.key for card in site.pull().cards.values() if card.labels} == {"PUB-2"}
    assert site.asked(BULK) == 0


def test_what_is_no_longer_found_is_looked_for(site):
    """An issue that the search loses though it is there still counts; one that is gone doesn't."""
    site.pull()
    site.site.delete("PUB-8")
    site.gate.lost = {issue.id for issue in site.site.issues.values() if issue.key == "PUB-9"}
    keys = {card.key for card in site.pull().cards.values()}
    assert "PUB-9" in keys
    assert "PUB-8" not in keys
    assert site.asked(BULK) == 1


def test_no_card_is_taken_from_a_site_that_does_not_know_us(site):
    """However late the answer to who we are comes, nothing is kept before it."""
    site.faults.answer(WHO, Answer(401, "{}"))
    site.gate.meet(5, f"{WHO}|{BULK}")
    with pytest.raises(NotAuthorisedError):
        site.pull()
    assert site.asked(BULK) > 0
    assert site.batches == []


@given(st.lists(st.integers(0, 30)), st.integers(1, 40))
def test_packed_runs_hold_everything_in_order(sizes, most):
    """Every value is in one run, and only a value too large by itself makes one too large."""
    values = list(range(len(sizes)))
    runs = [list(run) for run in packed(values, sizes, most)]
    assert [value for run in runs for value in run] == values
    for run in runs:
        assert (
            sum(sizes[value] for value in run) <= most
            or sum(sizes[value] > 0 for value in run) == 1
        )
