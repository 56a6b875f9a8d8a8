"""The Trello itself: a WSGI app that knows these addresses and refuses all others."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.trello import boards, cards, history, members
from sandbox.trello.limits import Limits, Rates
from sandbox.trello.query import Query
from sandbox.trello.refusals import Refusal, invalid, not_found
from sandbox.trello.request import House, Visit, credentials, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from sandbox.trello.content import Account, Catalog
    from sandbox.trello.shapes import Json

ROUTES: dict[str, Callable[..., Any]] = {
    "/boards/<ref>": boards.one,
    "/boards/<ref>/cards": cards.on_board,
    "/boards/<ref>/cards/<which>": cards.on_board_by,
    "/boards/<ref>/lists": boards.lists_on,
    "/boards/<ref>/lists/<view>": boards.lists_on,
    "/boards/<ref>/customFields": boards.custom_fields_on,
    "/boards/<ref>/labels": boards.labels_on,
    "/boards/<ref>/members": boards.members_on,
    "/boards/<ref>/checklists": boards.checklists_on,
    "/boards/<ref>/actions": history.on_board,
    "/lists/<ref>": boards.list_alone,
    "/lists/<ref>/cards": cards.in_list,
    "/cards/<ref>": cards.one,
    "/cards/<ref>/list": cards.list_of,
    "/cards/<ref>/board": cards.board_of,
    "/cards/<ref>/checklists": cards.checklists_of,
    "/cards/<ref>/actions": history.on_card,
    "/members/<who>": members.one,
    "/members/<who>/boards": members.boards_of,
    "/members/<who>/boards/<view>": members.boards_of,
    "/tokens/<value>": members.token,
}
MAP = Map([Rule(path, endpoint=path, methods=["GET"]) for path in ROUTES], strict_slashes=False)
BATCH, BATCH_MOST = "/batch", 10
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
            routes = _routes(asked) if path == BATCH else [(path, asked)]
            try:
                self._spend(account, routes)
            finally:
                headers.extend(self.limits.headers(key, token))
            if path == BATCH:
                whole: Any = [self._item(account, *each) for each in routes]
            else:
                whole = self._route(account, path, asked)
            return json.dumps(whole, ensure_ascii=False)

    def _spend(self, account: Account, routes: list[tuple[str, dict[str, str]]]) -> None:
        member = any(_is_member(path) for path, _ in routes)
        cost = len(routes) if self.house.batch_counts_each else 1
        self.limits.spend(account.key, account.token, cost=cost, member=member)

    def _route(self, account: Account, path: str, asked: dict[str, str]) -> Any:
        visit = Visit(self.world, account, Query(asked), self.house)
        try:
            endpoint, values = MAP.bind("trello").match(path, method="GET")
        except HTTPException as error:
            raise not_found() from error
        return ROUTES[endpoint](visit, **values)

    def _item(self, account: Account, path: str, asked: dict[str, str]) -> Json:
        """Return one answer of a batch; how a refusal looks in there isn't documented."""
        try:
            return {"200": self._route(account, path, asked)}
        except Refusal as refusal:
            return {"name": "Error", "message": refusal.text, "statusCode": refusal.status}


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise invalid(name)
        given[name] = value
    return given


def _routes(asked: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Return a batch's routes: at most ten, no version, commas inside them encoded once more."""
    query = Query(asked)
    urls = query.text("urls").split(",")
    query.end()
    if len(urls) > BATCH_MOST or not all(each.startswith("/") for each in urls):
        raise invalid("urls")
    return [
        (urlsplit(each).path, _single(parse_qsl(urlsplit(each).query, keep_blank_values=True)))
        for each in urls
    ]


def _is_member(path: str) -> bool:
    """Say whether /1/members/ has its own limit here; what is nested under a member has not."""
    parts = path.strip("/").split("/")
    return parts[0] == "members" and len(parts) == len(("members", "me"))
