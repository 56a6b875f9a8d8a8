"""Plays the quarter's events on Trello boards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.quarter.working_hours import dice
from sandbox.trello.world import TrelloWorld

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.quarter.batches import StoryEvent

KEY, TOKEN = "demo-trello-key", "demo-trello-token"
WONT = "❌ Won't do"
NAMES = {
    "delivery": "Search delivery",
    "quality": "Search quality",
    "content": "JiraAccount messages",
}
LISTS = {
    "delivery": ("Backlog", "Doing", "Review", "Done"),
    "quality": ("To judge", "Judging", "Done", WONT),
    "content": ("Ideas", "Drafting", "Fact check"),
}
WAITING, WORKING, CHECKING = 0, 1, 2


class TrelloStage:
    """Three boards; on `content` nothing but the mark says that a card is done."""

    def __init__(self, now: Callable[[], datetime], people: tuple[str, ...]) -> None:
        self.world = TrelloWorld(now)
        self.cards: dict[str, str] = {}
        self._people = people
        self.world.add_account(KEY, TOKEN, full_name=people[0])
        self.boards = {where: self.world.add_board(name) for where, name in NAMES.items()}
        self._lists = {
            (where, name): self.world.add_list(board, name)
            for where, board in self.boards.items()
            for name in LISTS[where]
        }

    def play(self, event: StoryEvent) -> None:
        """Let an event happen; an unknown verb raises KeyError."""
        if event.verb == "turn":
            self._turn(event.where, event.card)
        elif event.verb == "create":
            self._create(event, event.more)
        else:
            self._change(event, self.cards[event.card])

    def _create(self, event: StoryEvent, more: Any) -> None:
        list_name = more.get("list", LISTS[event.where][WAITING])
        mirror = more.get("mirror")
        self.cards[event.card] = self.world.add_card(
            self._lists[event.where, list_name],
            more.get("title", ""),
            labels=more.get("labels", ()),
            members=[self._people[dice(event.card) % len(self._people)]],
            template=more.get("template", False),
            role=more.get("role"),
            mirror_of=None if mirror is None else self.cards[mirror],
        )

    def _change(self, event: StoryEvent, card: str) -> None:
        verbs: dict[str, Callable[[], object]] = {
            "start": lambda: self._to(event.where, card, WORKING),
            "review": lambda: self._review(event.where, card),
            "finish": lambda: self._finish(event.where, card),
            "reopen": lambda: self._reopen(event.where, card),
            "drop": lambda: self.world.archive_card(card),
            "cancel": lambda: self.world.move(card, self._lists[event.where, WONT]),
            "archive": lambda: self.world.archive_card(card),
            "delete": lambda: self.world.delete(card),
        }
        verbs[event.verb]()

    def _to(self, where: str, card: str, position: int) -> None:
        self.world.move(card, self._lists[where, LISTS[where][position]])

    def _review(self, where: str, card: str) -> None:
        if where != "quality":
            self._to(where, card, CHECKING)

    def _finish(self, where: str, card: str) -> None:
        if where == "content":
            self.world.complete(card)
        else:
            self.world.move(card, self._lists[where, "Done"])

    def _reopen(self, where: str, card: str) -> None:
        if where == "content":
            self.world.complete(card, done=False)
        self._to(where, card, WORKING)

    def _turn(self, where: str, name: str) -> None:
        """Archive a list, with the cards left open in it, and start a new one of that name."""
        self.world.archive_list(self._lists[where, name])
        self._lists[where, name] = self.world.add_list(self.boards[where], name)
