"""Where nobody knows for sure how a Jira compares, both ways come to the same cards."""

from __future__ import annotations

import pytest

from connectors.base import Access, Ask, ByEpic, ByLabel, ByQuery, Known, Watch
from connectors.boards.jira.jql import AT_ONCE
from connectors.boards.jira.spellings import likely
from connectors.errors import NotFoundError, RejectedError
from connectors.registry import open_source
from sandbox.faults import Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from tests.connectors.contract import StepClock

APPS = {"cloud": cloud_app, "datacenter": data_center_app}


class Tracker:
    """A Jira with one project, and a connector to it."""

    def __init__(self, deployment, faults=None, **how):
        self.steps = StepClock()
        self.site = JiraSite(deployment=deployment, now=self.steps.now, **how)
        self.email = "robot@example.com" if deployment == "cloud" else None
        kind = "api-token" if deployment == "cloud" else "personal"
        self.site.add_account("robot@example.com", "token", kind=kind)
        self.site.add_project("WEB")
        self.serving = Serving(APPS[deployment](self.site, faults))

    def pull(self, *selectors, notes=None):
        access = Access("jira", "jira", self.serving.url, email=self.email, token="token")
        source, _ = open_source(access, self.steps.clock, 60)
        return source.pull(Ask(selectors, known=Known(notes=notes or {})), Watch())

    def keys(self, *selectors):
        pull = self.pull(*selectors)
        return {pull.cards[hit.card].key for selector in selectors for hit in pull.hits[selector]}


@pytest.mark.parametrize("deployment", APPS)
@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.parametrize("label", ["Launch-day", "LAUNCH-DAY", "launch-day"])
def test_labels_match_without_regard_to_case(deployment, fold, label):
    """Rule 7: however the server compares labels, every usual spelling is found."""
    tracker = Tracker(deployment, labels_fold=fold)
    for number, spelling in enumerate(["launch-day", "LAUNCH-DAY", "Launch-day", "launch-days"]):
        tracker.site.add_issue(key=f"WEB-{number + 1}", labels=[spelling])
    with tracker.serving:
        assert tracker.keys(ByLabel(label)) == {"WEB-1", "WEB-2", "WEB-3"}


@pytest.mark.parametrize("deployment", APPS)
@pytest.mark.parametrize("spelling", ["ru\u0308ckgabe", "r\u00fcckgabe", "R\u00dcCKGABE"])
def test_labels_that_look_the_same_match(deployment, spelling):
    """A label typed on another machine, composed or decomposed, is the same label."""
    tracker = Tracker(deployment)
    tracker.site.add_issue(key="WEB-1", labels=[spelling])
    with tracker.serving:
        assert tracker.keys(ByLabel("R\u00fcckgabe")) == {"WEB-1"}


@pytest.mark.parametrize("deployment", APPS)
@pytest.mark.parametrize("path", ["search", "label", "field", "bulkfetch", "myself"])
@pytest.mark.parametrize("spellings", [("launch-day", "LAUNCH-DAY"), ("lAUNCH-dAY", "LaUnCh-DaY")])
def test_a_label_that_is_respelled_while_it_is_read_stays(deployment, path, spellings):
    """Whenever a label gets another spelling, its card is found; on Data Center a usual one."""
    before, after = spellings
    if deployment == "datacenter" and before != "launch-day":
        return
    faults = Faults()
    tracker = Tracker(deployment, faults)
    tracker.site.add_issue(key="WEB-1", labels=[before])
    tracker.site.add_issue(key="WEB-2", labels=["Launch-day"])
    with tracker.serving:
        for nth in (1, 2, 3):
            faults.before(path, lambda: tracker.site.relabel("WEB-1", after), nth=nth)
            assert tracker.keys(ByLabel("Launch-day")) == {"WEB-1", "WEB-2"}
            tracker.site.relabel("WEB-1", before)
            faults.clear()


