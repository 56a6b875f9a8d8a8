"""Trello as a board source: one nested question a board, mirrors followed to their sources."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import requests
from trello import TrelloClient

from connectors.base import ByBoard, Card, Hit, Pull
from connectors.boards import trello_cards
from connectors.boards.trello_cards import CARD_FIELDS, COMPLETED, Board
from connectors.errors import (
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    RejectedError,
    SourceError,
)
from connectors.http import IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from connectors.base import Access, Ask, Selector, Watch
    from connectors.boards.trello_cards import Json
    from connectors.clock import Clock
    from connectors.http import Transport

CARDS_A_PAGE = 1000
TOO_MANY = "API_TOO_MANY"
LINKS_OWN = (NotFoundError, NotAuthorisedError, RejectedError)
"""Errors that are one board's: it is gone, or closed to us, who are known all the same."""


class TrelloSource:
    """The Trello boards that one token opens."""

    def __init__(self, access: Access, transport: Transport, clock: Clock) -> None:
        self.name = access.name
        self._access = access
        self._transport = transport
        self._clock = clock

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """See `BoardSource.pull`."""
        read_at = self._clock.now()
        wire = TrelloWire(self._access, self._transport)
        with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix=self.name) as threads:
            reading = _Reading(self.name, wire, threads, watch, ask.estimates)
            return reading.answer(
                [one for one in ask.selectors if isinstance(one, ByBoard)], read_at
            )


class TrelloWire:
    """py-trello as a wire: its `fetch_json` over our session, to the server we name.

    The library adds key and token to the address; here they go into a header,
    which no proxy logs.
    """

    def __init__(self, access: Access, transport: Transport) -> None:
        self._base = access.url.rstrip("/")
        self._session = requests.Session()
        self._session.auth = _Signature(access.key or "", access.token)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, transport)
        self._name = access.name
        self._client = TrelloClient(api_key=None, http_service=self)

    def get(self, path: str, **params: object) -> Any:
        """What Trello answers to a GET."""
        try:
            return self._client.fetch_json(path, query_params=dict(params))
        except ValueError as error:
            raise NotUnderstoodError(
                f"{self._name}: {path}: the answer is cut off or not JSON"
            ) from error

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """What py-trello calls: the same request to our server, signed by the session."""
        options.pop("auth", None)
        address = url.replace("https://api.trello.com", self._base, 1)
        return self._session.request(method, address, **options)


class _Signature(requests.auth.AuthBase):
    """Signs by a header, and so that no .netrc overrides it."""

    def __init__(self, key: str, token: str) -> None:
        self._header = f'OAuth oauth_consumer_key="{key}", oauth_token="{token}"'

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = self._header
        return request


