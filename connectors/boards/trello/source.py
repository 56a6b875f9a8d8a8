"""Trello as a board source: one nested question a board, mirrors followed to their sources."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, Card, Hit, Pull
from connectors.boards.trello import cards as trello_cards
from connectors.boards.trello.cards import CARD_FIELDS, COMPLETED, Board
from connectors.boards.trello.client import TrelloWire
from connectors.errors import (
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    RejectedError,
    SourceError,
)
from connectors.http import IN_FLIGHT
from connectors.patterns import folded, matching, name_as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from connectors.base import Access, Ask, Selector, Watch
    from connectors.boards.trello.cards import Json
    from connectors.clock import Clock
    from connectors.http import Transport

CARDS_A_PAGE = 1000
FEWEST_A_PAGE = 50
HUNG = {"checklists": "all"}
"""With its checklists, and those with their items."""
TOO_MANY = "API_TOO_MANY"
Source = tuple[Card, tuple[Card, ...]]
"""A mirror's source card, and what it is taken apart into."""
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


@dataclass
class _Reading:
    """One pull under way; `deep` are the boards whose checklists are wanted."""

    name: str
    wire: TrelloWire
    threads: ThreadPoolExecutor
    watch: Watch
    estimates: tuple[str, ...]
    deep: frozenset[str] = frozenset()
    boards: dict[str, Board] = field(default_factory=dict)
    gone: dict[str, SourceError] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    seen: int = 0

    def answer(self, links: list[ByBoard], read_at: datetime) -> Pull:
        named = list(dict.fromkeys(board for link in links for board in link.boards))
        self.deep = frozenset(board for link in links if link.children for board in link.boards)
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
            board: {number: str(one["name"]) for number, one in read.lists.items()}
            for board, read in self.boards.items()
        }
        return Pull(self.name, read_at, self.cards, hits, problems, lists, notes=self._notes())

    def _identify(self) -> None:
        me = self.wire.get("members/me", fields="id")
        if not isinstance(me, dict) or not me.get("id"):
            raise NotAuthorisedError(f"{self.name}: Trello doesn't say who we are; renew the token")

    def _board(self, board: str) -> Board:
        json = self._nested(board)
        read = Board.read(self.name, json, self.estimates)
        self.seen += len(read.cards)
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
            return self._with_cards(board, asked | (HUNG if board in self.deep else {}))
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
        most = CARDS_A_PAGE
        while True:
            try:
                page = self._page(board, most, before)
            except RejectedError as error:
                if not error.code.startswith(TOO_MANY) or most <= FEWEST_A_PAGE:
                    raise
                most //= 4
                continue
            yield from page
            if len(page) < most:
                return
            before = {"before": min(str(card["id"]) for card in page)}

    def _page(self, board: str, most: int, before: dict[str, str]) -> list[Json]:
        page = self.wire.get(
            f"boards/{board}/cards",
            filter="all",
            fields=",".join(CARD_FIELDS),
            limit=most,
            customFieldItems="true" if self.estimates else "false",
            **(HUNG if board in self.deep else {}),
            **before,
        )
        if not isinstance(page, list):
            raise NotUnderstoodError(f"{self.name}: a page of cards that is no list")
        return page

    def _mirrored(self) -> dict[str, Source]:
        """The source card of each mirror, by id; absent where it can't be read."""
        homes = {
            one.number: (board, one) for board, read in self.boards.items() for one in read.cards
        }
        apart: dict[str, bool] = {}
        for board, read in self.boards.items():
            for placed in read.cards:
                if number := placed.mirrors:
                    apart[number] = apart.get(number, False) or board in self.deep
        out: dict[str, Source] = {}
        for number in apart.keys() & homes.keys():
            board, home = homes[number]
            if board in self.deep or not apart[number]:
                out[number] = home.card, home.items
        missing = sorted(apart.keys() - out.keys())
        fetched = self.threads.map(self._elsewhere, missing, map(apart.__getitem__, missing))
        return out | {number: one for number, one in zip(missing, fetched, strict=True) if one}

    def _elsewhere(self, number: str, apart: bool) -> Source | None:  # noqa: FBT001 - mapped over
        try:
            card = self.wire.get(
                f"cards/{number}",
                fields=",".join(CARD_FIELDS),
                list="true",
                list_fields="name,closed",
                **(HUNG if apart else {}),
            )
        except LINKS_OWN:
            return None
        read = trello_cards.read_card(self.name, card, card.get("list") or {}, {})
        return read, trello_cards.read_items(read, card)

    def _problem(self, link: ByBoard) -> SourceError | None:
        for board in link.boards:
            if board in self.gone:
                return self.gone[board]
        names = {
            number: str(one["name"])
            for board in link.boards
            for number, one in self.boards[board].lists.items()
        }
        missing = [
            one
            for one in link.lists
            if not any(matching((one,), name, number) for number, name in names.items())
        ]
        if not missing:
            return None
        return NotFoundError(
            f"{self.name}: board {', '.join(link.boards)} has no list named "
            f"{', '.join(missing)}; it has {', '.join(names.values()) or 'none'}"
        )

    def _hits(self, link: ByBoard, sources: dict[str, Source]) -> Iterator[Hit]:
        for name in link.boards:
            for placed in self.boards[name].cards:
                list_name = str(placed.standing.get("name", ""))
                written = matching(link.lists, list_name, placed.standing.get("id", ""))
                if link.lists and written is None:
                    continue
                card, items = sources.get(placed.card.id) or (placed.card, placed.items)
                if link.label is not None and not _labelled(link.label, placed.card, card):
                    continue
                for taken in (card, *items) if link.children else (card,):
                    self.cards[taken.id] = taken
                via = [f"board {name}"]
                via += [f"label {link.label}"] if link.label is not None else []
                via += [f"list {name_as_written(list_name, written)}"] if written else []
                yield Hit(card.id, ", ".join(via))

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"{self.name}: board {name} is closed; it is counted as it stands"
            for name, board in self.boards.items()
            if board.json.get("closed")
        )


def _labelled(label: str, *cards: Card) -> bool:
    return any(folded(one) == folded(label) for card in cards for one in card.labels)
