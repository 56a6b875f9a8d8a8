"""The search of Jira Cloud: pages, tokens, limits and its lag.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from jira import JIRA

from tests.sandbox.jira_asking import EMAIL, NOON, TOKEN, Asking, Clock, a_site

SEARCH = "/rest/api/3/search/jql"
UNBOUNDED = (
    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jira(clock: Clock):
    site = a_site(clock)
    site.caps.page, site.caps.ids_page = 10, 50
    for number in range(1, 121):
        site.add_issue(key=f"PUB-{number}", labels=["kr-1"], summary=f"Card {number}")
    with Asking(site) as asking:
        yield asking


def walk(jira: Asking, **body: object) -> list[list[str]]:
    pages, token = [], None
    while True:
        more = {"nextPageToken": token} if token else {}
        page = jira.page("project = PUB", **body, **more)
        pages.append([issue["id"] for issue in page["issues"]])
        token = page.get("nextPageToken")
        assert page["isLast"] is (token is None)
        if token is None:
            return pages


def test_fields_cut_the_page(jira: Asking):
    """With any field but id or key a page is cut, to 100 on the real service."""
    assert [len(page) for page in walk(jira, fields=["summary"], maxResults=5000)] == [10] * 12
    assert [len(page) for page in walk(jira, fields=["id"], maxResults=5000)] == [50, 50, 20]
    assert [len(page) for page in walk(jira, fields=["key", "id"], maxResults=5000)] == [50, 50, 20]


def test_pages_hold_every_issue_once(jira: Asking):
    """Walking the tokens to their end gives all issues, each once."""
    ids = [id_ for page in walk(jira, fields=["summary"], maxResults=7) for id_ in page]
    assert len(ids) == len(set(ids)) == 120


def test_the_default_is_fifty_ids(jira: Asking):
    """`fields` defaults to id alone, `maxResults` to 50."""
    page = jira.page("project = PUB")
    assert len(page["issues"]) == 50
    assert page["issues"][0] == {"id": "10120"}


def test_there_is_no_total(jira: Asking):
    """Neither `total` nor `startAt` is told."""
    assert jira.page("project = PUB", fields=["summary"]).keys() == {
        "issues",
        "nextPageToken",
        "isLast",
    }
    assert jira.page("key = PUB-1").keys() == {"issues", "isLast"}


def test_start_at_is_ignored_in_silence(jira: Asking):
    """An old client, which pages by `startAt`, reads the first page for ever."""
    first = jira.page("project = PUB")
    assert jira.page("project = PUB", startAt=50) == first
    assert jira.get(SEARCH, jql="project = PUB", startAt=50).json() == first


def test_get_asks_the_same(jira: Asking):
    """GET takes comma-separated fields and gives what POST gives."""
    got = jira.get(SEARCH, jql="key = PUB-7", fields="summary,labels", maxResults=3).json()
    assert got == jira.page("key = PUB-7", fields=["summary", "labels"], maxResults=3)
    assert got["issues"][0]["fields"] == {"summary": "Card 7", "labels": ["kr-1"]}


def test_fields_unknown_to_the_site_are_passed_over(jira: Asking):
    """A field asked for by name instead of id is silently not there."""
    issue = jira.page("key = PUB-7", fields=["Story Points", "summary"])["issues"][0]
    assert issue["fields"] == {"summary": "Card 7"}


def test_fields_are_added_and_taken_away(jira: Asking):
    """`*all`, `*navigable` and `-field` are understood."""
    everything = jira.page("key = PUB-7", fields=["*all"])["issues"][0]["fields"]
    assert {"comment", "summary", "customfield_10020"} <= everything.keys()
    navigable = jira.page("key = PUB-7", fields=["*navigable", "-summary"])["issues"][0]["fields"]
    assert not {"comment", "summary"} & navigable.keys()


def test_a_query_needs_a_restriction(jira: Asking):
    """An ORDER BY alone restricts nothing, and is refused like an empty query."""
    assert jira.refusal("order by key") == [UNBOUNDED]
    assert jira.refusal("") == [UNBOUNDED]


def test_no_more_than_seven_fields_order(jira: Asking):
    """ORDER BY takes at most 7 fields."""
    seven = "key, created, updated, summary, rank, key, id"
    assert jira.page(f"project = PUB order by {seven}")["issues"]
    assert jira.refusal(f"project = PUB order by {seven}, created") == [
        "JQL can be ordered by at most 7 fields."
    ]


def test_too_many_values_break_the_service(jira: Asking):
    """Large lists of operands end in a 500, whatever they are."""
    jira.site.caps.operands = 3
    assert jira.page("labels in (a, b, c)")["issues"] == []
    body = {"jql": "labels in (a, b) or labels in (c, d)"}
    assert jira.post(SEARCH, body).status_code == 500


def test_a_token_is_bound_to_its_query(jira: Asking):
    """A token of another query, and garbage, are refused."""
    token = jira.page("project = PUB")["nextPageToken"]
    for jql, sent in (("labels = kr-1", token), ("project = PUB", "garbage")):
        answer = jira.post(SEARCH, {"jql": jql, "nextPageToken": sent})
        assert answer.status_code == 400
        assert "nextPageToken" in answer.json()["errorMessages"][0]


def test_a_token_lasts_a_week(jira: Asking, clock: Clock):
    """A page's token expires after 7 days; until then it re-reads the same page."""
    token = jira.page("project = PUB")["nextPageToken"]
    again = [jira.page("project = PUB", nextPageToken=token) for _ in range(2)]
    assert again[0] == again[1]
    clock.forward(days=7, seconds=1)
    body = {"jql": "project = PUB", "nextPageToken": token}
    assert jira.post(SEARCH, body).status_code == 400


