"""Every kind of link to a Jira reaches the cards that docs/counting.md says."""

from __future__ import annotations

import pytest

from tests.journeys.office import Office

SOURCES = """\
sources:
  jira: {kind: jira, url: JIRA, projects: [WEB]}
"""
LINKS = {
    "SPEED": ["{source: jira}"],
    "NAMED": ["{source: jira, label: faster}"],
    "DEEP": ["{source: jira, epic: [WEB-20]}"],
    "TWO": ["{source: jira, epic: [WEB-10, WEB-3]}"],
    "QUERY": ["{source: jira, jql: 'component = pipeline ORDER BY created'}"],
    "APART": ["{source: jira, jql: 'issuetype = Initiative', children: true}"],
    "BOARD": ["{source: jira, board: 1}"],
    "BOARD-URL": ["{source: jira, board: 'https://x.example/jira/software/c/boards/1'}"],
    "BOARD-APART": ["{source: jira, board: 1, children: true}"],
    "NOW": ["{source: jira, board: 1, scope: active-sprint}"],
    "SPRINT": ["{source: jira, board: 1, scope: sprint, sprint: ws sprint 1}"],
    "KANBAN": ["{source: jira, board: 2}"],
    "ALL": [
        "{source: jira, label: SPEED}",
        "{source: jira, epic: WEB-10}",
        "{source: jira, jql: 'key in (WEB-11, WEB-2)'}",
    ],
    "NOBODY": ["{source: jira}"],
}
WITH_RULES = """\
      - id: LAST
        title: Result LAST
        links: [{source: jira, board: 1}]
        counting: {done: {columns: last}}
      - id: IGNORING
        title: Result IGNORING
        links: [{source: jira, board: 1}]
        counting:
          ignore: {statuses: [In Review], issue_types: [Bug]}
          dropped: {statuses: [Parked]}
          done: {statuses: [In Progress]}
"""
ALONE = {"WEB-1": "done", "WEB-2": "remaining", "WEB-3": "done", "WEB-4": "dropped"}
UNDER_10 = {"WEB-11": "done", "WEB-12": "remaining", "WEB-14": "dropped"}
UNDER_20 = {
    "WEB-20": "ignored",
    "WEB-21": "ignored",
    "WEB-22": "done",
    "WEB-23": "remaining",
    "WEB-24": "remaining",  # an epic with nothing under it counts by itself
    "WEB-25": "done",  # so does one with nothing but sub-tasks
    "WEB-26": "ignored",
}
ON_BOARD = {
    "WEB-30": "done",
    "WEB-31": "remaining",
    "WEB-32": "ignored",  # its status has no column
    "WEB-33": "ignored",  # a container
    "WEB-34": "done",
    "WEB-35": "remaining",
    "WEB-37": "ignored",  # a sub-task
}
EXPECTED = {
    "SPEED": {**ALONE, "WEB-10": "ignored", **UNDER_10, "WEB-15": "ignored"},
    "NAMED": {"WEB-2": "remaining"},
    "DEEP": UNDER_20,
    "TWO": {"WEB-10": "ignored", **UNDER_10, "WEB-3": "done"},
    "QUERY": {"WEB-2": "remaining", "WEB-3": "done", "WEB-10": "ignored", "WEB-13": "ignored"},
    "APART": UNDER_20,
    "BOARD": ON_BOARD,
    "BOARD-URL": ON_BOARD,
    "BOARD-APART": {**ON_BOARD, "WEB-36": "done"},
    "NOW": {"WEB-31": "remaining", "WEB-34": "done"},
    "SPRINT": {"WEB-30": "done", "WEB-34": "done"},
    "KANBAN": {"WEB-40": "done", "WEB-41": "remaining"},
    "ALL": {**ALONE, "WEB-10": "ignored", **UNDER_10, "WEB-15": "ignored"},
    "NOBODY": {},
    "LAST": {**ON_BOARD, "WEB-35": "done", "WEB-34": "remaining"},
    "IGNORING": {**ON_BOARD, "WEB-31": "done", "WEB-34": "ignored", "WEB-35": "ignored"},
}


def adder(site):
    """Give a function that adds an issue to WEB by its number."""

    def add(number, type_="Story", status="To Do", above=None, **more):
        parent = None if above is None else f"WEB-{above}"
        site.add_issue(key=f"WEB-{number}", type=type_, status=status, parent=parent, **more)

    return add


def fill(site):
    """A small site with something of everything that links can reach."""
    site.add_project("WEB")
    site.add_project("OPS")
    site.add_component("WEB", "pipeline")
    for name, category in (("In Review", "indeterminate"), ("Parked", "new"), ("Verified", "done")):
        site.add_status(name, category)
    site.add_status("Cancelled", "indeterminate")
    fill_labels(site)
    fill_hierarchy(site)
    fill_boards(site)


