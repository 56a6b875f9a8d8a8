"""Jira as teams run it: issues that move, several sites, boards of all kinds, many languages."""

from __future__ import annotations

import pytest

from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from tests.journeys.office import JIRA_EMAIL, JIRA_TOKEN

JIRA = "sources:\n  jira: {kind: jira, url: JIRA}\n"


@pytest.fixture
def site(office):
    """A Jira with two projects and nothing in them."""
    for key in ("WEB", "APP"):
        office.jira.add_project(key)
    return office.jira


def states(office, kr):
    """What each card behind a KR counts as, by its key."""
    return {key: card["state"] for key, card in office.explained(kr).items()}


# --- issues that move


def test_an_issue_that_moves_to_another_project_is_the_same_card(office, site):
    """It has a new key and address, and the ledger has nothing to tell."""
    for number in (1, 2, 3):
        site.add_issue(key=f"WEB-{number}", labels=["MOVED"])
    office.aim({"MOVED": ["{source: jira}"]}, sources=JIRA)
    office.sync()
    before = office.ledger("MOVED")
    site.move_project("WEB-2", "APP")
    office.sync()
    assert office.ledger("MOVED") == before
    cards = office.explained("MOVED")
    assert cards.keys() == {"WEB-1", "WEB-3", "APP-1"}
    assert cards["APP-1"]["url"] == f"{office.jira_serving.url}/browse/APP-1"
    assert cards["APP-1"]["via"] == ["label MOVED on APP-1"]
    assert office.counts("MOVED") == (0, 3, 0)


def test_an_epic_that_moves_is_followed_by_its_old_key(office, site):
    """The file may name the epic as it was; explain names it as it is."""
    site.add_issue(key="WEB-1", type="Epic")
    site.add_issue(key="WEB-2", parent="WEB-1", status="Done")
    office.aim({"EPIC": ["{source: jira, epic: [WEB-1]}"]}, sources=JIRA)
    office.sync()
    before = office.ledger("EPIC")
    site.move_project("WEB-1", "APP")
    site.move_project("WEB-2", "APP")
    office.sync()
    assert office.ledger("EPIC") == before
    assert states(office, "EPIC") == {"APP-1": "ignored", "APP-2": "done"}
    assert office.explained("EPIC")["APP-2"]["via"] == ["epic APP-1"]


def test_an_issue_that_moves_out_of_the_sources_projects_has_left(office, site):
    """Where the source is held to some projects, the others aren't looked through."""
    for number in (1, 2, 3):
        site.add_issue(key=f"WEB-{number}", labels=["MOVED"])
    office.aim(
        {"MOVED": ["{source: jira}"]},
        sources="sources:\n  jira: {kind: jira, url: JIRA, projects: [WEB]}\n",
    )
    office.sync()
    before = office.ledger("MOVED")
    site.move_project("WEB-2", "APP")
    office.sync()
    assert [event for event, _ in office.ledger("MOVED")[len(before) :]] == ["removed"]
    assert states(office, "MOVED").keys() == {"WEB-1", "WEB-3"}


# --- several sites


@pytest.fixture
def second(office):
    """Another Jira, a Data Center, and the way to it as the source `dc`."""
    there = JiraSite(deployment="datacenter", now=office.steps.now)
    there.add_project("WEB")
    there.add_account("robot@example.org", "a-personal-token", kind="personal")
    office.environ["OKR_SYNC_SOURCES__DC__TOKEN"] = "a-personal-token"
    with Serving(data_center_app(there)) as serving:
        office.environ["OKR_SYNC_SOURCES__DC__URL"] = serving.url
        yield there


def test_several_sites_are_several_sources(office, site, second):
    """Ids and keys of two sites may be the same; a KR over both counts each card once."""
    site.add_issue(key="WEB-1", labels=["BOTH"], status="Done")
    site.add_issue(key="WEB-2", labels=["BOTH"])
    second.add_issue(key="WEB-1", labels=["BOTH"])
    assert site.issue("WEB-1").id == second.issue("WEB-1").id
    sources = JIRA + "  dc: {kind: jira}\n"
    office.aim({"BOTH": ["{source: jira}", "{source: dc}"]}, sources=sources)
    office.sync()
    assert office.counts("BOTH") == (1, 2, 0)
    cards = office.run("explain", "BOTH", "--json").json["cards"]
    assert sorted((card["source"], card["key"], card["state"]) for card in cards) == [
        ("dc", "WEB-1", "remaining"),
        ("jira", "WEB-1", "done"),
        ("jira", "WEB-2", "remaining"),
    ]
    second.move("WEB-1", "Done")
    office.sync("--source", "dc")
    assert office.counts("BOTH") == (2, 1, 0)


