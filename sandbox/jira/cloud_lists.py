"""Cloud's endpoints that tell what a site has: itself, you, fields, statuses, labels, filters."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sandbox.jira import named
from sandbox.jira.auth import signed_in
from sandbox.jira.request import number
from sandbox.jira.routing import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.jira.request import JiraCall
    from sandbox.jira.shared_json import Json

_API = "/rest/api/<any('2', '3', latest):api>"
_MOST_LABELS = 1000


def endpoints() -> Iterable[Endpoint]:
    """Where they answer."""
    return (
        Endpoint(f"{_API}/serverInfo", _server_info, scopes=()),
        Endpoint(f"{_API}/myself", _myself, scopes=("read:jira-user",)),
        Endpoint(f"{_API}/field", named.fields),
        Endpoint(f"{_API}/label", _labels),
    )


def _server_info(call: JiraCall) -> Json:
    """On the gateway's address too, the site's own is told."""
    call.query()
    return {
        "baseUrl": call.request.root_url.rstrip("/"),
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_290,
        "buildDate": "2026-10-01T00:00:00.000+0000",
        "serverTime": call.parts.date(call.site.now()),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
    }


def _myself(call: JiraCall) -> Json:
    account = signed_in(call.account)
    call.query("expand")
    account_id = "712020:" + hashlib.sha256(account.email.encode()).hexdigest()[:24]
    return {
        "self": f"{call.base}/rest/api/{call.parts.api}/user?accountId={account_id}",
        "accountId": account_id,
        "accountType": "atlassian",
        **named.person(call, account),
    }


def _labels(call: JiraCall) -> Json:
    signed_in(call.account)
    given = call.query("startAt", "maxResults")
    start = number(given, "startAt", 0)
    most = min(number(given, "maxResults", _MOST_LABELS), _MOST_LABELS)
    with call.site.lock:
        issues = list(call.site.issues.values())
    labels = sorted({label for issue in issues for label in issue.labels})
    return {
        "maxResults": most,
        "startAt": start,
        "total": len(labels),
        "isLast": start + most >= len(labels),
        "values": labels[start : start + most],
    }