def test_spellings_are_remembered():
    """The next run searches at once for those in use: as many requests as for usual ones."""
    tracker = Tracker("cloud")
    tracker.site.add_issue(key="WEB-1", labels=["lAUNCH-dAY"])
    with tracker.serving:
        first = tracker.pull(ByLabel("Launch-day"))
        searches = len(tracker.serving.log.of("search"))
        tracker.serving.log.clear()
        assert len(tracker.pull(ByLabel("Launch-day"), notes=first.learned).cards) == 1
        assert (searches, len(tracker.serving.log.of("search"))) == (3, 1)
        assert len(tracker.serving.log.of("label")) == 1


def test_more_labels_than_a_question_holds_wait_for_the_list():
    """Then each is asked for as it is written, and as the site's own list spells it."""
    labels = [f"label-{number}" for number in range(AT_ONCE // 2)]
    assert likely(labels, {}) == tuple(labels)
    assert len(likely(labels[:100], {})) == 300


@pytest.mark.parametrize("spelling", ["launch\u2011day", "laun\u200bch-day"])
def test_cloud_knows_labels_that_look_the_same(spelling):
    """Its list of labels tells what no search would find: what can't be seen or told apart."""
    tracker = Tracker("cloud")
    tracker.site.add_issue(key="WEB-1", labels=[spelling])
    with tracker.serving:
        assert tracker.keys(ByLabel("launch-day")) == {"WEB-1"}


@pytest.mark.parametrize("fold", [False, True])
def test_cloud_knows_every_spelling_in_use(fold):
    """Its list of labels tells the unusual ones too."""
    tracker = Tracker("cloud", labels_fold=fold)
    tracker.site.add_issue(key="WEB-1", labels=["lAUNCH-dAY"])
    with tracker.serving:
        assert tracker.keys(ByLabel("Launch-Day")) == {"WEB-1"}


@pytest.mark.parametrize("deployment", APPS)
@pytest.mark.parametrize("missing", ["refuse", "omit"])
def test_an_epic_that_is_not_there_is_one_links_problem(deployment, missing):
    """Whether a search refuses an unknown key or leaves it out, the link is told to be wrong."""
    tracker = Tracker(deployment, missing_keys=missing)
    tracker.site.add_issue(key="WEB-1", type="Epic")
    tracker.site.add_issue(key="WEB-2", parent="WEB-1")
    there, half = ByEpic(("WEB-1",)), ByEpic(("WEB-1", "WEB-404"))
    with tracker.serving:
        pull = tracker.pull(there, half)
    assert set(pull.problems) == {half}
    assert isinstance(pull.problems[half], NotFoundError)
    assert "WEB-404 isn't there" in str(pull.problems[half])
    assert [pull.cards[hit.card].key for hit in pull.hits[there]] == ["WEB-1"]
    assert {card.key for card in pull.cards.values()} == {"WEB-1", "WEB-2"}


@pytest.mark.parametrize("deployment", APPS)
def test_a_query_with_an_unknown_key_is_what_the_server_says_it_is(deployment):
    """A refusal is the link's problem; where the key is left out, the others count."""
    query = ByQuery("key in (WEB-1, WEB-404)")
    strict, lax = Tracker(deployment), Tracker(deployment, missing_keys="omit")
    for tracker in (strict, lax):
        tracker.site.add_issue(key="WEB-1")
    with strict.serving, lax.serving:
        assert isinstance(strict.pull(query).problems[query], RejectedError)
        assert lax.keys(query) == {"WEB-1"}


@pytest.mark.parametrize("deployment", APPS)
@pytest.mark.parametrize("missing", ["refuse", "omit"])
def test_an_epic_that_moved_is_found_by_its_old_key(deployment, missing):
    """The old key leads to the issue, and what is under it is still there."""
    tracker = Tracker(deployment, missing_keys=missing)
    tracker.site.add_project("APP")
    tracker.site.add_issue(key="WEB-1", type="Epic")
    tracker.site.add_issue(key="WEB-2", parent="WEB-1")
    tracker.site.move_project("WEB-1", "APP")
    link = ByEpic(("WEB-1",))
    with tracker.serving:
        pull = tracker.pull(link)
    assert {card.key for card in pull.cards.values()} == {"APP-1", "WEB-2"}
    (hit,) = pull.hits[link]
    assert hit.via == "epic APP-1"
