"""What the stand-ins share: routes to methods, JSON in and out, and one lock."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

PERSON = "Persephone Planted"
"""Whoever edits by hand in a stand-in; nothing of them may come any further."""


class ToolRefusalError(Exception):
    """The tool says no: a status, and a body in the tool's own shape."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class ToolApp:
    """A tool as a WSGI app: `routes` are "METHOD /path" with the method that answers.

    A method gets the request and the path's parts, and gives (status, body); a body
    that is a str is plain text. `now` is the tool's clock.
    """

    routes: ClassVar[Mapping[str, str]] = {}
    prefix: ClassVar[str] = ""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.lock = threading.RLock()
        self._map = Map([_rule(self.prefix, route) for route in self.routes])

    def sign_in(self, request: Request) -> None:
        """Raise `ToolRefusalError` for a stranger; without a say of its own a tool lets all in."""

    def unknown(self, status: int) -> Any:
        """Give the body for an address or a method that the tool doesn't have."""
        return {"message": f"no such address ({status})"}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request; one after the other, as the tools' databases do."""
        request = Request(environ)
        try:
            route, parts = self._map.bind_to_environ(environ).match()
            with self.lock:
                self.sign_in(request)
                status, body = getattr(self, self.routes[route])(request, **parts)
        except ToolRefusalError as refusal:
            status, body = refusal.status, refusal.body
        except HTTPException as error:
            status = error.code or 500
            body = self.unknown(status)
        return _response(status, body)(environ, start)


def json_body(request: Request, refuse: Callable[[str], ToolRefusalError]) -> dict[str, Any]:
    """Give a request's JSON object; `refuse` makes the tool's own refusal."""
    if request.mimetype != "application/json":
        raise refuse("Content-Type must be application/json")
    try:
        body = json.loads(request.get_data())
    except ValueError:
        raise refuse("the body is no JSON") from None
    if not isinstance(body, dict):
        raise refuse("the body is no JSON object")
    return body


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _rule(prefix: str, route: str) -> Rule:
    method, path = route.split()
    return Rule(prefix + path, endpoint=route, methods=[method])


def _response(status: int, body: Any) -> Response:
    if isinstance(body, str):
        return Response(body, status, content_type="text/html; charset=utf-8")
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, content_type="application/json; charset=utf-8")
