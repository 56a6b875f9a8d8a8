"""What Trello is asked about a board: one nested question, pages where that is too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from connectors.boards.trello.boards import oldest
from connectors.boards.trello.cards import CARD_FIELDS, COMPLETED
from connectors.errors import (
    NotAuthorisedError,
    NotFoundError,
    NotUnderstoodError,
    RejectedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from connectors.boards.trello.cards import Json
    from connectors.boards.trello.client import TrelloWire

T = TypeVar("T")

CARDS_A_PAGE = 1000
FEWEST_A_PAGE = 50
HUNG = {"checklists": "all"}
"""With its checklists, and those with their items."""
TOO_MANY = "API_TOO_MANY"
LINKS_OWN = (NotFoundError, NotAuthorisedError, RejectedError)
"""Errors that are one board's: it is gone, or closed to us, who are known all the same."""
MOST_PAGES = 200
"""Pages of a board's cards, more than any board has."""
MOMENT = 2.0
"""Seconds after which a "no" is asked for again: a board that moves isn't there for a moment."""


@dataclass(frozen=True)
class BoardQuestions:
    """The questions of one pull; `deep` are the boards whose checklists are wanted too.

    With `points` the custom fields come with the cards.
    """

    wire: TrelloWire
    points: bool
    deep: frozenset[str]
    sleep: Callable[[float], None]

    def twice(self, question: Callable[[], T]) -> T:
        """Give the answer to a question; a "no" is believed when it is said again."""
        try:
            return question()
        except LINKS_OWN as error:
            if isinstance(error, RejectedError) and error.code:
                raise
            self.sleep(MOMENT)
            return question()

    def nested(self, board: str) -> Any:
        """Give a board with all that counts, in one request where Trello permits it."""
        asked = {
            "fields": "name,closed,shortLink",
            "lists": "all",
            "list_fields": "name,closed",
            "actions": "none",
        } | ({"customFields": "true"} if self.points else {})
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
        items = {"card_customFieldItems": "true"} if self.points else {}
        return self.wire.get(
            f"boards/{board}", **asked, **items, cards="all", card_fields=",".join(fields)
        )

    def _paged(self, board: str) -> Iterator[Json]:
        """All cards of a board too large for one answer, newest first, by creation."""
        before: dict[str, str] = {}
        most = CARDS_A_PAGE
        for _ in range(MOST_PAGES):
            try:
                page = self._page(board, most, before)
            except RejectedError as error:
                if not error.code.startswith(TOO_MANY) or most <= FEWEST_A_PAGE:
                    raise
                most //= 4
                continue
            # A short page isn't the last one: what is left out there would be missing.
            if not page:
                return
            before = {"before": oldest(self.wire.name, page, before.get("before"))}
            yield from page
        raise NotUnderstoodError(f"{self.wire.name}: pages of cards without an end")

    def _page(self, board: str, most: int, before: dict[str, str]) -> list[Json]:
        page = self.wire.get(
            f"boards/{board}/cards",
            filter="all",
            fields=",".join(CARD_FIELDS),
            limit=most,
            customFieldItems="true" if self.points else "false",
            **(HUNG if board in self.deep else {}),
            **before,
        )
        if not isinstance(page, list):
            raise NotUnderstoodError(f"{self.wire.name}: a page of cards that is no list")
        return page
