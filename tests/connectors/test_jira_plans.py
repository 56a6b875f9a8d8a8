"""The plans never change the numbers: first, compared, full, on Cloud and Data Center."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Access, Ask, ByBoard, ByEpic, ByLabel, ByQuery, Known, Watch
from connectors.boards.jira import fetching
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.jira.visibility import Caps
from sandbox.server import Serving
from tests.connectors.contract import StepClock

SEEDS = range(2)
LABEL, EPICS = ByLabel("PUB-1"), ByEpic(("PUB-1", "PUB-2"))
QUERY = ByQuery("project = PUB AND component = pipeline ORDER BY created")


class Site:
    """A Jira of sixty issues under two epics, and a connector that remembers."""

    def __init__(self, deployment, caps):
        self.steps = StepClock()
        self.site = JiraSite(deployment=deployment, now=self.steps.now, caps=caps)
        kind = "api-token" if deployment == "cloud" else "personal"
        self.site.add_account("robot@example.com", "token", kind=kind)
        for key in ("PUB", "WEB"):
            self.site.add_project(key)
        self.site.add_component("PUB", "pipeline")
        board = self.site.add_board("Publishing", jql="project = PUB")
        self.selectors = (LABEL, EPICS, QUERY, ByBoard((str(board.id),)))
        for number in (1, 2):
            self.site.add_issue(key=f"PUB-{number}", type="Epic", labels=["pub-1"] * (number - 1))
        self.number = 2
        self.faults = Faults()
        app = cloud_app if deployment == "cloud" else data_center_app
        self.serving = Serving(app(self.site, self.faults))
        self.email = "robot@example.com" if deployment == "cloud" else None
        self.known = Known()

    def add(self, chance):
        self.number += 1
        self.site.add_issue(
            key=f"PUB-{self.number}",
            created=self.steps.now() - timedelta(minutes=self.number),
            parent=chance.choice([None, "PUB-1", "PUB-2"]),
            labels=chance.choice([[], ["PUB-1"], ["pub-1", "spike"]]),
            components=chance.choice([[], ["pipeline"]]),
            points=chance.choice([None, 1.0, 3.0]),
        )

    def keys(self):
        return [
            issue.key for issue in self.site.issues.values() if issue.key not in ("PUB-1", "PUB-2")
        ]

    def change(self, chance):
        """One thing that happens to a site every day."""
        site, key = self.site, chance.choice(self.keys())
        happening = chance.choice(
            [
                lambda: site.move(key, chance.choice(["To Do", "In Progress", "Done"])),
                lambda: site.resolve(key, "Won't Do"),
                lambda: site.relabel(key, *chance.choice([[], ["PUB-1"]])),
                lambda: site.reparent(key, chance.choice([None, "PUB-1", "PUB-2"])),
                lambda: site.delete(key),
                lambda: site.hide(key),
                lambda: [site.show(issue.key) for issue in list(site.issues.values())],
                lambda: site.estimate(key, chance.choice([None, 5.0])),
                lambda: key.startswith("PUB") and site.move_project(key, "WEB"),
                lambda: self.add(chance),
            ]
        )
        happening()

    def pull(self, known=None, **options):
        access = Access(
            "jira", "jira", self.serving.url, email=self.email, token="token", **options
        )
        source, traffic = open_source(access, self.steps.clock, 60)
        ask = Ask(self.selectors, ("auto",), known=known or Known())
        pulled = source.pull(ask, Watch())
        self.requests = traffic.requests
        return pulled

    def steady(self):
        """Pull as a run does, with what the last one brought."""
        pulled = self.pull(self.known)
        since = pulled.read_at if pulled.comparable else None
        cards = pulled.cards if pulled.comparable else {}
        self.known = Known(cards, since, dict(self.known.notes) | dict(pulled.learned))
        return pulled

    def pass_time(self, **time):
        self.steps.at += timedelta(**time)


@pytest.fixture(params=["cloud", "cloud, bulk of 100", "datacenter"])
def site(request, monkeypatch):
    """A served site; ten issues are large here, so that it is compared."""
    monkeypatch.setattr(fetching, "LARGE", 10)
    monkeypatch.setattr("connectors.boards.jira.pull.LARGE", 10)
    monkeypatch.setattr("connectors.boards.jira.hierarchy.LARGE", 10)
    small = Caps(
        ids_page=15, search_page=15, window=45, bulkfetch=100 if "100" in request.param else 1000
    )
    served = Site(request.param.partition(",")[0], small)
    with served.serving:
        yield served


def same(pull, other):
    """Whether two pulls come to the same cards by the same ways."""
    assert dict(pull.cards) == dict(other.cards)
    assert {key: set(hits) for key, hits in pull.hits.items()} == {
        key: set(hits) for key, hits in other.hits.items()
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_a_compared_read_equals_a_fresh_one(site, seed):
    """However a site changes between two runs, comparing brings what reading anew would."""
    chance = random.Random(seed)
    for _ in range(60):
        site.add(chance)
    site.steady()
    for _ in range(6):
        site.pass_time(minutes=chance.choice([1, 30, 400]))
        for _ in range(chance.randrange(9)):
            site.change(chance)
        same(site.steady(), site.pull())


@pytest.mark.parametrize("category", ["done", "undefined"])
def test_what_updated_does_not_tell_is_caught(site, category):
    """A status that moves to another category, or to none, loses no issue and is known."""
    chance = random.Random(7)
    for _ in range(40):
        site.add(chance)
    for key in site.keys()[::2]:
        site.site.move(key, "In Progress")
    site.steady()
    site.pass_time(hours=2)
    before = site.known.cards.keys()
    site.site.remap_status("In Progress", category)
    compared = site.steady()
    assert compared.cards.keys() == before
    if category == "done":
        same(compared, site.pull())


@pytest.mark.parametrize("nth", range(1, 7))
@pytest.mark.parametrize("status", ["Done", "In Progress"])
def test_what_moves_between_two_requests_is_not_lost(site, nth, status):
    """An issue that changes its category while we ask is in the answer all the same."""
    chance = random.Random(3)
    for _ in range(40):
        site.add(chance)
    keys = site.keys()
    for key in keys[::2]:
        site.site.move(key, "Done")
    site.steady()
    site.pass_time(minutes=30)
    victims = keys[5:9]
    site.faults.before(
        r"/search", lambda: [site.site.move(key, status) for key in victims], nth=nth
    )
    reached = {card.key for card in site.steady().cards.values()}
    site.faults.clear()
    calm = {card.key for card in site.pull().cards.values()}
    assert reached == calm
    site.pass_time(minutes=30)
    same(site.steady(), site.pull())


@pytest.mark.parametrize("fate", ["delete", "hide", "move_project"])
def test_an_epic_that_is_gone_is_noticed(site, fate):
    """A linked epic that was deleted, hidden or moved since is what it would be to a fresh read."""
    chance = random.Random(13)
    for _ in range(60):
        site.add(chance)
    site.pass_time(hours=1)
    site.steady()
    site.pass_time(hours=1)
    more = ("WEB",) if fate == "move_project" else ()
    getattr(site.site, fate)("PUB-2", *more)
    compared, fresh = site.steady(), site.pull()
    same(compared, fresh)
    assert compared.problems.keys() == fresh.problems.keys()
    assert (EPICS in compared.problems) is (fate != "move_project")


def test_a_steady_read_costs_few_requests(site):
    """A compared read asks who we are, the ids, the done ones, the changes; and no more."""
    chance = random.Random(17)
    site.selectors = (EPICS,)
    for _ in range(60):
        site.add(chance)
    site.pass_time(hours=1)
    site.steady()
    first = site.requests
    site.pass_time(hours=1)
    site.steady()
    pages = 4 if site.email else 2
    assert site.requests <= 3 + 2 * pages
    assert site.requests < first + 2 * pages


@pytest.fixture
def cloud(monkeypatch):
    """A Cloud site with the service's own pages; ten issues are large here."""
    monkeypatch.setattr(fetching, "LARGE", 10)
    monkeypatch.setattr("connectors.boards.jira.pull.LARGE", 10)
    served = Site("cloud", Caps())
    served.selectors = (QUERY,)
    for number in range(3, 153):
        created = served.steps.now() - timedelta(days=number)
        served.site.add_issue(key=f"PUB-{number}", components=["pipeline"], created=created)
    with served.serving:
        yield served


