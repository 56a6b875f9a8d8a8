"""Who may see what on a Jira, and how silently a wrong token is answered.

https://jira.atlassian.com/browse/JRACLOUD-93811, and for tokens
https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from tests.sandbox.jira_asking import EMAIL, NOON, TOKEN, Asking, Clock, a_site

MYSELF = "/rest/api/3/myself"
READ = ("read:jira-work", "read:jira-user")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jira(clock: Clock):
    site = a_site(clock)
    site.add_issue(key="PUB-1", labels=["kr-1"])
    site.add_issue(key="WEB-1", labels=["kr-1"])
    site.add_account("service@example.org", "scoped-token", kind="scoped", scopes=READ)
    site.add_account("app@example.org", "bearer-token", kind="oauth", scopes=READ)
    with Asking(site) as asking:
        yield asking


def search(jira: Asking, **how: object) -> requests.Response:
    url = jira.serving.url + jira.prefix + "/rest/api/3/search/jql"
    body = {"jql": "project = PUB", "fields": ["key"]}
    return requests.post(url, json=body, timeout=60, **how)  # type: ignore[arg-type]


def test_the_account_says_who_it_is(jira: Asking):
    """/myself tells the account's time zone."""
    me = jira.get(MYSELF)
    assert me.json()["timeZone"] == "Etc/UTC"
    assert me.headers["X-Seraph-LoginReason"] == "OK"


@pytest.mark.parametrize("auth", [(EMAIL, "wrong"), ("who@example.org", TOKEN), (EMAIL, "")])
def test_bad_credentials_are_an_empty_200(jira: Asking, auth: tuple[str, str]):
    """A wrong token gets no error and no issues, and one header that tells."""
    answer = search(jira, auth=auth)
    assert (answer.status_code, answer.json()) == (200, {"issues": [], "isLast": True})
    assert answer.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"


def test_a_stranger_is_not_told_what_does_not_exist(jira: Asking):
    """Unknown names are no error to a stranger, so that even they don't give the token away."""
    url = f"{jira.serving.url}/rest/api/3/search/jql"
    answer = requests.get(url, params={"jql": "project = NOPE"}, timeout=60)
    assert answer.json() == {"issues": [], "isLast": True}
    assert "X-Seraph-LoginReason" not in answer.headers


def test_every_read_that_strangers_may_do_is_empty_for_them(jira: Asking):
    """Fetches and fields are anonymous-capable."""
    jira.http.auth = (EMAIL, "wrong")
    body = {"issueIdsOrKeys": ["PUB-1"], "fields": ["summary"]}
    assert jira.post("/rest/api/3/issue/bulkfetch", body).json()["issues"] == []
    assert not any(field["custom"] for field in jira.get("/rest/api/3/field").json())
    assert jira.get("/rest/api/3/serverInfo").json()["deploymentType"] == "Cloud"


@pytest.mark.parametrize(
    "path",
    [MYSELF, "/rest/api/3/label", "/rest/agile/1.0/board", "/rest/agile/1.0/board/1/sprint"],
)
def test_others_say_401_to_strangers(jira: Asking, path: str):
    """The 401 isn't JSON; /myself is the only safe guard."""
    jira.http.auth = (EMAIL, "wrong")
    answer = jira.get(path)
    assert answer.status_code == 401
    assert answer.text == "Client must be authenticated to access this resource."
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_tokens_end(jira: Asking, clock: Clock):
    """Every token expires; then it is as a wrong one."""
    jira.site.accounts.clear()
    jira.site.add_account(EMAIL, TOKEN, expires=NOON + timedelta(days=1))
    assert search(jira, auth=(EMAIL, TOKEN)).json()["issues"]
    clock.forward(days=1)
    assert search(jira, auth=(EMAIL, TOKEN)).json()["issues"] == []


def test_a_revoked_token_is_a_strangers(jira: Asking):
    """Taking an account away in the middle turns the next answer empty."""
    jira.site.revoke(jira.site.accounts[0])
    assert search(jira, auth=(EMAIL, TOKEN)).json()["issues"] == []


def test_an_account_sees_only_its_projects(jira: Asking):
    """A project that can't be browsed doesn't exist in a query, nor its issues anywhere."""
    jira.site.accounts.clear()
    jira.site.add_account(EMAIL, TOKEN, projects=["PUB"])
    assert jira.keys("labels = kr-1") == ["PUB-1"]
    assert jira.refusal("project = WEB") == [
        "The value 'WEB' does not exist for the field 'project'."
    ]


def test_an_api_token_by_bearer_is_403(jira: Asking):
    """An API token sent as Bearer is refused under the key `error`, as a string."""
    answer = search(jira, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "Failed to parse Connect Session Auth Token"}


def test_scoped_tokens_work_on_the_gateway_alone(jira: Asking):
    """Scoped tokens give 401 on the site's own address."""
    auth = ("service@example.org", "scoped-token")
    assert search(jira, auth=auth).status_code == 401
    jira.prefix = f"/ex/jira/{jira.site.cloud_id}"
    answer = search(jira, auth=auth)
    assert [issue["key"] for issue in answer.json()["issues"]] == ["PUB-1"]
    assert jira.prefix in answer.json()["issues"][0]["self"]


def test_the_gateway_tells_the_sites_own_address(jira: Asking):
    """What people open in the browser is never the gateway."""
    site = jira.get("/rest/api/3/serverInfo").json()["baseUrl"]
    jira.prefix = f"/ex/jira/{jira.site.cloud_id}"
    jira.http.auth = ("service@example.org", "scoped-token")
    assert jira.get("/rest/api/3/serverInfo").json()["baseUrl"] == site


def test_oauth_works_on_the_gateway_alone(jira: Asking):
    """OAuth tokens go to the same gateway, with Bearer."""
    headers = {"Authorization": "Bearer bearer-token"}
    assert search(jira, headers=headers).status_code == 403
    jira.prefix = f"/ex/jira/{jira.site.cloud_id}"
    assert search(jira, headers=headers).json()["issues"]


def test_the_gateway_knows_no_strangers(jira: Asking):
    """There, wrong credentials and plain API tokens are 401, in the gateway's own shape."""
    jira.prefix = f"/ex/jira/{jira.site.cloud_id}"
    for auth in (None, (EMAIL, TOKEN), ("service@example.org", "wrong")):
        answer = search(jira, auth=auth)
        assert answer.status_code == 401
        assert answer.json() == {"code": 401, "message": "Unauthorized"}


def test_a_scope_that_is_missing_is_401(jira: Asking):
    """Boards need scopes of their own."""
    jira.prefix = f"/ex/jira/{jira.site.cloud_id}"
    jira.http.auth = ("service@example.org", "scoped-token")
    answer = jira.get("/rest/agile/1.0/board")
    assert answer.status_code == 401
    assert answer.json()["message"] == "Unauthorized; scope does not match"


def test_another_sites_id_is_not_there(jira: Asking):
    """The gateway serves this site's cloud id only."""
    jira.prefix = "/ex/jira/00000000-0000-0000-0000-000000000000"
    assert search(jira, auth=("service@example.org", "scoped-token")).status_code == 404
