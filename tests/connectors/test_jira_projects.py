"""The projects of a source: written in any way, missing without harm to what doesn't need them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import ByEpic, ByLabel, ByQuery
from connectors.errors import NotFoundError
from tests.connectors.test_jira_answers import QUERY, Site

OTHER = ByQuery("labels = launch")
LABEL, EPIC = ByLabel("launch"), ByEpic(("PUB-1",))


@pytest.fixture(params=["cloud", "datacenter"])
def site(request):
    """A served site with a second project whose issue bears the same label."""
    served = Site(request.param)
    served.site.add_project("WEB", "Web Site")
    served.site.add_issue(key="WEB-1", labels=["launch"])
    with served.serving:
        yield served


def pull(site, *projects, selectors=(LABEL, EPIC, OTHER)):
    return site.pull(*selectors, options={"projects": projects})


def reached(pulled, link):
    return {pulled.cards[hit.card].key for hit in pulled.hits[link]}


@pytest.mark.parametrize("written", ["PUB", "pub", "Old", "Publishing ", "11001"])
def test_a_project_is_meant_by_key_former_key_name_or_id(site, written):
    """However a project is written, every link is held to it and none is lost."""
    site.site.change_project("PUB", name="Publishing", former_keys=("OLD",))
    name = site.site.project("PUB").id if written.isdecimal() else written
    pulled = pull(site, name)
    assert not pulled.problems
    assert reached(pulled, LABEL) == reached(pulled, OTHER)
    assert len(reached(pulled, LABEL)) == 50
    assert reached(pulled, EPIC) == {"PUB-1"}


@pytest.mark.parametrize("gone", ["GONE", "WEB"])
def test_a_missing_project_harms_only_what_needs_it(site, gone):
    """One unseen or archived project makes Jira refuse a query that names it; ours doesn't."""
    needs = ByQuery(f"project = {gone}")
    if gone == "WEB":
        site.site.change_project("WEB", archived=True)
    pulled = pull(site, "PUB", gone, selectors=(LABEL, EPIC, OTHER, needs))
    assert set(pulled.problems) == {needs}
    assert isinstance(pulled.problems[needs], NotFoundError)
    assert len(reached(pulled, LABEL)) == 50
    assert any(gone in note for note in pulled.notes)


def test_a_label_that_had_cards_there_is_a_problem(site):
    """The number of a label that counted in a project which is gone can't be had."""
    pull(site, "PUB", "WEB")
    del site.site.projects[site.site.project("WEB").id]
    site.site.delete("WEB-1") if site.site.find("WEB-1") else None
    site.steps.at += timedelta(days=2)
    pulled = pull(site, "PUB", "WEB")
    assert set(pulled.problems) == {LABEL}


def test_projects_are_found_out_once_a_day(site):
    """A day's runs ask once, and a project that goes in between is noticed by the refusal."""
    pull(site, "PUB", "WEB")
    site.serving.log.clear()
    pull(site, "PUB", "WEB")
    assert not site.serving.log.of("/project/(PUB|WEB)$")
    site.site.change_project("WEB", archived=True)
    pulled = pull(site, "PUB", "WEB", selectors=(OTHER,))
    assert not pulled.problems
    assert len(reached(pulled, OTHER)) == 50


def test_without_any_of_its_projects_a_source_has_nothing(site):
    """Where all projects are missing, every link says so, and none looks through all others."""
    pulled = pull(site, "GONE", selectors=(LABEL, QUERY))
    assert set(pulled.problems) == {LABEL, QUERY}