@pytest.mark.parametrize("changed", [100, 3])
def test_a_page_of_changes_costs_one_request(cloud, changed):
    """After a whole read, 100 changes come with one question beside who we are, all and done."""
    cloud.steady()
    cloud.pass_time(minutes=9)
    for key in cloud.keys()[:changed]:
        cloud.site.move(key, "In Progress")
    compared = cloud.steady()
    assert cloud.requests == (4 if changed == 100 else 5)
    same(compared, cloud.pull())


@pytest.mark.parametrize("minutes", [9, 11])
def test_what_has_changed_tells_what_its_status_is_called(cloud, minutes):
    """A status renamed beside a page of changes is seen at once, however soon it is."""
    cloud.steady()
    cloud.pass_time(minutes=minutes)
    cloud.site.rename_status("To Do", "Withdrawn")
    for key in cloud.keys()[:100]:
        cloud.site.relabel(key, "spike")
    same(cloud.steady(), cloud.pull())


def test_a_name_that_none_of_the_changed_bears_waits_for_the_next_read(cloud):
    """A resolution renamed beside a page of changes, just after a whole read, is seen next time."""
    for key in cloud.keys()[120:]:
        cloud.site.resolve(key, "Duplicate")
    cloud.pass_time(days=1)
    cloud.steady()
    cloud.pass_time(minutes=9)
    cloud.site.rename_resolution("Duplicate", "Won't Fix")
    for key in cloud.keys()[:100]:
        cloud.site.relabel(key, "spike")
    assert "Duplicate" in {card.resolution for card in cloud.steady().cards.values()}
    cloud.pass_time(minutes=1)
    same(cloud.steady(), cloud.pull())


