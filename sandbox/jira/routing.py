"""From a request to an endpoint and back: addresses, JSON, refusals."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug import Request
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from sandbox.faults import Answer
from sandbox.jira.answers import RefusedError, complaint
from sandbox.jira.issue_json import IssueText
from sandbox.jira.jql.parsing import JqlError
from sandbox.jira.shared_json import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from sandbox.jira.request import JiraCall

Headers = tuple[tuple[str, str], ...]
_JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address, as werkzeug's rules write it, and what answers there.

    `scopes` are what a token on the gateway must have. `answer` returns what
    becomes JSON, or a whole `Answer`.
    """

    rule: str
    answer: Callable[[JiraCall], Any]
    method: str = "GET"
    scopes: tuple[str, ...] = ("read:jira-work",)
    headers: Headers = ()


class Routes:
    """Finds the endpoint for a path and method."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        rules = [Rule(each.rule, endpoint=each, methods=[each.method]) for each in endpoints]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def find(self, path: str, request: Request) -> tuple[Endpoint, Mapping[str, Any]]:
        """The endpoint and what the path says to it; raises `RefusedError` where there is none."""
        adapter = self._map.bind("sandbox")
        try:
            return adapter.match(path, method=request.method)
        except NotFound:
            raise _nothing_there(404, f"null for uri: {request.base_url}") from None
        except MethodNotAllowed:
            raise _nothing_there(405, "HTTP 405 Method Not Allowed") from None


def respond(
    environ: WSGIEnvironment,
    start: StartResponse,
    serve: Callable[[Request], tuple[Any, Headers]],
) -> Iterable[bytes]:
    """Answer a request with what `serve` gives: something for JSON, and headers."""
    request = Request(environ)
    try:
        given, headers = serve(request)
    except RefusedError as refused:
        return refused.answer(environ, start)
    except JqlError as refused:
        return complaint(400, *refused.messages).answer(environ, start)
    if isinstance(given, Answer):
        return given(environ, start)
    return Answer(200, _body(given), _JSON, headers)(environ, start)


def _body(given: Any) -> str:
    """JSON, with drawn issues put in as they are."""
    if isinstance(given, IssueText):
        return given
    if not isinstance(given, dict) or not isinstance(given.get("issues"), list):
        return encode(given)
    issues = ",".join(given["issues"])
    rest = encode({name: value for name, value in given.items() if name != "issues"})
    return f'{{"issues":[{issues}]{"," if rest != "{}" else ""}{rest[1:]}'


def _nothing_there(status: int, message: str) -> RefusedError:
    return RefusedError(Answer(status, json.dumps({"message": message, "status-code": status})))
