"""Trello keeps the contract of a board source."""

from __future__ import annotations

import pytest

from connectors.base import Access, ByBoard
from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.request import House
from sandbox.trello.world import TrelloWorld
from tests.connectors.contract import PERSON, BoardSourceContract, StepClock

CAP = 60


class TrelloTracker:
    """One board of two lists, on a Trello that serves."""

    data_path = r"^/1/boards/[^/]+$"
    page = CAP

    def __init__(self):
        self.steps = StepClock()
        self.world = TrelloWorld(self.steps.now)
        self.account = self.world.add_account("some-key", "some-secret-token", full_name=PERSON)
        self.person = self.world.add_member(PERSON)
        self.home = self.world.add_board("Publishing")
        self.doing = self.world.add_list(self.home, "Doing")
        self.done = self.world.add_list(self.home, "Done")
        self.faults = Faults()
        app = TrelloApp(self.world, house=House(card_cap=CAP))
        self.serving = Serving(self.faults.wrap(app))
        short = self.world.boards[self.home]["shortLink"]
        self.board = ByBoard((short,))
        self.missing_board = ByBoard(("AbCd1234",))
        self.access = None

    def serve(self):
        self.access = Access(
            "trello", "trello", self.serving.url, token="some-secret-token", key="some-key"
        )

    def add(self, title, *, labels=(), done=False):
        where = self.done if done else self.doing
        card = self.world.add_card(where, title, labels=labels, members=[self.person])
        return self.world.cards[card]["shortLink"]

    def _id(self, key):
        return next(card["id"] for card in self.world.cards.values() if card["shortLink"] == key)

    def finish(self, key):
        self.world.move(self._id(key), self.done)

    def remove(self, key):
        self.world.delete(self._id(key))

    def labelled(self, label):
        return ByBoard(self.board.boards, label=label)

    def revoke(self):
        self.world.accounts.clear()


@pytest.fixture
def tracker():
    """A Trello with one board, served."""
    trello = TrelloTracker()
    with trello.serving:
        trello.serve()
        yield trello


class TestTrello(BoardSourceContract):
    """The contract."""
