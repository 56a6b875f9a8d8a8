"""Where a Jira Data Center answers otherwise than Cloud.

https://developer.atlassian.com/server/jira/platform/rest/.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.jira_asking import EMAIL, TOKEN, Asking, Clock, a_site

SEARCH = "/rest/api/2/search"


@pytest.fixture
def jira():
    site = a_site(Clock(), deployment="datacenter")
    site.caps.search_page, site.caps.window = 20, 100
    board = site.add_board("Publishing", "project = PUB")
    sprint = site.add_sprint("Sprint 1, the first", board, state="active")
    site.add_issue(key="PUB-1", type="Epic")
    for number in range(2, 51):
        site.add_issue(key=f"PUB-{number}", parent="PUB-1", points=2, sprints=[sprint])
    site.add_issue(key="PUB-51", type="Sub-task", parent="PUB-2")
    with Asking(site) as asking:
        yield asking


def search(jira: Asking, **body: Any) -> requests.Response:
    return jira.post(SEARCH, body)


def fields(jira: Asking, key: str, *names: str) -> dict:
    (issue,) = search(jira, jql=f"key = {key}", fields=list(names)).json()["issues"]
    return issue["fields"]


def test_the_deployment_is_told(jira: Asking):
    """`deploymentType` is Server, with the version."""
    info = jira.get("/rest/api/2/serverInfo").json()
    assert (info["deploymentType"], info["versionNumbers"]) == ("Server", [9, 12, 12])


def test_pages_go_by_offset_and_total(jira: Asking):
    """A search tells `startAt`, `maxResults` and `total`; a page is cut to the server's setting."""
    page = jira.post(SEARCH, {"jql": "project = PUB", "startAt": 40, "maxResults": 500}).json()
    assert (page["startAt"], page["maxResults"], page["total"]) == (40, 20, 51)
    assert len(page["issues"]) == 11
    assert search(jira, jql="project = PUB").json()["maxResults"] == 20


def test_zero_results_are_the_total_alone(jira: Asking):
    """`maxResults=0` gives only the total."""
    page = search(jira, jql="'Epic Link' = PUB-1", maxResults=0).json()
    assert (page["total"], page["issues"]) == (49, [])


def test_past_the_window_is_500(jira: Asking):
    """Paging past the result window fails."""
    answer = search(jira, jql="project = PUB", startAt=81, maxResults=20)
    assert answer.status_code == 500
    assert answer.json()["errorMessages"] == ["Search limit exceeded"]


def test_an_unbounded_query_is_served(jira: Asking):
    """Cloud alone wants a restriction."""
    assert search(jira, jql="order by key").json()["total"] == 51
    assert search(jira).json()["total"] == 51


def test_epic_links_stand_beside_parents(jira: Asking):
    """A story's epic is a custom field's key, a sub-task's story is its parent."""
    story = fields(jira, "PUB-2", "parent", "customfield_10101", "issuetype")
    assert story["customfield_10101"] == "PUB-1"
    assert "parent" not in story
    assert "hierarchyLevel" not in story["issuetype"]
    task = fields(jira, "PUB-51", "parent", "customfield_10101", "issuetype")
    assert task["parent"]["key"] == "PUB-2"
    assert task["customfield_10101"] is None
    assert task["issuetype"]["subtask"] is True


def test_initiatives_stand_in_a_third_field(jira: Asking):
    """An epic's initiative is the Parent Link's key."""
    jira.site.add_type("Initiative", 2)
    jira.site.add_issue(key="WEB-1", type="Initiative")
    jira.site.reparent("PUB-1", "WEB-1")
    epic = fields(jira, "PUB-1", "customfield_10300", "customfield_10101", "parent")
    assert epic == {"customfield_10300": "WEB-1", "customfield_10101": None}


def test_fields_that_data_center_has_not_got(jira: Asking):
    """There is no statuscategorychangedate, nor a story point estimate."""
    assert fields(jira, "PUB-2", "statuscategorychangedate", "customfield_10016") == {}
    listed = {each["id"]: each for each in jira.get("/rest/api/2/field").json()}
    assert listed["customfield_10101"]["schema"]["custom"].endswith(":gh-epic-link")
    assert "parent" not in listed


def test_sprints_are_strings_before_version_ten(jira: Asking):
    """Sprint values are strings in older replies and objects in newer ones."""
    (text,) = fields(jira, "PUB-2", "customfield_10100")["customfield_10100"]
    assert "state=ACTIVE,name=Sprint 1, the first,startDate=" in text
    jira.site.version = "10.3.4"
    (sprint,) = fields(jira, "PUB-2", "customfield_10100")["customfield_10100"]
    assert (sprint["name"], sprint["state"]) == ("Sprint 1, the first", "active")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/rest/api/2/search/jql"),
        ("POST", "/rest/api/2/search/jql"),
        ("POST", "/rest/api/2/issue/bulkfetch"),
        ("POST", "/rest/api/2/search/approximate-count"),
        ("GET", "/rest/api/2/label"),
        ("GET", "/rest/api/3/myself"),
        ("GET", "/rest/software/1.0/board/1/issue"),
    ],
)
def test_what_only_cloud_has_is_404(jira: Asking, method: str, path: str):
    """No search/jql, no bulkfetch, no counts, no version 3."""
    answer = jira.http.request(method, jira.serving.url + path, json={}, timeout=60)
    assert answer.status_code in (404, 405)
    assert "message" in answer.json()


def test_a_personal_token_goes_by_bearer(jira: Asking):
    """A wrong token is 401, and never leads to a riddle."""
    me = jira.get("/rest/api/2/myself")
    assert me.json()["timeZone"] == "Etc/UTC"
    jira.http.headers["Authorization"] = "Bearer wrong"
    for _ in range(5):
        assert jira.get("/rest/api/2/myself").status_code == 401
    jira.http.headers["Authorization"] = f"Bearer {TOKEN}"
    assert jira.get("/rest/api/2/myself").status_code == 200


def test_wrong_passwords_lead_to_a_riddle(jira: Asking):
    """After three wrong passwords, even the right one is 403."""
    url = f"{jira.serving.url}/rest/api/2/myself"
    assert requests.get(url, auth=(EMAIL, "a password"), timeout=60).status_code == 200
    for _ in range(3):
        assert requests.get(url, auth=(EMAIL, "wrong"), timeout=60).status_code == 401
    answer = requests.get(url, auth=(EMAIL, "a password"), timeout=60)
    assert answer.status_code == 403
    assert answer.headers["X-Authentication-Denied-Reason"].startswith("CAPTCHA_CHALLENGE")


def test_a_stranger_is_served_nothing(jira: Asking):
    """Without credentials a search is empty, and /myself is 401."""
    del jira.http.headers["Authorization"]
    assert search(jira, jql="project = PUB").json()["total"] == 0
    assert jira.get("/rest/api/2/myself").status_code == 401


def test_it_may_live_under_a_path():
    """Many a Data Center's address ends in /jira; links carry it."""
    with Asking(a_site(Clock(), deployment="datacenter"), prefix="/jira", context="/jira") as jira:
        assert jira.get("/rest/api/2/serverInfo").json()["baseUrl"].endswith("/jira")
        jira.prefix = ""
        assert jira.get("/rest/api/2/serverInfo").status_code == 404


@pytest.mark.parametrize(
    "body", [{"startAt": -1}, {"validateQuery": False}, {"nextPageToken": "x"}, {"jql": 5}]
)
def test_what_is_not_understood_is_refused(jira: Asking, body: dict):
    """Unknown keys, negative offsets and other types are 400."""
    assert jira.post(SEARCH, body).status_code == 400
