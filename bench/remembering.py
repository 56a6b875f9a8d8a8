"""Answers a question asked before without working it out again.

The stand-ins are one Python process: drawing ten thousand issues costs them
more than a warm service's answer costs us. What is measured should be the
programs, so each question's answer is kept until the world changes.
"""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    Known = tuple[str, list[tuple[str, str]], bytes]

MOST_BYTES = 2 * 2**30
_ASKED = (
    "REQUEST_METHOD",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_AUTHORIZATION",
    "HTTP_ACCEPT_LANGUAGE",
)


class Remembering:
    """A WSGI app in front of another; keeps good answers, up to `MOST_BYTES` of them."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._known: dict[tuple[str | bytes, ...], Known] = {}
        self._lock = threading.Lock()
        self._bytes = 0

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or ask and remember."""
        asked = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(asked)
        key = (*(environ.get(name, "") for name in _ASKED), asked)
        known = self._known.get(key) or self._ask(environ, key)
        status, headers, body = known
        start(status, headers)
        return [body]

    def forget(self) -> None:
        """Drop every answer: the world has changed."""
        with self._lock:
            self._known.clear()
            self._bytes = 0

    def _ask(self, environ: WSGIEnvironment, key: tuple[str | bytes, ...]) -> Known:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable:  # type: ignore[type-arg] # never called
            said.append((status, headers))
            return bytes

        body = b"".join(self._app(environ, start))
        known = (*said[-1], body)
        with self._lock:
            if known[0].startswith("200") and self._bytes + len(body) <= MOST_BYTES:
                self._known[key] = known
                self._bytes += len(body)
        return known
