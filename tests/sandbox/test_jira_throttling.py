"""Jira's limits, and in which forms a refusal says when to come again.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from sandbox.jira.throttling import CloudLimits, DataCenterLimits
from tests.sandbox.jira_asking import NOON, Asking, Clock, a_site

FIELD = "/rest/api/3/field"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def limited(clock: Clock, **limits: object) -> Asking:
    return Asking(a_site(clock), limits=CloudLimits(**limits))  # type: ignore[arg-type]


def test_a_burst_is_limited_for_each_endpoint(clock: Clock):
    """A burst is so many a second for an endpoint and method, whoever asks; the rest go on."""
    with limited(clock, per_second=1, burst=3) as jira:
        assert [jira.get(FIELD).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert jira.get("/rest/api/3/label").status_code == 200
        clock.forward(seconds=1)
        assert jira.get(FIELD).status_code == 200


def test_a_refusal_says_when_and_why(clock: Clock):
    """A 429 has Retry-After, the limit, its reset by the minute, and the reason."""
    with limited(clock, per_second=0.1, burst=1) as jira:
        jira.get(FIELD)
        answer = jira.get(FIELD)
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["X-RateLimit-Limit"] == "1"
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert answer.headers["X-RateLimit-Reset"] == "2026-11-20T12:01Z"
    assert answer.headers["RateLimit-Reason"] == "jira-burst-based"
    assert answer.json()["errorMessages"] == [
        "The request has been rate-limited. Please try again later."
    ]


def test_a_near_limit_is_told_before(clock: Clock):
    """X-RateLimit-NearLimit comes on good answers, near the end."""
    with limited(clock, per_second=1, burst=10) as jira:
        near_limit = [jira.get(FIELD).headers.get("X-RateLimit-NearLimit") for _ in range(10)]
    assert near_limit == [None] * 8 + ["true"] * 2


@pytest.mark.parametrize(
    ("form", "value"),
    [("seconds", "8"), ("fraction", "7.5"), ("zero", "0"), ("absent", None)],
)
def test_retry_after_in_its_forms(clock: Clock, form: str, value: str | None):
    """Retry-After may be whole, with a fraction, 0 although limited, or not there at all."""
    with limited(clock, per_second=2 / 15, burst=1, retry_after=form) as jira:
        jira.get(FIELD)
        assert jira.get(FIELD).headers.get("Retry-After") == value


def test_retry_after_as_a_date(clock: Clock):
    """An HTTP date is a form, too."""
    with limited(clock, per_second=0.1, burst=1, retry_after="date") as jira:
        jira.get(FIELD)
        text = jira.get(FIELD).headers["Retry-After"]
    assert parsedate_to_datetime(text) == datetime(2026, 11, 20, 12, 0, 10, tzinfo=UTC)


def test_a_refusal_may_be_a_page(clock: Clock):
    """A 429 may have a body of HTML."""
    with limited(clock, per_second=0.1, burst=1, html=True) as jira:
        jira.get(FIELD)
        answer = jira.get(FIELD)
    assert answer.headers["Content-Type"] == "text/html"
    assert "Statuspage" in answer.text


def test_oauth_pays_points(clock: Clock):
    """Points cost 1 a request and 1 an issue, until the hour is over; API tokens pay none."""
    site = a_site(clock)
    for number in range(1, 9):
        site.add_issue(key=f"PUB-{number}")
    site.add_account("app@example.org", "bearer", kind="oauth", scopes=["read:jira-work"])
    body = {"jql": "project = PUB", "fields": ["summary"]}
    with Asking(site, limits=CloudLimits(quota=10)) as jira:
        for _ in range(5):
            assert jira.post("/rest/api/3/search/jql", body).status_code == 200
        jira.prefix = f"/ex/jira/{site.cloud_id}"
        jira.http.auth = None
        jira.http.headers["Authorization"] = "Bearer bearer"
        assert jira.post("/rest/api/3/search/jql", body).status_code == 200
        assert jira.get(FIELD).status_code == 200
        clock.forward(minutes=20)
        refused = jira.get(FIELD)
        assert refused.status_code == 429
        assert refused.headers["RateLimit-Reason"] == "jira-quota-tenant-based"
        assert refused.headers["Retry-After"] == "2400"
        clock.forward(minutes=40)
        assert jira.get(FIELD).status_code == 200


def test_data_center_limits_each_account(clock: Clock):
    """A token bucket an account, its headers on every answer; 429 is Tomcat's page."""
    site = a_site(clock, deployment="datacenter")
    limits = DataCenterLimits(size=2, fill=1, interval_seconds=4, retry_after="zero")
    with Asking(site, limits=limits) as jira:
        first = jira.get("/rest/api/2/field")
        assert first.headers["X-RateLimit-Limit"] == "2"
        assert first.headers["X-RateLimit-Remaining"] == "1"
        assert first.headers["X-RateLimit-FillRate"] == "1"
        assert first.headers["X-RateLimit-Interval-Seconds"] == "4"
        jira.get("/rest/api/2/field")
        refused = jira.get("/rest/api/2/field")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "0")
        assert "Apache Tomcat" in refused.text
        site.add_account("other@example.org", "other", kind="personal")
        headers = {"Authorization": "Bearer other"}
        other = jira.http.get(f"{jira.serving.url}/rest/api/2/field", headers=headers, timeout=60)
        assert other.status_code == 200
        clock.forward(seconds=4)
        assert jira.get("/rest/api/2/field").status_code == 200
    assert clock.now > NOON
