"""A Jira Data Center over HTTP: offsets and totals, Epic Links, personal tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira import listing
from sandbox.jira.answers import bad_payload, complaint, no_issue
from sandbox.jira.auth import DataCenterDoor, signed_in
from sandbox.jira.board_issues import BoardIssues
from sandbox.jira.boards import Boards
from sandbox.jira.fields import Wanted, draw
from sandbox.jira.request import Visit, number, strings
from sandbox.jira.routing import Endpoint, Headers, Routes, respond
from sandbox.jira.searching import Searching
from sandbox.jira.throttling import DataCenterLimits, DataCenterThrottle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from werkzeug import Request

    from sandbox.faults import Faults
    from sandbox.jira.issue_json import Drawn
    from sandbox.jira.models import Issue
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite

_API = "/rest/api/<any('2', latest):api>"
_DEFAULT_PAGE = 50


def data_center_app(
    site: JiraSite,
    faults: Faults | None = None,
    limits: DataCenterLimits | None = None,
    context: str = "",
) -> WSGIApplication:
    """The WSGI app of a Data Center site; serve it with `Serving`.

    Without `limits` it has none. `context` is the path that it lives under ("/jira").
    """
    app = _DataCenter(site, limits, context)
    return faults.wrap(app) if faults else app


class _DataCenter:
    def __init__(self, site: JiraSite, limits: DataCenterLimits | None, context: str) -> None:
        self._site = site
        self._context = context
        self._searching = Searching(site)
        self._door = DataCenterDoor(site)
        self._throttle = DataCenterThrottle(site, limits) if limits else None
        boards = Boards(site)
        self._routes = Routes(
            [
                Endpoint(f"{_API}/serverInfo", _server_info),
                Endpoint(f"{_API}/myself", _myself),
                Endpoint(f"{_API}/field", listing.fields),
                Endpoint(f"{_API}/status", listing.statuses),
                Endpoint(f"{_API}/filter/<id>", listing.saved_query),
                Endpoint(f"{_API}/search", _search_by_address),
                Endpoint(f"{_API}/search", _search_by_body, "POST"),
                Endpoint(f"{_API}/issue/<key>", _issue),
                *boards.endpoints(),
                *BoardIssues(site, boards).endpoints(),
            ]
        )

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return respond(environ, start, self._serve)

    def _serve(self, request: Request) -> tuple[Any, Headers]:
        path = request.path.removeprefix(self._context)
        if self._context and path == request.path:
            path = "/"
        endpoint, arguments = self._routes.find(path, request)
        visitor = self._door.let_in(request)
        told = self._throttle.enter(visitor.account) if self._throttle else ()
        base = request.root_url.rstrip("/") + self._context
        visit = Visit(self._site, self._searching, request, visitor.account, base, arguments)
        return endpoint.answer(visit), (*visitor.headers, *told)


def _server_info(visit: Visit) -> Json:
    visit.query("doHealthCheck")
    version = visit.site.version
    return {
        "baseUrl": visit.base,
        "version": version,
        "versionNumbers": [int(part) for part in version.split(".")],
        "deploymentType": "Server",
        "buildNumber": 912_012,
        "buildDate": "2024-08-01T00:00:00.000+0000",
        "databaseBuildNumber": 912_012,
        "serverTime": visit.parts.date(visit.site.now()),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
    }


def _myself(visit: Visit) -> Json:
    account = signed_in(visit.account)
    visit.query("expand")
    name = account.email.partition("@")[0]
    return {
        "self": f"{visit.base}/rest/api/2/user?username={name}",
        "key": name,
        "name": name,
        "emailAddress": account.email,
        "avatarUrls": {"48x48": "https://avatar.invalid/initials/DM.png"},
        "displayName": account.name,
        "active": True,
        "deleted": False,
        "timeZone": account.time_zone,
        "locale": "en_US",
        "groups": {"size": 0, "items": []},
        "applicationRoles": {"size": 0, "items": []},
        "expand": "groups,applicationRoles",
    }


def _search_by_address(visit: Visit) -> Json:
    given = visit.query("jql", "startAt", "maxResults", "validateQuery", "fields", "expand")
    visit.plain(given)
    return _search(
        visit,
        {
            **given,
            "startAt": number(given, "startAt", 0),
            "maxResults": number(given, "maxResults", _DEFAULT_PAGE),
        },
    )


def _search_by_body(visit: Visit) -> Json:
    body = visit.body(
        jql=str,
        startAt=int,
        maxResults=int,
        validateQuery=(str, bool),
        fields=list,
        expand=list,
        properties=list,
    )
    visit.plain(body)
    return _search(visit, body)


def _search(visit: Visit, body: Json) -> Json:
    """`maxResults` of 0 gives only the total, below 0 or above the server's cap the cap."""
    if str(body.get("validateQuery", True)).lower() not in ("true", "strict"):
        raise complaint(400, "The sandbox doesn't play 'validateQuery'.")
    caps, start = visit.site.caps, body.get("startAt", 0)
    most = body.get("maxResults", _DEFAULT_PAGE)
    most = caps.search_page if most < 0 else min(most, caps.search_page)
    if start < 0:
        raise bad_payload()
    if start + most > caps.window:
        raise complaint(500, "Search limit exceeded")
    found = visit.searching.find(visit.account, body.get("jql", ""))
    wanted = Wanted(tuple(strings(body.get("fields", []))) or ("*navigable",))
    return {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": most,
        "total": len(found.ids),
        "issues": draw(visit.rendering, _shown(visit, found.ids[start : start + most]), wanted),
    }


def _shown(visit: Visit, ids: Iterable[int]) -> list[Issue]:
    """A deleted issue that the index still has is shown as it was."""
    index, live = visit.site.index.issues, visit.site.issues
    with visit.site.lock:
        return [issue for id_ in ids if (issue := live.get(id_) or index.get(id_)) is not None]


def _issue(visit: Visit) -> Drawn:
    given: Mapping[str, str] = visit.query("fields", "expand", "properties", "updateHistory")
    visit.plain(given)
    issue = visit.site.find(visit.arguments["key"])
    if issue is None or not visit.site.sees(visit.account, issue):
        raise no_issue()
    wanted = Wanted(tuple(strings(given.get("fields", "*all"))) or ("*all",))
    return visit.rendering.issue(issue, wanted.among(visit.rendering.known))
