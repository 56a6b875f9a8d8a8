"""The Trello itself: a WSGI app that knows these addresses and refuses all others."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.trello import boards, cards
from sandbox.trello.limits import Limits, Rates
from sandbox.trello.query import Parameters
from sandbox.trello.refusals import Refusal, invalid, not_found
from sandbox.trello.request import House, TrelloCall, credentials, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from sandbox.trello.content import Catalog, TrelloAccount

ROUTES: dict[str, Callable[..., Any]] = {
    "/boards/<ref>": boards.whole,
    "/boards/<ref>/cards": cards.on_board,
    "/boards/<ref>/lists": boards.lists_on,
    "/boards/<ref>/customFields": boards.custom_fields_on,
    "/lists/<ref>/cards": cards.in_list,
    "/cards/<ref>": cards.alone,
    "/members/me": boards.myself,
    "/members/me/boards": boards.boards_of,
    "/members/me/tokens": boards.tokens_of,
}
MAP = Map([Rule(path, endpoint=path, methods=["GET"]) for path in ROUTES], strict_slashes=False)
SECRETS = ("key", "token")


class TrelloApp:
    """Serves a world at /1; reads only. `timer` is in seconds, for the rate limits."""

    def __init__(
        self,
        world: Catalog,
        *,
        rates: Rates | None = None,
        house: House | None = None,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.house = house or House()
        self.limits = Limits(rates or Rates(), timer)

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        headers: list[tuple[str, str]] = []
        try:
            body, status, kind = self._answer(request, headers), 200, "application/json"
        except Refusal as refusal:
            body, status, kind = refusal.text, refusal.status, refusal.kind
        response = Response(body, status, headers, content_type=f"{kind}; charset=utf-8")
        return response(environ, start)

    def _answer(self, request: Request, headers: list[tuple[str, str]]) -> str:
        version, path = request.path[:2], request.path[2:]
        if request.method != "GET" or version != "/1" or not path.startswith("/"):
            raise not_found(f"Cannot {request.method} {request.path}")
        given = _single(request.args.items(multi=True))
        key, token = credentials(given, request.headers.get("Authorization", ""))
        with self.world.lock:
            account = signed_in(self.world, key, token)
            asked = {name: value for name, value in given.items() if name not in SECRETS}
            try:
                member = path.rstrip("/") == "/members/me"
                self.limits.spend(account.key, account.token, member=member)
            finally:
                headers.extend(self.limits.headers(key, token))
            return json.dumps(self._route(account, path, asked), ensure_ascii=False)

    def _route(self, account: TrelloAccount, path: str, asked: dict[str, str]) -> Any:
        call = TrelloCall(self.world, account, Parameters(asked), self.house)
        try:
            endpoint, values = MAP.bind("trello").match(path, method="GET")
        except HTTPException as error:
            raise not_found() from error
        return ROUTES[endpoint](call, **values)


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise invalid(name)
        given[name] = value
    return given
