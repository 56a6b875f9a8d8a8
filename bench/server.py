"""The trackers that are served to every program, on loopback."""

from __future__ import annotations

import io
import json
import re
import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from bench import worlds
from bench.trackers import TrafficTally, tally
from sandbox.jira.cloud import cloud_app
from sandbox.jira.throttling import CloudLimits
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from bench.worlds import Size

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
        answers: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Callable:  # type: ignore[type-arg] # never called
            answers.append((status, headers))
            return bytes

        body = b"".join(self._app(environ, start))
        known = (*answers[-1], body)
        with self._lock:
            if known[0].startswith("200") and self._bytes + len(body) <= MOST_BYTES:
                self._known[key] = known
                self._bytes += len(body)
        return known


_COMMENTS = re.compile(r"/rest/api/\w+/issue/[^/]+/comment")
_UNPLAYED = ("expand", "validateQuery")
_NO_COMMENTS = {"comments": [], "maxResults": 50, "total": 0, "startAt": 0}
_NOTHING = {
    "changelog": {"startAt": 0, "maxResults": 0, "total": 0, "histories": []},
    "transitions": [],
}


def obliging(app: WSGIApplication) -> WSGIApplication:
    """The app, answering also what those programs ask for."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if _COMMENTS.fullmatch(environ["PATH_INFO"]):
            return _json(start, _NO_COMMENTS)
        given = parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)
        if not environ["PATH_INFO"].endswith("/search/jql") or "expand" not in dict(given):
            return app(environ, start)
        left = [(name, value) for name, value in given if name not in _UNPLAYED]
        page = json.loads(b"".join(app({**environ, "QUERY_STRING": urlencode(left)}, start)))
        issues = [{**issue, **_NOTHING} for issue in page.get("issues", [])]
        return _json(start, {**page, "issues": issues} if issues else page)

    return answer


def _json(start: StartResponse, value: object) -> Iterable[bytes]:
    start("200 OK", [("Content-Type", "application/json;charset=UTF-8")])
    return [json.dumps(value, separators=(",", ":")).encode()]


UNLIMITED = 1e9
"""Limits are another test's business: a program without latency would only run into them."""


class TrackerDesk:
    """Two served worlds, and what may be asked of them between two runs."""

    def __init__(self, size: Size) -> None:
        self._jira, self._trello = worlds.jira(size), worlds.trello(size)
        limits = CloudLimits(per_second=UNLIMITED, burst=UNLIMITED)
        self._apps = (
            Remembering(obliging(cloud_app(self._jira, limits=limits))),
            Remembering(TrelloApp(self._trello, rates=Rates().scaled(UNLIMITED))),
        )
        self.served = tuple(Serving(app).__enter__() for app in self._apps)

    def addresses(self) -> tuple[str, str, tuple[str, ...]]:
        """Jira's and Trello's, and the boards' short links."""
        links = tuple(board["shortLink"] for board in self._trello.boards.values())
        return self.served[0].url, self.served[1].url, links

    def close(self) -> None:
        """End the serving."""
        for serving in self.served:
            serving.__exit__(None, None, None)

    def latency(self, ms: float) -> None:
        """Hold every answer back so long."""
        for serving in self.served:
            serving.latency_ms = ms

    def bulkfetch(self, most: int) -> None:
        """Let Jira give at most so many issues in one bulkfetch."""
        self._jira.caps.bulkfetch = most
        self._forget()

    def change(self, share: float) -> int:
        """Move a share of the issues on."""
        moved = worlds.change(self._jira, share)
        self._forget()
        return moved

    def clear(self) -> None:
        """Forget the requests so far."""
        for serving in self.served:
            serving.log.clear()

    def tally(self) -> TrafficTally:
        """What was asked since the last `clear`, of both together."""
        exchanges = [each for serving in self.served for each in serving.log.exchanges]
        return tally(exchanges, self.served[0].latency_ms / 1000)

    def _forget(self) -> None:
        for app in self._apps:
            app.forget()
