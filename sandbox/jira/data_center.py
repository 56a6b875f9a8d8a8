"""A Jira Data Center over HTTP: offsets and totals, Epic Links, personal tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira import named
from sandbox.jira.answers import bad_payload, complaint
from sandbox.jira.auth import DataCenterDoor, signed_in
from sandbox.jira.boards import Boards
from sandbox.jira.fields import FieldChoice, draw
from sandbox.jira.request import JiraCall, strings
from sandbox.jira.routing import Endpoint, Headers, Routes, respond
from sandbox.jira.searching import IssueSearch
from sandbox.jira.throttling import DataCenterLimits, DataCenterThrottle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from werkzeug import Request

    from sandbox.faults import Faults
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
        self._searching = IssueSearch(site)
        self._door = DataCenterDoor(site)
        self._throttle = DataCenterThrottle(site, limits) if limits else None
        self._routes = Routes(
            [
                Endpoint(f"{_API}/serverInfo", _server_info),
                Endpoint(f"{_API}/myself", _myself),
                Endpoint(f"{_API}/field", named.fields),
                Endpoint(f"{_API}/search", _search, "POST"),
                *named.endpoints(_API, cloud=False),
                *Boards(site).endpoints(),
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
        rate_headers = self._throttle.enter(visitor.account) if self._throttle else ()
        base = request.root_url.rstrip("/") + self._context
        call = JiraCall(self._site, self._searching, request, visitor.account, base, arguments)
        return endpoint.answer(call), (*visitor.headers, *rate_headers)


def _server_info(call: JiraCall) -> Json:
    call.query("doHealthCheck")
    version = call.site.version
    return {
        "baseUrl": call.base,
        "version": version,
        "versionNumbers": [int(part) for part in version.split(".")],
        "deploymentType": "Server",
        "buildNumber": 912_012,
        "buildDate": "2024-08-01T00:00:00.000+0000",
        "databaseBuildNumber": 912_012,
        "serverTime": call.parts.date(call.site.now()),
        "scmInfo": "0000000000000000000000000000000000000000",
        "serverTitle": "Jira",
    }


def _myself(call: JiraCall) -> Json:
    account = signed_in(call.account)
    call.query("expand")
    name = account.email.partition("@")[0]
    return {
        "self": f"{call.base}/rest/api/2/user?username={name}",
        "key": name,
        "name": name,
        "deleted": False,
        **named.person(call, account),
    }


def _search(call: JiraCall) -> Json:
    """`maxResults` of 0 gives only the total, below 0 or above the server's cap the cap."""
    body = call.body(jql=str, startAt=int, maxResults=int, fields=list)
    caps, start = call.site.caps, body.get("startAt", 0)
    most = body.get("maxResults", _DEFAULT_PAGE)
    most = caps.search_page if most < 0 else min(most, caps.search_page)
    if start < 0:
        raise bad_payload()
    if start + most > caps.window:
        raise complaint(500, "Search limit exceeded")
    matches = call.searching.find(call.account, body.get("jql", ""))
    choice = FieldChoice(tuple(strings(body.get("fields", []))) or ("*navigable",))
    return {
        "expand": "schema,names",
        "startAt": start,
        "maxResults": most,
        "total": len(matches.ids),
        "issues": draw(call.rendering, _shown(call, matches.ids[start : start + most]), choice),
    }


def _shown(call: JiraCall, ids: Iterable[int]) -> list[Issue]:
    """A deleted issue that the index still has is shown as it was."""
    index, live = call.site.index.issues, call.site.issues
    with call.site.lock:
        return [issue for id_ in ids if (issue := live.get(id_) or index.get(id_)) is not None]