@dataclass
class _Reading:
    """One pull under way."""

    name: str
    wire: TrelloWire
    threads: ThreadPoolExecutor
    watch: Watch
    estimates: tuple[str, ...]
    boards: dict[str, Board] = field(default_factory=dict)
    gone: dict[str, SourceError] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    seen: int = 0

    def answer(self, links: list[ByBoard], read_at: datetime) -> Pull:
        named = list(dict.fromkeys(board for link in links for board in link.boards))
        known = self.threads.submit(self._identify)
        waiting = {board: self.threads.submit(self._board, board) for board in named}
        known.result()
        for board, future in waiting.items():
            try:
                self.boards[board] = future.result()
            except LINKS_OWN as error:
                self.gone[board] = error
        sources = self._mirrored()
        hits: dict[Selector, tuple[Hit, ...]] = {}
        problems: dict[Selector, SourceError] = {}
        for link in links:
            problem = self._problem(link)
            if problem is None:
                hits[link] = tuple(self._hits(link, sources))
            else:
                problems[link] = problem
        lists = {
            board: tuple(str(one["name"]) for one in read.lists.values())
            for board, read in self.boards.items()
        }
        return Pull(self.name, read_at, self.cards, hits, problems, lists, self._notes())

    def _identify(self) -> None:
        me = self.wire.get("members/me", fields="id")
        if not isinstance(me, dict) or not me.get("id"):
            raise NotAuthorisedError(f"{self.name}: Trello doesn't say who we are; renew the token")

    def _board(self, board: str) -> Board:
        json = self._nested(board)
        read = Board.read(self.name, json, self.estimates)
        if not isinstance(json.get("cards"), list):
            raise NotUnderstoodError(f"{self.name}: board {board} came without cards")
        self.seen += len(json["cards"])
        self.watch.progressed(self.seen, self.seen)
        return read

    def _nested(self, board: str) -> Any:
        """A board with all that counts, in one request where Trello permits it."""
        asked = {
            "fields": "name,closed,shortLink",
            "lists": "all",
            "list_fields": "name,closed",
            "actions": "none",
        } | ({"customFields": "true"} if self.estimates else {})
        try:
            return self._with_cards(board, asked)
        except RejectedError as error:
            if not error.code.startswith(TOO_MANY):
                raise
            json = self.wire.get(f"boards/{board}", **asked, cards="none")
            return {**json, "cards": list(self._paged(board))}

    def _with_cards(self, board: str, asked: dict[str, str]) -> Any:
        try:
            return self._ask_cards(board, asked, (*CARD_FIELDS, COMPLETED))
        except RejectedError as error:
            if error.code:
                raise
            return self._ask_cards(board, asked, CARD_FIELDS)

    def _ask_cards(self, board: str, asked: dict[str, str], fields: Iterable[str]) -> Any:
        items = {"card_customFieldItems": "true"} if self.estimates else {}
        return self.wire.get(
            f"boards/{board}", **asked, **items, cards="all", card_fields=",".join(fields)
        )

    def _paged(self, board: str) -> Iterator[Json]:
        """All cards of a board too large for one answer, newest first, by creation."""
        before: dict[str, str] = {}
        while True:
            page = self.wire.get(
                f"boards/{board}/cards",
                filter="all",
                fields=",".join(CARD_FIELDS),
                limit=CARDS_A_PAGE,
                customFieldItems="true" if self.estimates else "false",
                **before,
            )
            if not isinstance(page, list):
                raise NotUnderstoodError(f"{self.name}: a page of cards that is no list")
            yield from page
            if len(page) < CARDS_A_PAGE:
                return
            before = {"before": min(str(card["id"]) for card in page)}

    def _mirrored(self) -> dict[str, Card]:
        """The source cards of all mirrors, by id; absent where a source can't be read."""
        own = {card["id"]: board for board in self.boards.values() for card in board.json["cards"]}
        wanted = {
            number
            for board in self.boards.values()
            for card in board.json["cards"]
            if (number := trello_cards.mirrors(card))
        }
        out = {
            card["id"]: board.card(card)
            for board in self.boards.values()
            for card in board.json["cards"]
            if card["id"] in wanted
        }
        missing = sorted(wanted - own.keys())
        read = self.threads.map(partial(self._elsewhere), missing)
        return out | {number: card for number, card in zip(missing, read, strict=True) if card}

    def _elsewhere(self, number: str) -> Card | None:
        try:
            card = self.wire.get(
                f"cards/{number}",
                fields=",".join(CARD_FIELDS),
                list="true",
                list_fields="name,closed",
            )
        except LINKS_OWN:
            return None
        return trello_cards.read_card(self.name, card, card.get("list") or {}, {})

    def _problem(self, link: ByBoard) -> SourceError | None:
        for board in link.boards:
            if board in self.gone:
                return self.gone[board]
        here = {
            _fold(one["name"]): one["name"]
            for board in link.boards
            for one in self.boards[board].lists.values()
        }
        missing = [name for name in link.lists if _fold(name) not in here]
        if not missing:
            return None
        return NotFoundError(
            f"{self.name}: board {', '.join(link.boards)} has no list named "
            f"{', '.join(missing)}; it has {', '.join(here.values()) or 'none'}"
        )

    def _hits(self, link: ByBoard, sources: dict[str, Card]) -> Iterator[Hit]:
        lists = {_fold(name) for name in link.lists}
        for name in link.boards:
            board = self.boards[name]
            for json in board.json["cards"]:
                standing = str(board.list_of(json).get("name", ""))
                own = board.card(json)
                card = sources.get(own.id, own)
                if lists and _fold(standing) not in lists:
                    continue
                if link.label is not None and not _labelled(link.label, own, card):
                    continue
                self.cards[card.id] = card
                via = [f"board {name}"]
                via += [f"label {link.label}"] if link.label is not None else []
                via += [f"list {standing}"] if lists else []
                yield Hit(card.id, ", ".join(via))

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"{self.name}: board {name} is closed; it is counted as it stands"
            for name, board in self.boards.items()
            if board.json.get("closed")
        )


def _labelled(label: str, *cards: Card) -> bool:
    wanted = _fold(label)
    return any(_fold(one) == wanted for card in cards for one in card.labels)


def _fold(name: str) -> str:
    return " ".join(name.split()).casefold()
