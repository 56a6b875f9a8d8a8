"""What other programs ask of Jira beside counting, and the stand-in refuses to guess.

tap-jira wants every issue's history and transitions, bugwarrior every issue's
comments. They get empty ones: of what they would read there is none, so their
bytes and CPU here are at most what they would be in earnest.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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
