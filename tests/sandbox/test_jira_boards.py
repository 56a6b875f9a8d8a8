"""Boards and sprints as Jira Software tells them.

https://developer.atlassian.com/cloud/jira/software/rest/.
"""

from __future__ import annotations

import pytest

from tests.sandbox.jira_asking import EMAIL, TOKEN, Asking, Clock, a_site

BOARD = "/rest/agile/1.0/board"
NEW = "/rest/software/1.0/board"


@pytest.fixture
def jira():
    site = a_site(Clock())
    site.add_status("Parked", "indeterminate")
    scrum = site.add_board(
        "Publishing team", "project = PUB ORDER BY Rank", project="PUB", estimation="Story Points"
    )
    site.add_board(
        "Website flow",
        "project = WEB",
        type="kanban",
        project="WEB",
        columns={"Doing": ["To Do", "In Progress"], "Done": ["Done"], "Archive": []},
        sub_query="fixVersion in unreleasedVersions() OR fixVersion is EMPTY",
    )
    closed = site.add_sprint("Sprint 1", scrum, state="closed")
    active = site.add_sprint("Sprint 2", scrum, state="active")
    site.add_sprint("Sprint 3", scrum)
    site.add_issue(key="PUB-1", type="Epic")
    site.add_issue(key="PUB-2", parent="PUB-1", status="Done", sprints=[closed])
    site.add_issue(key="PUB-3", parent="PUB-1", sprints=[closed, active])
    site.add_issue(key="PUB-4", status="Parked")
    site.add_issue(key="WEB-2", status="Done")
    with Asking(site) as asking:
        yield asking


def keys(page: dict) -> list[str]:
    return [issue["key"] for issue in page["issues"]]


def test_a_page_of_boards_holds_fifty(jira: Asking):
    """A page has 50 even if more are asked for."""
    for number in range(60):
        jira.site.add_board(f"Board {number}", "project = PUB")
    page = jira.get(BOARD, maxResults=1000).json()
    assert (len(page["values"]), page["maxResults"], page["isLast"]) == (50, 50, False)


def test_the_configuration_tells_columns_filter_and_estimation(jira: Asking):
    """Columns with status ids; the estimation is told of scrum boards only."""
    scrum = jira.get(f"{BOARD}/1/configuration").json()
    assert [column["name"] for column in scrum["columnConfig"]["columns"]] == [
        "To Do",
        "In Progress",
        "Done",
    ]
    assert scrum["columnConfig"]["columns"][2]["statuses"][0]["id"] == "10001"
    assert scrum["estimation"]["field"] == {
        "fieldId": "customfield_10028",
        "displayName": "Story Points",
    }
    assert scrum["filter"]["id"] == jira.site.boards[1].filter
    assert "subQuery" not in scrum
    kanban = jira.get(f"{BOARD}/2/configuration").json()
    assert kanban["columnConfig"]["columns"][2]["statuses"] == []
    assert kanban["subQuery"]["query"].startswith("fixVersion in")
    assert "estimation" not in kanban


def test_a_board_without_estimation_counts_issues(jira: Asking):
    """The type is issueCount where no field is set."""
    board = jira.site.add_board("Plain", "project = PUB")
    assert jira.get(f"{BOARD}/{board.id}/configuration").json()["estimation"] == {
        "type": "issueCount"
    }


def test_sprints_go_by_state_and_come_in_pages(jira: Asking):
    """`state` takes several; closed first, then active, then future."""
    sprints = jira.get(f"{BOARD}/1/sprint").json()["values"]
    assert [each["state"] for each in sprints] == ["closed", "active", "future"]
    page = jira.get(f"{BOARD}/1/sprint", state="active,future", maxResults=1).json()
    assert [each["name"] for each in page["values"]] == ["Sprint 2"]
    assert page["isLast"] is False
    assert jira.get(f"{BOARD}/1/sprint", state="open").status_code == 400


def test_a_sprint_is_on_every_board_that_has_something_of_it(jira: Asking):
    """Boards whose filters overlap share sprints; the board that made one shows it anyway."""
    wide = jira.site.add_board("Programme", "project in (PUB, WEB)")
    jira.site.add_sprint("Its own", wide)
    names = {
        board: [sprint["name"] for sprint in jira.get(f"{BOARD}/{board}/sprint").json()["values"]]
        for board in (1, wide.id)
    }
    assert names == {
        1: ["Sprint 1", "Sprint 2", "Sprint 3"],
        wide.id: ["Sprint 1", "Sprint 2", "Its own"],
    }


def test_a_kanban_board_has_no_sprints(jira: Asking):
    """Asking it for some is 400."""
    answer = jira.get(f"{BOARD}/2/sprint")
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == ["The board does not support sprints"]


def test_a_board_out_of_sight_is_404(jira: Asking):
    """Unknown boards, and those of projects that can't be browsed."""
    assert jira.get(f"{BOARD}/99").status_code == 404
    assert jira.get("/rest/agile/1.0/sprint/99").status_code == 404
    jira.site.accounts.clear()
    jira.site.add_account(EMAIL, TOKEN, projects=["PUB"])
    assert jira.get(f"{BOARD}/2/configuration").status_code == 404
    assert [each["id"] for each in jira.get(BOARD).json()["values"]] == [1]