def test_an_address_that_nobody_tells_is_missing_in_the_file(office):
    """The message names the line, what to write there, and the variable that would do too."""
    office.aim({"ANY": ["{source: dc}"]}, sources="sources:\n  dc: {kind: jira}\n")
    result = office.run("check")
    assert result.code == 2
    assert "okrs.yaml:2: url is missing; write for example url: https://acme.atl" in result.err
    assert "or set OKR_SYNC_SOURCES__DC__URL" in result.err


# --- boards of all kinds


def test_a_board_over_several_projects_takes_all_of_them(office, site):
    """A board is its filter, wherever it was made; a source's projects narrow it."""
    site.add_board("Programme", "project in (WEB, APP) ORDER BY Rank", project="WEB")
    site.add_issue(key="WEB-1", status="Done")
    site.add_issue(key="APP-1")
    narrow = "  narrow: {kind: jira, url: JIRA, projects: [APP]}\n"
    for part in ("EMAIL", "TOKEN"):
        variable = f"OKR_SYNC_SOURCES__{{}}__{part}"
        office.environ[variable.format("NARROW")] = office.environ[variable.format("JIRA")]
    office.aim(
        {"WIDE": ["{source: jira, board: 1}"], "NARROW": ["{source: narrow, board: 1}"]},
        sources=JIRA + narrow,
    )
    office.sync()
    assert states(office, "WIDE") == {"WEB-1": "done", "APP-1": "remaining"}
    assert states(office, "NARROW") == {"APP-1": "remaining"}


def test_a_kanban_boards_hidden_done_cards_count(office, site):
    """The board shows the last fortnight's done; the KR counts what the quarter has done."""
    site.add_board(
        "Flow",
        "project = WEB",
        type="kanban",
        sub_query="status != Done OR resolved >= -2w",
    )
    for number in range(1, 6):
        site.add_issue(key=f"WEB-{number}", status="Done")
    site.add_issue(key="WEB-6")
    office.aim({"FLOW": ["{source: jira, board: 1}"]}, sources=JIRA)
    office.sync()
    assert office.counts("FLOW") == (5, 1, 0)


def test_team_managed_and_company_managed_projects_count_alike(office, site):
    """Epics, statuses of one name and points come from each project in its own style."""
    site.add_project("NEW", simplified=True)
    ours = site.add_status("Shipped", "done")
    site.add_status("Review", "indeterminate")
    site.add_board(
        "New squad", "project = NEW", type="simple", columns={"A": ["Review"], "B": [ours]}
    )
    for key in ("WEB", "NEW"):
        site.add_issue(key=f"{key}-1", type="Epic", labels=["STYLES"])
        site.add_issue(key=f"{key}-2", parent=f"{key}-1", status=ours, points=3.0)
        site.add_issue(key=f"{key}-3", parent=f"{key}-1", status="Review", points=2.0)
    office.aim({"STYLES": ["{source: jira}"], "BOARD": ["{source: jira, board: 1}"]}, sources=JIRA)
    office.sync()
    assert office.counts("STYLES") == (2, 2, 0)
    row = office.kr("STYLES")
    assert row["points"] == {"done": 6.0, "remaining": 4.0, "unestimated": 0}
    assert states(office, "BOARD") == {
        "NEW-1": "ignored",
        "NEW-2": "done",
        "NEW-3": "remaining",
    }


# --- sub-tasks


def test_sub_tasks_count_where_the_team_says_so(office, site):
    """By label, by query and directly under an epic; a story's own ones are the story's."""
    site.add_issue(key="WEB-1", type="Epic", labels=["SUB"])
    site.add_issue(key="WEB-2", type="Sub-task", parent="WEB-1", status="Done")
    site.add_issue(key="WEB-3", parent="WEB-1")
    site.add_issue(key="WEB-4", type="Sub-task", parent="WEB-3", status="Done")
    site.add_issue(key="WEB-5", type="Sub-task", parent="WEB-3", labels=["sub"])
    site.add_issue(key="WEB-6", type="Epic", labels=["SUB"])
    site.add_issue(key="WEB-7", type="Sub-task", parent="WEB-6", status="Done")
    links = {"SUB": ["{source: jira}"]}
    office.aim(links, sources=JIRA)
    office.sync()
    assert states(office, "SUB") == {
        "WEB-1": "ignored",
        "WEB-2": "ignored",
        "WEB-3": "remaining",
        "WEB-5": "ignored",
        "WEB-6": "remaining",
        "WEB-7": "ignored",
    }
    office.aim(links, sources=JIRA, more="counting: {subtasks: true}\n")
    office.sync()
    assert states(office, "SUB") == {
        "WEB-1": "ignored",
        "WEB-2": "done",
        "WEB-3": "remaining",
        "WEB-5": "remaining",
        "WEB-6": "ignored",
        "WEB-7": "done",
    }
    assert office.explained("SUB")["WEB-2"]["rule"] == "status Done (category done), a sub-task"


