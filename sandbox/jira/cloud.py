"""A Jira Cloud over HTTP: on its own address, and on the gateway's under /ex/jira/<cloudId>."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira import cloud_lists, named
from sandbox.jira.answers import gateway_complaint
from sandbox.jira.auth import on_gateway, on_site
from sandbox.jira.boards import Boards
from sandbox.jira.cloud_search import CloudSearch
from sandbox.jira.request import JiraCall
from sandbox.jira.routing import Headers, Routes, respond
from sandbox.jira.searching import IssueSearch
from sandbox.jira.throttling import CloudLimits, CloudThrottle

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from werkzeug import Request

    from sandbox.faults import Faults
    from sandbox.jira.site import JiraSite

_API = "/rest/api/<any('2', '3', latest):api>"
_GATEWAY = "/ex/jira/"


def cloud_app(
    site: JiraSite,
    faults: Faults | None = None,
    limits: CloudLimits | None = None,
) -> WSGIApplication:
    """The WSGI app of a Cloud site; serve it with `Serving`."""
    app = _Cloud(site, limits or CloudLimits())
    return faults.wrap(app) if faults else app


class _Cloud:
    def __init__(self, site: JiraSite, limits: CloudLimits) -> None:
        self._site = site
        self._searching = IssueSearch(site)
        self._throttle = CloudThrottle(site, limits)
        self._routes = Routes(
            [
                *cloud_lists.endpoints(),
                *CloudSearch(site).endpoints(),
                *named.endpoints(_API, cloud=True),
                *Boards(site).endpoints(),
            ]
        )

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return respond(environ, start, self._serve)

    def _serve(self, request: Request) -> tuple[Any, Headers]:
        path, base = self._local(request)
        endpoint, arguments = self._routes.find(path, request)
        if base == request.root_url.rstrip("/"):
            visitor = on_site(self._site, request)
        else:
            visitor = on_gateway(self._site, request, endpoint.scopes)
        rate_headers = self._throttle.enter(endpoint.rule, endpoint.method, visitor.account)
        call = JiraCall(self._site, self._searching, request, visitor.account, base, arguments)
        given = endpoint.answer(call)
        self._throttle.charge(visitor.account, call.charge)
        return given, (*visitor.headers, *rate_headers, *endpoint.headers)

    def _local(self, request: Request) -> tuple[str, str]:
        """The path on the site, and the address that stands before it."""
        root = request.root_url.rstrip("/")
        if not request.path.startswith(_GATEWAY):
            return request.path, root
        cloud_id, slash, rest = request.path.removeprefix(_GATEWAY).partition("/")
        if cloud_id != self._site.cloud_id:
            raise gateway_complaint(404, "No message available")
        return slash + rest, f"{root}{_GATEWAY}{cloud_id}"
