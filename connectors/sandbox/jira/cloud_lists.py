"""Cloud's endpoints that tell what a site has: fields, statuses, labels, filters, itself."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from connectors.sandbox.jira.answers import complaint
from connectors.sandbox.jira.routing import Endpoint
from connectors.sandbox.jira.signing_in import signed_in
from connectors.sandbox.jira.visits import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from connectors.sandbox.jira.parts import Json
    from connectors.sandbox.jira.visits import Visit
    from connectors.sandbox.jira.world import FieldKind

_API = "/rest/api/<any('2', '3', latest):api>"
_MOST_LABELS = 1000
_NO_CLAUSE = ("description", "comment", "watches", "votes")


def endpoints() -> Iterable[Endpoint]:
    """Where they answer."""
    return (
        Endpoint(f"{_API}/serverInfo", _server_info, scopes=()),
        Endpoint(f"{_API}/myself", _myself, scopes=("read:jira-user",)),
        Endpoint(f"{_API}/field", _fields),
        Endpoint(f"{_API}/status", _statuses),
        Endpoint(f"{_API}/label", _labels),
        Endpoint(f"{_API}/filter/<id>", _filter),
    )


def _server_info(visit: Visit) -> Json:
    visit.query()
    return {
        "baseUrl": visit.base,
        "version": "1001.0.0-SNAPSHOT",
        "versionNumbers": [1001, 0, 0],
        "deploymentType": "Cloud",
        "buildNumber": 100_290,
        "buildDate": "2026-10-01T00:00:00.000+0000",
        "serverTime": visit.parts.date(visit.site.now()),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
        "defaultLocale": {"locale": "en_US"},
    }


def _myself(visit: Visit) -> Json:
    account = signed_in(visit.account)
    visit.query("expand")
    account_id = "712020:" + hashlib.sha256(account.email.encode()).hexdigest()[:24]
    return {
        "self": f"{visit.base}/rest/api/{visit.parts.api}/user?accountId={account_id}",
        "accountId": account_id,
        "accountType": "atlassian",
        "emailAddress": account.email,
        "avatarUrls": {"48x48": "https://avatar.invalid/initials/DM.png"},
        "displayName": account.name,
        "active": True,
        "timeZone": account.time_zone,
        "locale": "en_US",
        "groups": {"size": 0, "items": []},
        "applicationRoles": {"size": 0, "items": []},
        "expand": "groups,applicationRoles",
    }


def _fields(visit: Visit) -> list[Json]:
    """A stranger is told of the system's fields alone."""
    visit.query()
    kinds = visit.site.fields.values()
    return [field(kind) for kind in kinds if visit.account is not None or not kind.custom]


def field(kind: FieldKind) -> Json:
    """A field, as both deployments list it."""
    names = [] if kind.id in _NO_CLAUSE else [kind.name if kind.custom else kind.id]
    schema: Json = {"type": kind.type}
    if kind.items:
        schema["items"] = kind.items
    if kind.custom:
        number_ = int(kind.id.removeprefix("customfield_"))
        names = [f"cf[{number_}]", *names]
        schema |= {"custom": kind.custom, "customId": number_}
    else:
        schema["system"] = kind.id
    return {
        "id": kind.id,
        "key": kind.id,
        "name": kind.name,
        "custom": bool(kind.custom),
        "orderable": True,
        "navigable": True,
        "searchable": True,
        "clauseNames": names,
        "schema": schema,
    }


def _statuses(visit: Visit) -> list[Json]:
    visit.query()
    if visit.account is None:
        return []
    return [visit.parts.status(id_) for id_ in visit.site.statuses]


def _labels(visit: Visit) -> Json:
    signed_in(visit.account)
    given = visit.query("startAt", "maxResults")
    start = number(given, "startAt", 0)
    most = min(number(given, "maxResults", _MOST_LABELS), _MOST_LABELS)
    with visit.site.lock:
        issues = list(visit.site.issues.values())
    labels = sorted({label for issue in issues for label in issue.labels})
    return {
        "maxResults": most,
        "startAt": start,
        "total": len(labels),
        "isLast": start + most >= len(labels),
        "values": labels[start : start + most],
    }


def _filter(visit: Visit) -> Json:
    visit.query("expand", "overrideSharePermissions")
    saved = visit.site.filters.get(visit.arguments["id"])
    if saved is None or visit.account is None:
        raise complaint(
            400,
            "The selected filter is not available to you, perhaps it has been deleted or had its "
            "permissions changed.",
        )
    return {
        "self": visit.parts.link("filter", saved.id),
        "id": saved.id,
        "name": saved.name,
        "jql": saved.jql,
        "favourite": False,
        "viewUrl": f"{visit.base}/issues/?filter={saved.id}",
        "searchUrl": f"{visit.base}/rest/api/3/search?jql=filter%3D{saved.id}",
    }
