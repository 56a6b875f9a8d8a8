"""Names in the account's language, in English, and in a language that nobody here knows."""

from __future__ import annotations

import pytest

from config.counting import Counting, Ignore
from connectors.base import Access, Ask, ByQuery, Known, Watch
from connectors.registry import open_source
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from syncer.core.counting import Judge
from syncer.core.linking import link
from syncer.core.records import State
from tests.connectors.contract import StepClock

QUERY = ByQuery("project = PUB")


def pull(deployment, language):
    """A pull of a site with a done task, by an account of this language, and what was asked."""
    steps = StepClock()
    site = JiraSite(deployment=deployment, now=steps.now)
    cloud = deployment == "cloud"
    kind = "api-token" if cloud else "personal"
    site.add_account("robot@example.com", "token", kind=kind, language=language)
    site.add_project("PUB")
    site.types["10002"] = site.add_type("Task", 0, names={"de": "Aufgabe", "fi": "Tehtävä"})
    site.add_issue(key="PUB-1", type=site.types["10002"], status="Done", resolution="Won't Do")
    site.add_issue(key="PUB-2", status="Done", resolution="Done")
    serving = Serving((cloud_app if cloud else data_center_app)(site))
    email = "robot@example.com" if cloud else None
    with serving:
        access = Access("jira", "jira", serving.url, email=email, token="token")
        source, _ = open_source(access, steps.clock, 60)
        return source.pull(Ask((QUERY,), known=Known()), Watch()), len(serving.log.of(""))


@pytest.mark.parametrize("language", ["de", "fi"])
def test_cloud_names_come_in_english(language):
    """Whatever the account reads, what cancels is known, and English costs nothing more."""
    pulled, _ = pull("cloud", language)
    assert {card.resolution for card in pulled.cards.values()} == {"Won't Do", "Done"}
    _, requests = pull("cloud", "en")
    assert requests == 5
    assert pulled.notes == ()


@pytest.mark.parametrize(("language", "name"), [("de", "aufgabe"), ("fi", "TEHTÄVÄ")])
def test_a_team_goes_on_being_understood_in_its_own_language(language, name):
    """A rule that names a type as the account's Jira does holds for the English one."""
    pulled, _ = pull("cloud", language)
    rules = Counting(ignore=Ignore(issue_types=(name,)))
    states = {
        linked_card.card.key: Judge(pulled, rules)(linked_card).state
        for linked_card in link([QUERY], pulled)
    }
    assert states == {"PUB-1": State.IGNORED, "PUB-2": State.DONE}


def test_a_data_center_says_that_it_speaks_a_language_we_do_not_know():
    """Nothing makes it speak English: `check` passes on that names may not be understood."""
    assert any("fi_FI" in note for note in pull("datacenter", "fi")[0].notes)
    assert pull("datacenter", "de")[0].notes == ()