def test_a_first_read_that_broke_off_is_gone_on_with(site):
    """Cards of a broken read are built on, and what changed since they came is read again."""
    chance = random.Random(5)
    for _ in range(60):
        site.add(chance)
    fresh = site.pull()
    half = dict(list(fresh.cards.items())[:30])
    began = site.steps.at
    site.pass_time(minutes=20)
    for _ in range(5):
        site.change(chance)
    again = site.pull(Known(half, began, {"made": fresh.learned["made"]}))
    same(again, site.pull())


def test_other_fields_are_no_ground_to_compare(site):
    """Cards fetched for other points fields are fetched anew."""
    chance = random.Random(9)
    for _ in range(30):
        site.add(chance)
    site.steady()
    stale = {key: card._replace(estimates=()) for key, card in site.known.cards.items()}
    site.known = replace(site.known, cards=stale, notes={**site.known.notes, "made": "other"})
    same(site.steady(), site.pull())


def test_everything_is_read_anew_once_a_day(site):
    """A comparison never stands for longer than a day, whatever it misses."""
    chance = random.Random(11)
    for _ in range(30):
        site.add(chance)
    site.pass_time(hours=1)
    site.steady()
    title = {key: card._replace(title="stale") for key, card in site.known.cards.items()}
    site.known = replace(site.known, cards=title)
    site.pass_time(hours=23)
    assert any(card.title == "stale" for card in site.steady().cards.values())
    site.pass_time(hours=2)
    assert not any(card.title == "stale" for card in site.steady().cards.values())


def test_a_renamed_status_or_resolution_is_seen_at_the_next_read(site):
    """No issue changes when a name does, and yet a compared read has the name of now."""
    chance = random.Random(19)
    for _ in range(60):
        site.add(chance)
    for number, key in enumerate(site.keys()):
        site.site.move(key, "Done" if number % 2 else "In Progress")
        site.site.resolve(key, "Duplicate" if number % 4 == 1 else None)
    site.pass_time(hours=1)
    site.steady()
    requests = site.steady() and site.requests
    site.pass_time(hours=1)
    site.site.rename_status("In Progress", "Abandoned")
    same(site.steady(), site.pull())
    site.pass_time(hours=1)
    site.site.rename_resolution("Duplicate", "Won't Fix")
    same(site.steady(), site.pull())
    site.pass_time(hours=1)
    site.steady()
    assert site.requests <= requests


def test_a_status_of_a_later_scope_alone_is_seen_renamed(site):
    """What cards under an epic alone are called is seen, though the labels' cards come first."""
    site.selectors = (LABEL, EPICS)
    for number in range(3, 43):
        labels, status = (["PUB-1"], "To Do") if number % 2 else ([], "In Progress")
        site.site.add_issue(key=f"PUB-{number}", parent="PUB-2", labels=labels, status=status)
    site.pass_time(hours=1)
    site.steady()
    site.pass_time(hours=1)
    site.site.rename_status("In Progress", "Abandoned")
    same(site.steady(), site.pull())


def test_a_witness_that_a_small_scope_holds_stays(site):
    """A label's few cards are read whole, and stay also where they stand for an epic's names."""
    site.selectors = (LABEL, EPICS, ByLabel("spike"))
    for number in range(3, 45):
        labelled = number < 6
        site.site.add_issue(
            key=f"PUB-{number}",
            parent=None if labelled else "PUB-1",
            labels=["PUB-1"] if labelled else [],
            status="In Progress" if labelled else "To Do",
        )
    site.pass_time(hours=1)
    site.steady()
    # By another question than before: by the same, what is missing is looked for.
    site.selectors = (LABEL, EPICS)
    site.pass_time(hours=1)
    same(site.steady(), site.pull())


def test_a_witness_that_is_gone_hides_nothing(site):
    """A status that is renamed while an issue that stood for it is deleted is seen all the same."""
    chance = random.Random(23)
    for _ in range(60):
        site.add(chance)
    site.pass_time(hours=1)
    site.steady()
    site.pass_time(hours=1)
    first = next(iter(site.known.cards.values()))
    site.site.delete(next(key for key in (first.key, *site.keys()) if key in set(site.keys())))
    site.site.rename_status("To Do", "Withdrawn")
    same(site.steady(), site.pull())


def test_changes_that_a_cut_answer_hides_are_asked_for_again(site):
    """An answer to what changed that is empty lacks its witnesses too: it isn't believed."""
    chance = random.Random(29)
    for _ in range(60):
        site.add(chance)
    site.pass_time(hours=1)
    site.steady()
    site.pass_time(hours=1)
    site.site.relabel(site.keys()[5], "spike")
    empty = Answer(200, '{"issues": [], "total": 0, "isLast": true}')
    site.faults.answer(r"/search", empty, nth=5 if site.email else 4)
    cut = site.steady()
    site.faults.clear()
    same(cut, site.pull())
