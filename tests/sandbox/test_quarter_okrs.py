"""The demo's okrs.yaml uses what docs/okrs-yaml.md offers, and every link in it can be answered."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
import yaml

from config.access import access
from config.checks.advice import advice
from config.load import load
from config.settings import read_settings
from connectors.base import Watch
from connectors.clock import Clock
from connectors.registry import open_source
from sandbox.jira.cloud import cloud_app
from sandbox.quarter.agenda import checkins, credentials, moments
from sandbox.quarter.replay import world_at
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from syncer.core.plan import plan


@pytest.fixture(scope="module")
def okrs():
    """The demo's okrs.yaml as it is now, read."""
    return written(world_at())


def written(quarter):
    """A quarter's okrs.yaml, read."""
    return yaml.safe_load(quarter.okrs_yaml("http://jira.example", "http://trello.example"))


def key_results(okrs):
    """The KRs by id."""
    return {kr["id"]: kr for each in okrs["objectives"] for kr in each["key_results"]}


def links(okrs):
    """All links of all KRs."""
    return [link for kr in key_results(okrs).values() for link in kr["links"]]


def test_the_kinds_of_objectives(okrs):
    """One annual parent of all others, one discovery and one learning objective."""
    by_id = {each["id"]: each for each in okrs["objectives"]}
    assert by_id["SERVE"]["period"] == "2026"
    assert {each["parent"] for each in by_id.values() if each["id"] != "SERVE"} == {"SERVE"}
    kinds = Counter(each.get("kind", "delivery") for each in by_id.values())
    assert kinds == {"delivery": 4, "discovery": 1, "learning": 1}


def test_most_kinds_of_links_are_used(okrs):
    """KR id, other label, epic, query, board, active sprint, Trello board, label and list."""
    used = {(link["source"], *sorted(set(link) - {"source"})) for link in links(okrs)}
    assert used == {
        ("jira",),
        ("jira", "label"),
        ("jira", "epic"),
        ("jira", "jql"),
        ("jira", "board", "scope"),
        ("trello", "board"),
        ("trello", "board", "label"),
        ("trello", "board", "list"),
        ("trello", "label"),
    }
    assert {link.get("scope") for link in links(okrs)} == {None, "board", "active-sprint"}


def test_a_target_was_raised_on_the_way(okrs):
    """PUB-3's target was 20 departments in the first weeks and is 24 now."""
    early = written(world_at(datetime(2026, 10, 22, tzinfo=UTC)))
    targets = [key_results(each)["PUB-3"]["metric"]["target"] for each in (early, okrs)]
    assert targets == [20, 24]


def test_checkins_are_about_what_is_in_the_file(okrs):
    """Every check-in's subject is a KR or an objective, and every KR has some."""
    subjects = {each.subject for each in checkins()}
    known = set(key_results(okrs)) | {each["id"] for each in okrs["objectives"]}
    assert set(key_results(okrs)) <= subjects <= known


@pytest.mark.parametrize("moment", moments(), ids=lambda moment: f"{moment:%d %b}")
def test_every_link_can_be_answered_at_every_sync(moment, tmp_path):
    """The program's own reading finds the file without fault, and no link of it unanswered."""
    quarter = world_at(moment)
    clock = Clock(quarter.clock, lambda _: pytest.fail("nothing has to wait"))
    path = tmp_path / "okrs.yaml"
    with Serving(cloud_app(quarter.jira)) as jira, Serving(TrelloApp(quarter.trello)) as trello:
        path.write_text(quarter.okrs_yaml(jira.url, trello.url), encoding="utf-8")
        okrs = load(path)
        assert advice(okrs) == ()
        accesses = access(okrs, read_settings(credentials(), tmp_path))
        for name, ask in plan(okrs).asks.items():
            source, _ = open_source(accesses[name], clock, 0)
            pull = source.pull(ask, Watch())
            assert pull.problems == {}
            assert pull.hits.keys() == set(ask.selectors)
            assert all("sprint" not in note for note in pull.notes)
