"""Trello as a board source: one nested question a board, mirrors followed to their sources."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.base import ByBoard, Pull
from connectors.boards.trello import cards as trello_cards
from connectors.boards.trello.boards import vanished
from connectors.boards.trello.cards import CARD_FIELDS, Board
from connectors.boards.trello.client import TrelloWire
from connectors.boards.trello.questions import HUNG, LINKS_OWN, BoardQuestions
from connectors.boards.trello.reach import BoardReach
from connectors.errors import NotAuthorisedError, NotUnderstoodError
from connectors.http import IN_FLIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from connectors.base import Access, Ask, Card, Hit, Selector, Watch
    from connectors.boards.trello.reach import Source
    from connectors.clock import Clock
    from connectors.errors import SourceError
    from connectors.http import Transport

MOST_ASKED = 50
"""Cards that are asked for one by one when they have vanished."""


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
            reading = _Reading(self.name, wire, threads, watch, ask, self._clock.sleep)
            return reading.answer(
                [selector for selector in ask.selectors if isinstance(selector, ByBoard)], read_at
            )


@dataclass
class _Reading:
    """One pull under way; `deep` are the boards whose checklists are wanted."""

    name: str
    wire: TrelloWire
    threads: ThreadPoolExecutor
    watch: Watch
    ask: Ask
    sleep: Callable[[float], None]
    deep: frozenset[str] = frozenset()
    boards: dict[str, Board] = field(default_factory=dict)
    gone: dict[str, SourceError] = field(default_factory=dict)
    seen: int = 0
    unclear: bool = False

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
                self.unclear = True
        self._account_for(self.ask.known.cards)
        sources = self._mirrored()
        if self.unclear:
            # Whoever isn't known any more gets the same noes as for what is gone.
            self._identify()
        reach = BoardReach(self.name, self.boards, sources)
        hits: dict[Selector, tuple[Hit, ...]] = {}
        problems: dict[Selector, SourceError] = {}
        for link in links:
            gone = next((self.gone[board] for board in link.boards if board in self.gone), None)
            problem = gone or reach.missing_lists(link)
            if problem is None:
                hits[link] = tuple(reach.hits(link))
            else:
                problems[link] = problem
        return Pull(
            self.name,
            read_at,
            reach.cards,
            hits,
            problems,
            reach.lists,
            notes=reach.closed(),
            comparable=True,
        )

    def questions(self) -> BoardQuestions:
        return BoardQuestions(self.wire, bool(self.ask.estimates), self.deep, self.sleep)

    def _identify(self) -> None:
        me = self.wire.get("members/me", fields="id")
        if not isinstance(me, dict) or not me.get("id"):
            raise NotAuthorisedError(f"{self.name}: Trello doesn't say who we are; renew the token")

    def _board(self, board: str) -> Board:
        questions = self.questions()
        json = questions.twice(lambda: questions.nested(board))
        read = Board.read(self.name, json, self.ask.estimates)
        self.seen += len(read.cards)
        self.watch.progressed(self.seen, self.seen)
        return read

    def _account_for(self, known: Mapping[str, Card]) -> None:
        """Make sure that no card is missing which is on its board all the same.

        What was moved or deleted since Trello says of each card. Raises
        `NotUnderstoodError` where a board's answer lacks cards that are on it.
        """
        missing = vanished(known, self.boards.values())[:MOST_ASKED]
        homes = [*self.threads.map(self._home, (card.id for card, _ in missing))]
        for (_, board), home in zip(missing, homes, strict=True):
            if home == board:
                raise NotUnderstoodError(
                    f"{self.name}: a board's answer lacks cards that are on it; it isn't believed"
                )
        # On its way from one of the boards to another, a card can be on neither answer.
        for name, read in self.boards.items():
            if read.json.get("id") in homes:
                self.boards[name] = self._board(name)

    def _home(self, number: str) -> str | None:
        """The id of the board that a card is on; None where it is gone or out of sight."""
        try:
            json = self.wire.get(f"cards/{number}", fields="idBoard")
        except LINKS_OWN:
            self.unclear = True
            return None
        home = json.get("idBoard") if isinstance(json, dict) else None
        if not isinstance(home, str):
            raise NotUnderstoodError(f"{self.name}: a card without a board")
        return home

    def _mirrored(self) -> dict[str, Source]:
        """The source card of each mirror, by id; absent where it can't be read."""
        homes = {
            card.number: (board, card) for board, read in self.boards.items() for card in read.cards
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
        return out | {number: card for number, card in zip(missing, fetched, strict=True) if card}

    def _elsewhere(self, number: str, apart: bool) -> Source | None:  # noqa: FBT001 - mapped over
        asked = {"list": "true", "list_fields": "name,closed"} | (HUNG if apart else {})
        path, names = f"cards/{number}", ",".join(CARD_FIELDS)
        try:
            card = self.questions().twice(lambda: self.wire.get(path, fields=names, **asked))
        except LINKS_OWN:
            self.unclear = True
            return None
        if not isinstance(card, dict) or card.get("id") != number:
            raise NotUnderstoodError(f"{self.name}: another card than the one that was asked for")
        if not isinstance(card.get("list"), dict):
            raise NotUnderstoodError(f"{self.name}: a card without its list")
        read = trello_cards.read_card(self.name, card, card["list"], {})
        return read, trello_cards.read_items(read, card)