# --- names in any language


WORDS = {
    "de": ("Zu erledigen", "In Arbeit", "Fertig", "Wird nicht erledigt", "Abgebrochen"),
    "zh": ("待办", "处理中", "完成", "不做", "已取消"),
}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
def test_a_site_in_another_language_counts_the_same(office, language, deployment):
    """Nothing depends on a name but what cancels, and that is known in the main languages."""
    site = JiraSite(deployment=deployment, now=office.steps.now, language=language)
    kind = "api-token" if deployment == "cloud" else "personal"
    site.add_account(JIRA_EMAIL, JIRA_TOKEN, language=language, kind=kind)
    todo, doing, done, never, gone = WORDS[language]
    site.add_project("WEB")
    statuses = [
        site.add_status(name, category)
        for name, category in ((todo, "new"), (doing, "indeterminate"), (done, "done"))
    ]
    statuses.append(site.add_status(gone, "indeterminate"))
    given_up = site.add_resolution(never)
    for number, status in enumerate(statuses, start=1):
        site.add_issue(key=f"WEB-{number}", status=status, labels=["WORDS"])
    site.add_issue(key="WEB-5", status=statuses[2], resolution=given_up, labels=["WORDS"])
    site.add_issue(key="WEB-6", status="Done", resolution="Duplicate", labels=["WORDS"])
    if deployment == "datacenter":
        del office.environ["OKR_SYNC_SOURCES__JIRA__EMAIL"]
    office.jira_serving.app = (cloud_app if deployment == "cloud" else data_center_app)(site)
    office.aim({"WORDS": ["{source: jira}"]}, sources=JIRA)
    office.sync()
    assert states(office, "WORDS") == {
        "WEB-1": "remaining",
        "WEB-2": "remaining",
        "WEB-3": "done",
        "WEB-4": "dropped",
        "WEB-5": "dropped",
        "WEB-6": "dropped",
    }
    assert office.explained("WORDS")["WEB-4"]["rule"] == f"status {gone}"


def test_statuses_that_are_renamed_change_nothing_but_their_names(office, site):
    """A new name is shown, and is no event; what the file names by id holds."""
    review = site.add_status("Review", "indeterminate")
    for number, status in enumerate(["To Do", review, "Done"], start=1):
        site.add_issue(key=f"WEB-{number}", status=status, labels=["NAMES"])
    office.aim(
        {"NAMES": ["{source: jira}"]},
        sources=JIRA,
        more=f"counting: {{done: {{statuses: [{review.id}]}}}}\n",
    )
    office.sync()
    assert office.counts("NAMES") == (2, 1, 0)
    before = office.ledger("NAMES")
    site.rename_status(review, "Prüfung")
    site.rename_status("Done", "Erledigt")
    office.sync()
    assert (office.counts("NAMES"), office.ledger("NAMES")) == ((2, 1, 0), before)
    cards = office.explained("NAMES")
    assert cards["WEB-2"]["rule"] == f"status Prüfung (by {review.id})"
    assert cards["WEB-3"]["rule"] == "status Erledigt (category done)"


def test_statuses_that_are_remapped_move_their_cards(office, site):
    """A status put into another category takes its cards along, though none was touched."""
    review = site.add_status("Review", "indeterminate")
    for number in (1, 2):
        site.add_issue(key=f"WEB-{number}", status=review, labels=["MAPS"])
    office.aim({"MAPS": ["{source: jira}"]}, sources=JIRA)
    office.sync()
    before = office.ledger("MAPS")
    site.remap_status(review, "done")
    office.sync()
    assert office.counts("MAPS") == (2, 0, 0)
    assert office.ledger("MAPS")[len(before) :] == [("done", "WEB-1"), ("done", "WEB-2")]
    site.remap_status(site.statuses[review.id], "new")
    office.sync()
    assert office.counts("MAPS") == (0, 2, 0)