def fill_labels(site):
    """Issues by label, and an epic with one."""
    add = adder(site)
    add(1, status="Done", labels=["SPEED"])
    add(2, status="In Progress", labels=["speed", "faster"], components=["pipeline"], points=3.0)
    add(3, "Bug", "Done", labels=["Speed", "Spike"], components=["pipeline"], resolution="Done")
    add(4, status="Cancelled", labels=["SPEED"])
    site.add_issue(key="OPS-1", labels=["SPEED"], status="Done")

    add(10, "Epic", labels=["SPEED", "discovery"], components=["pipeline"])
    add(11, status="Done", above=10)
    add(12, "Task", "In Progress", above=10)
    add(13, "Sub-task", "Done", above=12, components=["pipeline"])
    add(14, status="Done", resolution="Won't Do", above=10)
    add(15, "Sub-task", "Done", above=1, labels=["SPEED"])


def fill_hierarchy(site):
    """An initiative above epics, with children and without."""
    add, initiative = adder(site), site.add_type("Initiative", 2)
    add(20, initiative)
    add(21, "Epic", above=20)
    add(22, status="Verified", above=21)
    add(23, "Bug", "Parked", above=21)
    add(24, "Epic", above=20)
    add(25, "Epic", "Done", above=20)
    add(26, "Sub-task", "To Do", above=25)


def fill_boards(site):
    """A Scrum board with sprints, and a Kanban board that hides what is done."""
    add = adder(site)
    site.add_component("WEB", "site")
    board = site.add_board(
        "Web squad",
        "component = site",
        columns={
            "To Do": ["To Do"],
            "Doing": ["In Progress", "Done"],
            "Over": ["Verified", "In Review"],
            "Later": [],
        },
    )
    first = site.add_sprint("WS Sprint 1", board, state="closed")
    second = site.add_sprint("WS Sprint 2", board, state="active")
    add(30, status="Verified", components=["site"], sprints=[first])
    add(31, status="In Progress", components=["site"], sprints=[second])
    add(32, status="Parked", components=["site"])
    add(33, "Epic", components=["site"])
    add(34, "Bug", "Done", components=["site"], sprints=[first, second])
    add(35, status="In Review", components=["site"])
    add(36, status="Done", above=33)
    add(37, "Sub-task", "Done", above=30, components=["site"])

    site.add_component("WEB", "help")
    site.add_board(
        "Help desk", "component = help", type="kanban", sub_query="statusCategory != Done"
    )
    add(40, status="Done", components=["help"])
    add(41, components=["help"])


@pytest.fixture(scope="module")
def team(tmp_path_factory, street):
    """A team that has linked in every way, after one sync."""
    office = Office(tmp_path_factory.mktemp("links"), street)
    fill(office.jira)
    office.aim(LINKS, sources=SOURCES, more=WITH_RULES)
    office.sync()
    return office


@pytest.mark.parametrize("kr", EXPECTED)
def test_a_link_reaches_exactly_these_cards(team, kr):
    """Each kind of link counts and leaves out what docs/counting.md says, and nothing else."""
    assert {key: card["state"] for key, card in team.explained(kr).items()} == EXPECTED[kr]


@pytest.mark.parametrize("kr", EXPECTED)
def test_the_counts_are_those_of_the_explained_cards(team, kr):
    """Done, remaining and dropped are the numbers of cards that explain lists as such."""
    states = list(EXPECTED[kr].values())
    assert team.counts(kr) == tuple(map(states.count, ("done", "remaining", "dropped")))


def test_every_kind_of_result_was_linked(team):
    """No KR of the file was left out of the table above."""
    rows = team.run("status", "--json").json["key_results"]
    assert [row["id"] for row in rows] == list(EXPECTED)


def test_explain_says_by_which_rule_and_link(team):
    """Each card says what it counts as, why, and every way in which it was reached."""
    cards = team.explained("ALL")
    assert cards["WEB-11"] == {
        "key": "WEB-11",
        "source": "jira",
        "title": "WEB-11",
        "url": f"{team.jira_serving.url}/browse/WEB-11",
        "state": "done",
        "rule": "status Done (category done)",
        "via": ["label SPEED on WEB-10", "epic WEB-10", "jql key in (WEB-11, WEB-2)"],
        "thread": "discovery",
        "points": None,
    }
    assert cards["WEB-2"]["points"] == 3.0
    assert cards["WEB-3"]["thread"] == "discovery"
    assert cards["WEB-14"]["rule"] == "resolution Won't Do"
    assert cards["WEB-4"]["rule"] == "status Cancelled"
    assert "sub-task" in cards["WEB-15"]["rule"]
    assert "container" in cards["WEB-10"]["rule"]


def test_boards_say_where_a_card_stands(team):
    """A card that isn't on the board says so, a sprint's card names its sprint."""
    assert "no column" in team.explained("BOARD")["WEB-32"]["rule"]
    assert team.explained("SPRINT")["WEB-30"]["via"] == ["board 1, sprint WS Sprint 1"]
    assert "last column" in team.explained("LAST")["WEB-35"]["rule"]
    assert team.explained("IGNORING")["WEB-35"]["rule"] == "status In Review is ignored"


def test_a_label_that_nobody_wears_yet_is_no_card_and_no_problem(team):
    """Counts of 0 and percent null, and the run was well."""
    row = team.kr("NOBODY")
    assert (row["done"], row["remaining"], row["dropped"], row["percent"]) == (0, 0, 0, None)
    assert (row["stale"], row["problem"]) == (False, None)
