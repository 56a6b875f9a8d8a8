from __future__ import annotations

import pytest

from tests.sandbox.jira_asking import EMAIL, TOKEN, Asking, Clock, a_site

BOARD = "/rest/agile/1.0/board"
NEW = "/rest/software/1.0/board"


@pytest.fixture
def jira():
    site = a_site(Clock())
    site.add_status("Parked", "indeterminate")
    site.add_version("PUB", "1.0", released=True)
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
    site.add_version("WEB", "7", released=True)
    closed = site.add_sprint("Sprint 1", scrum, state="closed")
    active = site.add_sprint("Sprint 2", scrum, state="active")
    site.add_sprint("Sprint 3", scrum)
    site.add_issue(key="PUB-1", type="Epic")
    site.add_issue(key="PUB-2", parent="PUB-1", status="Done", sprints=[closed])
    site.add_issue(key="PUB-3", parent="PUB-1", sprints=[closed, active])
    site.add_issue(key="PUB-4", status="Parked")
    site.add_issue(key="WEB-1", status="Done", versions=["7"])
    site.add_issue(key="WEB-2", status="Done")
    with Asking(site) as asking:
        yield asking


def keys(page: dict) -> list[str]:
    return [issue["key"] for issue in page["issues"]]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, ["Publishing team", "Website flow"]),
        ({"name": "FLOW"}, ["Website flow"]),
        ({"type": "scrum"}, ["Publishing team"]),
        ({"type": "scrum,kanban"}, ["Publishing team", "Website flow"]),
        ({"projectKeyOrId": "WEB"}, ["Website flow"]),
        ({"startAt": 1}, ["Website flow"]),
        ({"maxResults": 1}, ["Publishing team"]),
    ],
)
def test_boards_are_found_by_part_of_the_name_type_and_project(
    jira: Asking, params: dict, names: list[str]
):
    """Facts A5: the filters, and pages by offset with isLast."""
    assert [each["name"] for each in jira.get(BOARD, **params).json()["values"]] == names


def test_a_page_of_boards_holds_fifty(jira: Asking):
    """Facts A5: page 50 even if more are asked for."""
    for number in range(60):
        jira.site.add_board(f"Board {number}", "project = PUB")
    page = jira.get(BOARD, maxResults=1000).json()
    assert (len(page["values"]), page["maxResults"], page["isLast"]) == (50, 50, False)


def test_an_unknown_project_is_refused(jira: Asking):
    """A filter by a project that isn't there is 400."""
    assert jira.get(BOARD, projectKeyOrId="NOPE").status_code == 400


def test_the_configuration_tells_columns_filter_and_estimation(jira: Asking):
    """Facts A5: columns with status ids; the estimation is told of scrum boards only."""
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
    """Facts A5: `state` takes several; closed first, then active, then future."""
    sprints = jira.get(f"{BOARD}/1/sprint").json()["values"]
    assert [each["state"] for each in sprints] == ["closed", "active", "future"]
    wanted = jira.get(f"{BOARD}/1/sprint", state="active,future", maxResults=1).json()
    assert [each["name"] for each in wanted["values"]] == ["Sprint 2"]
    assert wanted["isLast"] is False
    assert jira.get(f"{BOARD}/1/sprint", state="open").status_code == 400


def test_a_sprint_is_on_every_board_that_has_something_of_it(jira: Asking):
    """Boards whose filters overlap share sprints; the board that made one shows it anyway."""
    wide = jira.site.add_board("Programme", "project in (PUB, WEB)")
    jira.site.add_sprint("Its own", wide)
    names = {
        board: [one["name"] for one in jira.get(f"{BOARD}/{board}/sprint").json()["values"]]
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


def test_the_issues_of_a_scrum_board(jira: Asking):
    """Facts A5: by the filter, in a mapped status, epics not; by rank."""
    page = jira.get(f"{NEW}/1/issue", fields="key").json()
    assert keys(page) == ["PUB-2", "PUB-3"]
    assert page["isLast"] is True


def test_a_kanban_board_hides_what_is_released(jira: Asking):
    """Facts A5: the sub-query takes old done cards off the board; the filter still has them."""
    assert keys(jira.get(f"{NEW}/2/issue", fields="key").json()) == ["WEB-2"]
    assert set(jira.keys("filter = 'Filter for Website flow'")) == {"WEB-1", "WEB-2"}


def test_board_issues_come_by_token(jira: Asking):
    """Facts A5: the replacement pages by nextPageToken, and takes a query."""
    page = jira.get(f"{NEW}/1/issue", maxResults=1, fields="summary").json()
    assert keys(page) == ["PUB-2"]
    token = page["nextPageToken"]
    rest = jira.get(f"{NEW}/1/issue", maxResults=1, fields="summary", nextPageToken=token).json()
    assert (keys(rest), rest["isLast"]) == (["PUB-3"], True)
    assert jira.get(f"{NEW}/2/issue", nextPageToken=token).status_code == 400
    done = jira.get(f"{NEW}/1/issue", jql="statusCategory = Done", fields="key").json()
    assert keys(done) == ["PUB-2"]
    count = jira.get(f"{NEW}/1/issue/approximate-count", jql="statusCategory = Done").json()
    assert count == {"count": 1}


def test_sprint_issues(jira: Asking):
    """An issue carried over is in both sprints."""
    assert keys(jira.get("/rest/software/1.0/sprint/1/issue", fields="key").json()) == [
        "PUB-3",
        "PUB-2",
    ]
    assert keys(jira.get("/rest/agile/1.0/sprint/2/issue", fields="key").json()) == ["PUB-3"]


def test_the_old_lists_are_deprecated(jira: Asking):
    """Facts A5: they still answer by offset and total, and say that they will go."""
    answer = jira.get(f"{BOARD}/1/issue", fields="key", startAt=1, maxResults=1)
    page = answer.json()
    assert (keys(page), page["total"], page["startAt"]) == (["PUB-3"], 2, 1)
    assert answer.headers["Deprecation"] == "true"
    assert "Deprecation" not in jira.get(f"{NEW}/1/issue").headers


def test_a_sprint_of_its_own(jira: Asking):
    """GET /sprint/{id} tells name and state."""
    assert jira.get("/rest/agile/1.0/sprint/2").json()["name"] == "Sprint 2"
