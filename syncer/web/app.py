"""The page's addresses, and what answers at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from connectors.errors import OkrSyncError
from syncer.web.api import Api
from syncer.web.badge import Badge
from syncer.web.briefing_page import BriefingPage
from syncer.web.checkin_page import CheckInPage
from syncer.web.faults import Faults, Refused
from syncer.web.forms import FormError
from syncer.web.guards import Guards
from syncer.web.kr_page import KrPage
from syncer.web.live import Live
from syncer.web.metrics import Metrics
from syncer.web.outbox import OutboxPage
from syncer.web.roles import Roles
from syncer.web.site import WebSite

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from syncer.context import Context

_FOR_GOOD = "public, max-age=31536000, immutable"


def page_app(arguments: argparse.Namespace, context: Context) -> ASGIApp:
    """Make the page of an okrs.yaml; raises `ConfigurationError` where that is wrong."""
    live = Live(arguments, context)
    site = WebSite(live, Roles(arguments.team_header or ""))
    faults = Faults(site)
    app = Starlette(
        routes=_routes(site),
        exception_handlers={
            HTTPException: faults.unknown,
            OkrSyncError: faults.failed,
            Refused: faults.refused,
            FormError: faults.refused,
        },
    )
    return Guards(app, arguments.host, lambda: live.now().okrs.page_url or "")


def _routes(site: WebSite) -> list[Route]:
    api, check_in = Api(site), CheckInPage(site)
    return [
        Route("/", BriefingPage(site).show),
        Route("/kr/{id:path}", KrPage(site).show),
        Route("/checkin", check_in.show),
        Route("/checkin", check_in.take, methods=["POST"]),
        Route("/checkin/undo", check_in.take_back, methods=["POST"]),
        Route("/outbox", OutboxPage(site).let_go, methods=["POST"]),
        Route("/api/status", api.status),
        Route("/api/explain/{id:path}", api.explain),
        Route("/api/history/{id:path}", api.history),
        Route("/api/report", api.report),
        Route("/badge/{id:path}.svg", Badge(site).show),
        Route("/healthz", api.health),
        Route("/metrics", Metrics(site).show),
        Route("/static/{name}", _static(site)),
    ]


def _static(site: WebSite) -> Callable[[Request], Response]:
    def static(request: Request) -> Response:
        file = site.drawing.static.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        return Response(
            file.content, media_type=file.media_type, headers={"Cache-Control": _FOR_GOOD}
        )

    return static
