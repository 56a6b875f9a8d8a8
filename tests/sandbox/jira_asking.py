"""A clock, a site and somebody who asks it, for the tests of the Jira sandbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

import requests

from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving

if TYPE_CHECKING:
    from types import TracebackType

EMAIL, TOKEN = "manager@example.org", "api-token"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def a_site(clock: Clock | None = None, **options: Any) -> JiraSite:
    """A site with the projects PUB and WEB, and an account that sees both."""
    site = JiraSite(now=clock or Clock(), **options)
    site.add_project("PUB", "Publishing")
    site.add_project("WEB", "Website")
    kind = "api-token" if site.deployment == "cloud" else "personal"
    site.add_account(EMAIL, TOKEN, kind=kind, password="a password")
    return site


class Asking:
    """Serves a site while its context is open, and asks it as the site's account."""

    def __init__(self, site: JiraSite, prefix: str = "", **app: Any) -> None:
        self.site = site
        self.cloud = site.deployment == "cloud"
        self.prefix = prefix
        self.serving = Serving((cloud_app if self.cloud else data_center_app)(site, **app))
        self.http = requests.Session()
        if self.cloud:
            self.http.auth = (EMAIL, TOKEN)
        else:
            self.http.headers["Authorization"] = f"Bearer {TOKEN}"

    def __enter__(self) -> Self:
        self.serving.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
        self.serving.__exit__(kind, error, trace)

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.http.get(self.serving.url + self.prefix + path, params=params, timeout=60)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.http.post(self.serving.url + self.prefix + path, json=body, timeout=60)

    def page(self, jql: str, **more: Any) -> dict[str, Any]:
        """A page of Cloud's search, which has to be given."""
        answer = self.post("/rest/api/3/search/jql", {"jql": jql, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def keys(self, jql: str, **more: Any) -> list[str]:
        """All keys that a query finds, over all pages."""
        if not self.cloud:
            body = {"jql": jql, "maxResults": 1000, "fields": ["key"]}
            return [each["key"] for each in self.post("/rest/api/2/search", body).json()["issues"]]
        page = self.page(jql, fields=["key"], maxResults=5000, **more)
        assert page["isLast"]
        return [each["key"] for each in page["issues"]]

    def refusal(self, jql: str) -> list[str]:
        """What the service says to a query that it refuses."""
        path = "/rest/api/3/search/jql" if self.cloud else "/rest/api/2/search"
        answer = self.post(path, {"jql": jql})
        assert answer.status_code == 400, answer.text
        return answer.json()["errorMessages"]
