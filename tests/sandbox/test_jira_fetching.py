"""Issues in bulk, their fields, and the lists of names on Jira Cloud.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sandbox.jira.models import Person
from tests.sandbox.jira_asking import Asking, Clock, a_site

FETCH = "/rest/api/3/issue/bulkfetch"
HISTORIES = "/rest/api/3/changelog/bulkfetch"


@pytest.fixture
def jira():
    site = a_site(Clock())
    for number in range(1, 1102):
        site.add_issue(key=f"PUB-{number}", labels=["kr-1"], summary=f"Card {number}")
    with Asking(site) as asking:
        yield asking


def fetch(jira: Asking, keys: list[str], fields: list[str], **more: object) -> dict:
    answer = jira.post(FETCH, {"issueIdsOrKeys": keys, "fields": fields, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def numbers(count: int) -> list[str]:
    return [f"PUB-{number}" for number in range(1, count + 1)]


def test_a_thousand_with_named_fields(jira: Asking):
    """A bulk is 1000 issues when the fields are named, and one more is refused."""
    assert len(fetch(jira, numbers(1000), ["summary", "labels", "status"])["issues"]) == 1000
    body = {"issueIdsOrKeys": numbers(1001), "fields": ["summary"]}
    assert jira.post(FETCH, body).status_code == 400


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["*all"],
        ["*navigable"],
        ["-summary"],
        ["summary", "comment"],
        [f"customfield_{number}" for number in range(101)],
    ],
)
def test_a_hundred_with_anything_else(jira: Asking, fields: list[str]):
    """Unnamed, too many or many-valued fields bring the cap down to 100."""
    assert len(fetch(jira, numbers(100), fields)["issues"]) == 100
    body = {"issueIdsOrKeys": numbers(101), "fields": fields}
    assert jira.post(FETCH, body).status_code == 400


def test_a_site_may_still_be_capped_at_a_hundred(jira: Asking):
    """Sites had 100 before 2026; the refusal is all that tells."""
    jira.site.caps.bulkfetch = 100
    assert len(fetch(jira, numbers(100), ["summary"])["issues"]) == 100
    body = {"issueIdsOrKeys": numbers(101), "fields": ["summary"]}
    assert jira.post(FETCH, body).status_code == 400


def test_what_is_not_there_is_left_out_in_silence(jira: Asking):
    """Deleted, hidden and unknown issues are in neither list."""
    jira.site.delete("PUB-2")
    jira.site.hide("PUB-3")
    given = fetch(jira, ["PUB-4", "PUB-3", "PUB-2", "PUB-1", "NO-1", "99"], ["summary"])
    assert [issue["key"] for issue in given["issues"]] == ["PUB-1", "PUB-4"]
    assert given["issueErrors"] == []


def test_issues_come_by_rising_id_and_once(jira: Asking):
    """The order is the id's; a key and its id are one issue."""
    given = fetch(jira, ["PUB-9", "10003", "PUB-3"], ["summary"])
    assert [issue["id"] for issue in given["issues"]] == ["10003", "10009"]


def test_a_moved_issue_is_followed(jira: Asking):
    """The old key gives the issue, under its new key."""
    jira.site.move_project("PUB-5", "WEB")
    assert fetch(jira, ["PUB-5"], ["project"])["issues"][0]["key"] == "WEB-1"


def test_a_fetch_needs_keys_and_nothing_unknown(jira: Asking):
    """No keys and unknown names are 400."""
    for body in (
        {"issueIdsOrKeys": [], "fields": ["summary"]},
        {"fields": ["summary"]},
        {"issueIdsOrKeys": ["PUB-1"], "jql": "project = PUB"},
        {"issueIdsOrKeys": ["PUB-1"], "fields": ["summary"], "expand": ["changelog"]},
    ):
        assert jira.post(FETCH, body).status_code == 400


def test_parents_come_with_their_gist(jira: Asking):
    """`parent` holds id, key and some fields; without a parent it is absent."""
    jira.site.add_issue(key="WEB-1", type="Epic", summary="Launch")
    jira.site.add_issue(key="WEB-2", parent="WEB-1")
    first, second = fetch(jira, ["WEB-1", "WEB-2"], ["parent", "issuetype"])["issues"]
    assert "parent" not in first["fields"]
    assert second["fields"]["parent"]["key"] == "WEB-1"
    assert second["fields"]["parent"]["fields"]["issuetype"]["hierarchyLevel"] == 1
    assert second["fields"]["issuetype"]["hierarchyLevel"] == 0


