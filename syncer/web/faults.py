"""What the page says when it can't show what was asked for: to people, and to programs as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from connectors.errors import ConfigurationError, LockedError, OkrSyncError
from syncer.web.forms import FormError
from syncer.web.site import base_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from syncer.web.site import WebSite

_TITLES = {
    400: "That can't be shown",
    403: "That isn't allowed",
    404: "There is no such page",
    405: "It can't be asked for like that",
    409: "Not now",
    413: "That is too long",
    415: "That can't be read",
    422: "Something is missing",
    503: "The store can't be read",
}
_JSON = ("/api/", "/healthz")


class Refused(Exception):  # noqa: N818 - what is asked for is at fault, not the page
    """What was asked for can't be done, and why; `status` is the HTTP status."""

    def __init__(self, text: str, status: int) -> None:
        """Keep both."""
        super().__init__(text)
        self.status = status


class Faults:
    """Answers what can't be answered."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def refused(self, request: Request, error: Exception) -> Response:
        """Say why a form, or what was asked for, can't be taken."""
        status = error.status if isinstance(error, Refused | FormError) else 400
        return self._answer(request, str(error), status)

    def unknown(self, request: Request, error: Exception) -> Response:
        """Say that there is no such page, or no such way to ask for it."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        text = "Nothing is here." if status == 404 else "It can't be asked for in this way."  # noqa: PLR2004 - HTTP's own
        return self._answer(request, text, status)

    def failed(self, request: Request, error: Exception) -> Response:
        """Say what an operator should know: the store's fault, the file's, or another run's."""
        if isinstance(error, LockedError):
            text = "A sync is at work. Nothing was written; try again in a minute."
            return self._answer(request, text, 409)
        if isinstance(error, ConfigurationError):
            return self._answer(request, self._site.live.tidy(str(error)), 400)
        status = 503 if isinstance(error, OkrSyncError) else 500
        return self._answer(request, self._site.live.tidy(str(error)), status)

    def _answer(self, request: Request, text: str, status: int) -> Response:
        path = request.url.path.removeprefix(base_of(request))
        if path.startswith(_JSON):
            body = json.dumps({"error": text}, ensure_ascii=False, indent=2) + "\n"
            return Response(body, status, media_type="application/json")
        page = self._site.drawing.page(
            "fault.html.j2",
            base_of(request),
            {},
            title=_TITLES.get(status, "That can't be done"),
            lines=text.splitlines(),
            is_store=status == 503,  # noqa: PLR2004 - HTTP's own
        )
        return page.response(request, "", status)
