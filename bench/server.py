"""The trackers that are served to every program, on loopback."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from bench import worlds
from bench.trackers import TrafficTally, tally
from sandbox.jira.cloud import cloud_app
from sandbox.jira.throttling import CloudLimits
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from bench.worlds import Size

IN_KEY = (
    "REQUEST_METHOD",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_AUTHORIZATION",
    "HTTP_ACCEPT_LANGUAGE",
)


class Remembering:
    """A WSGI app in front of another; keeps good answers."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self.known: dict[tuple[object, ...], Response] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer from memory, or ask and remember."""
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        key = (*(environ.get(name) for name in IN_KEY), body)
        response = self.known.get(key)
        if response is None:
            response = Response.from_app(self._app, environ, buffered=True)
            if response.status_code == 200:  # noqa: PLR2004 - HTTP's own number
                self.known[key] = response
        return response(environ, start)


_COMMENTS = re.compile(r"/rest/api/\w+/issue/[^/]+/comment")
_NO_COMMENTS = {"comments": [], "maxResults": 50, "total": 0, "startAt": 0}
_NO_HISTORY = {"startAt": 0, "maxResults": 0, "total": 0, "histories": []}


def obliging(app: WSGIApplication) -> WSGIApplication:
    """The app, answering also what those programs ask for."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        if _COMMENTS.fullmatch(request.path):
            return Response(json.dumps(_NO_COMMENTS), mimetype="application/json")(environ, start)
        if not request.path.endswith("/search/jql") or "expand" not in request.args:
            return app(environ, start)
        query = {
            name: value
            for name, value in request.args.items()
            if name not in ("expand", "validateQuery")
        }
        response = Response.from_app(app, {**environ, "QUERY_STRING": urlencode(query)})
        page = response.get_json()
        for issue in page.get("issues", []):
            issue.update(changelog=_NO_HISTORY, transitions=[])
        response.set_data(json.dumps(page))
        return response(environ, start)

    return answer


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
            app.known.clear()
