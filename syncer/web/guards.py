"""What holds for every answer: who may ask under which name, and what a browser may do with it."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from config.addresses import is_loopback
from syncer.logs import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
UNKNOWN_NAME = (
    "This page isn't known by the name that it was asked under. "
    "If it is right, write it into okrs.yaml as page_url.\n"
)


class Guards:
    """Lets through what is asked under a name of ours, and gives every answer its headers.

    `page_url` tells where people find the page at this moment, "" for nowhere else than
    at `host`, where it listens.
    """

    def __init__(self, app: ASGIApp, host: str, page_url: Callable[[], str]) -> None:
        """Stand before an application."""
        self._app = app
        self._host = host
        self._page_url = page_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, whatever happens inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        page = urlsplit(self._page_url())
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if not self._is_ours(Headers(scope=scope).get("host", ""), page.hostname or ""):
            await PlainTextResponse(UNKNOWN_NAME, 400)(scope, receive, sent)
            return
        scope["root_path"] = page.path.rstrip("/")
        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - its words may hold a secret or a person
            log.error("a fault of okr-sync's own: %s", origin(error))  # noqa: TRY400 - as above
            if not begun:
                fault = PlainTextResponse("A fault of okr-sync's own; its log says more.\n", 500)
                await fault(scope, receive, sent)

    def _is_ours(self, host: str, public: str) -> bool:
        """Tell whether a Host header names us: a stranger's name may lead to loopback, too.

        https://en.wikipedia.org/wiki/DNS_rebinding. A number is nobody's name.
        """
        name = name_of(host)
        if not name:
            return False
        if is_loopback(name) or name in {public.casefold(), self._host.casefold()}:
            return True
        return not is_loopback(self._host) and _is_number(name)


def name_of(host: str) -> str:
    """Give the name in a Host header, without its port; "" for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_number(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