def test_an_issue_may_slip_between_two_pages(jira: Asking, clock: Clock):
    """Several requests are no snapshot: what moves behind the cursor is missed."""
    body = {"jql": "project = PUB order by updated asc", "fields": ["key"], "maxResults": 50}
    clock.forward(hours=1)
    first = jira.page(**body)
    jira.site.relabel("PUB-1", "kr-1", at=NOON - timedelta(hours=1))
    seen = {issue["key"] for issue in first["issues"]}
    while "nextPageToken" in first:
        first = jira.page(**body, nextPageToken=first["nextPageToken"])
        seen |= {issue["key"] for issue in first["issues"]}
    assert len(seen) == 119


def test_searches_lag_behind(jira: Asking, clock: Clock):
    """Recent updates might not be visible; by key they are at once."""
    jira.site.index_lag = timedelta(minutes=1)
    clock.forward(minutes=5)
    jira.page("project = PUB")
    jira.site.relabel("PUB-7", "kr-2")
    assert jira.page("labels = kr-2")["issues"] == []
    clock.forward(minutes=2)
    assert len(jira.page("labels = kr-2")["issues"]) == 1


def test_the_index_still_has_a_deleted_issue_whose_fields_are_gone(jira: Asking, clock: Clock):
    """While the index lags, an id comes that can't be fetched any more."""
    jira.site.index_lag = timedelta(minutes=1)
    clock.forward(minutes=5)
    jira.page("project = PUB")
    jira.site.delete("PUB-7")
    assert {"id": "10007"} in jira.page("labels = kr-1 ORDER BY key")["issues"]
    page = jira.page("labels = kr-1 ORDER BY key", fields=["summary"])
    keys = [issue["key"] for issue in page["issues"]]
    assert "PUB-6" in keys
    assert "PUB-7" not in keys


@pytest.mark.parametrize(
    "body",
    [
        {"jql": "project = PUB", "total": True},
        {"jql": "project = PUB", "maxResults": "10"},
        {"jql": "project = PUB", "maxResults": True},
        {"jql": "project = PUB", "maxResults": 0},
        {"jql": "project = PUB", "fields": "summary"},
        {"jql": "project = PUB", "reconcileIssues": ["1"]},
        ["project = PUB"],
    ],
)
def test_a_body_that_is_not_as_documented_is_refused(jira: Asking, body: object):
    """Unknown keys and wrong types are 400, never passed over."""
    answer = jira.post(SEARCH, body)
    assert answer.status_code == 400
    assert answer.json()["errorMessages"] == [
        "Invalid request payload. Refer to the REST API documentation and try again."
    ]


def test_the_nulls_of_the_client_are_taken(jira: Asking):
    """The jira client sends null for what it doesn't ask."""
    body = {"jql": "key = PUB-1", "expand": None, "properties": None, "reconcileIssues": []}
    assert jira.post(SEARCH, body).status_code == 200


def test_what_the_sandbox_does_not_play_is_refused(jira: Asking):
    """Expansions and unknown parameters are 400, not silence."""
    assert jira.post(SEARCH, {"jql": "key = PUB-1", "expand": "changelog"}).status_code == 400
    assert jira.get(SEARCH, jql="key = PUB-1", page=2).status_code == 400
    assert jira.get("/rest/api/3/field", page=2).status_code == 400


def test_a_body_must_be_json(jira: Asking):
    """Another content type is 415, broken JSON is 400."""
    url = jira.serving.url + SEARCH
    assert jira.http.post(url, data={"jql": "a"}, timeout=60).status_code == 415
    headers = {"Content-Type": "application/json"}
    assert jira.http.post(url, data="{", headers=headers, timeout=60).status_code == 400


@pytest.mark.parametrize("version", ["2", "3", "latest"])
@pytest.mark.parametrize("path", ["search", "search/id"])
def test_the_old_search_is_gone(jira: Asking, version: str, path: str):
    """The old search answers 410 and says where to go."""
    for answer in (
        jira.get(f"/rest/api/{version}/{path}", jql="key = PUB-1"),
        jira.post(f"/rest/api/{version}/{path}", {"jql": "key = PUB-1"}),
    ):
        assert answer.status_code == 410
        assert "CHANGE-2046" in answer.json()["errorMessages"][0]


def test_version_two_searches_too(jira: Asking):
    """/rest/api/2/search/jql exists; a description there is text, in 3 a document."""
    jira.site.add_issue(key="WEB-1", description="Why")
    for version, description in (("2", "Why"), ("3", {"type": "doc"})):
        body = {"jql": "key = WEB-1", "fields": ["description"]}
        issue = jira.post(f"/rest/api/{version}/search/jql", body).json()["issues"][0]
        drawn = issue["fields"]["description"]
        assert drawn == description or drawn["type"] == "doc"
        assert f"/rest/api/{version}/issue/" in issue["self"]


def test_paths_that_are_not_there_are_404_in_json(jira: Asking):
    """An address that nobody serves is 404, a wrong method 405."""
    for path in ("/rest/api/3/nope", "/", "/rest/api/4/field", "/rest/api/3/field/x"):
        answer = jira.get(path)
        assert answer.status_code == 404
        assert answer.json()["status-code"] == 404
    assert jira.post("/rest/api/3/field", {}).status_code == 405


def test_the_client_pages_by_itself(jira: Asking):
    """The jira client's own paging comes to the end and finds everything."""
    client = JIRA(jira.serving.url, basic_auth=(EMAIL, TOKEN), max_retries=0)
    issues = client.enhanced_search_issues("project = PUB", maxResults=False, fields="summary")
    assert len(issues) == 120
    client.close()