def test_a_parent_out_of_sight_is_told_by_key_alone(jira: Asking):
    """Epic links point to issues that can't be seen: then there are no fields."""
    jira.site.add_unseen("SEC-1", 5)
    jira.site.add_issue(key="WEB-1", parent="SEC-1")
    jira.site.add_issue(key="WEB-2", type="Epic")
    jira.site.add_issue(key="WEB-3", parent="WEB-2")
    jira.site.hide("WEB-2")
    unseen, hidden = fetch(jira, ["WEB-1", "WEB-3"], ["parent"])["issues"]
    assert unseen["fields"]["parent"]["key"] == "SEC-1"
    assert "fields" not in unseen["fields"]["parent"]
    assert "fields" not in hidden["fields"]["parent"]


def test_names_are_in_the_readers_language(jira: Asking):
    """Status and resolution names are localised, keys and ids aren't."""
    jira.site.move("PUB-1", "Done", resolution="Won't Do")
    jira.http.headers["Accept-Language"] = "de-DE, en;q=0.5"
    jira.http.headers["X-Force-Accept-Language"] = "true"
    fields = fetch(jira, ["PUB-1"], ["status", "resolution"])["issues"][0]["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == (
        "Fertig",
        "Wird nicht erledigt",
    )
    assert fields["status"]["statusCategory"]["key"] == "done"
    assert fields["status"]["statusCategory"]["name"] == "Fertig"
    jira.http.headers["Accept-Language"] = "en"
    fields = fetch(jira, ["PUB-1"], ["status", "resolution"])["issues"][0]["fields"]
    assert (fields["status"]["name"], fields["resolution"]["name"]) == ("Done", "Won't Do")


def test_without_a_wish_names_are_in_the_accounts_language(jira: Asking):
    """A client that says nothing gets whatever the account's owner reads."""
    jira.site.accounts[:] = []
    jira.site.add_account("manager@example.org", "api-token", language="zh")
    fields = fetch(jira, ["PUB-1"], ["status"])["issues"][0]["fields"]
    assert fields["status"]["name"] == "待办"


def test_dates_carry_an_offset_without_a_colon(jira: Asking):
    """Moments are as 2026-01-01T00:00:00.000+0000, in the account's zone."""
    created = datetime(2026, 7, 1, 23, 30, 1, 5000, tzinfo=UTC)
    jira.site.add_issue(key="WEB-1", created=created)
    jira.site.accounts[:] = []
    jira.site.add_account("manager@example.org", "api-token", time_zone="Europe/Berlin")
    fields = fetch(jira, ["WEB-1"], ["created", "resolutiondate"])["issues"][0]["fields"]
    assert fields == {"created": "2026-07-02T01:30:01.005+0200", "resolutiondate": None}


def test_people_are_in_what_the_service_says(jira: Asking):
    """The program must never keep them; so the sandbox has names, e-mails and pictures."""
    ann = Person("Ann Example", "ann@example.org", "712020:ann")
    jira.site.add_issue(key="WEB-1", assignee=ann, reporter=ann)
    answer = jira.post(FETCH, {"issueIdsOrKeys": ["WEB-1"], "fields": ["*all"]})
    assert answer.text.count("Ann Example") == 3
    assert "ann@example.org" in answer.text


def test_the_points_field_depends_on_the_projects_style(jira: Asking):
    """A site can have both story-point fields."""
    jira.site.add_project("TEAM", simplified=True)
    jira.site.add_issue(key="TEAM-1", points=2)
    jira.site.add_issue(key="WEB-1", points=0)
    given = fetch(jira, ["TEAM-1", "WEB-1"], ["customfield_10016", "customfield_10028"])
    fields = {issue["key"]: issue["fields"] for issue in given["issues"]}
    assert fields["TEAM-1"] == {"customfield_10016": 2, "customfield_10028": None}
    assert fields["WEB-1"] == {"customfield_10016": None, "customfield_10028": 0}


def test_fields_are_listed_with_their_schemas(jira: Asking):
    """Story points, sprint and epic link are known by their schema's key."""
    fields = {each["id"]: each for each in jira.get("/rest/api/3/field").json()}
    assert fields["customfield_10016"]["schema"]["custom"].endswith(":jsw-story-points")
    assert fields["customfield_10020"]["schema"]["custom"].endswith(":gh-sprint")
    assert fields["customfield_10014"]["schema"]["custom"].endswith(":gh-epic-link")
    assert fields["customfield_10028"]["name"] == "Story Points"
    assert fields["summary"]["schema"] == {"type": "string", "system": "summary"}


def test_labels_are_listed_as_they_are_spelt(jira: Asking):
    """GET /label pages through the spellings in use, 1000 at once."""
    jira.site.add_issue(key="WEB-1", labels=["KR-1", "b", "a"])
    page = jira.get("/rest/api/3/label", startAt=1, maxResults=2).json()
    assert page == {
        "maxResults": 2,
        "startAt": 1,
        "total": 4,
        "isLast": False,
        "values": ["a", "b"],
    }
    assert jira.get("/rest/api/3/label", maxResults=5000).json()["maxResults"] == 1000
