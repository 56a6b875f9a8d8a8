"""Checklists from Trello: asked for only where a link takes cards apart, and then all of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.base import Access, Ask, ByBoard, Level, Watch
from connectors.boards.trello.cards import read_card, read_items
from connectors.errors import NotUnderstoodError, RejectedError
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.request import House
from sandbox.trello.world import TrelloWorld
from tests.connectors.contract import StepClock

CAP = 30
TOO_MANY = Answer(403, '{"error": "API_TOO_MANY_CARDS_REQUESTED", "message": "Too many"}')


class Squad:
    """A Trello with two boards of one list each, and a connector to it."""

    def __init__(self):
        self.steps = StepClock()
        self.world = TrelloWorld(self.steps.now)
        self.world.add_account("key", "token")
        self.main, self.other = (self.board(name) for name in ("Search", "Content"))
        self.faults = Faults()
        app = TrelloApp(self.world, house=House(card_cap=CAP))
        self.serving = Serving(self.faults.wrap(app))

    def board(self, name):
        board = self.world.add_board(name)
        return self.world.boards[board]["shortLink"], self.world.add_list(board, "Doing")

    def card(self, board, title, **items):
        card = self.world.add_card(board[1], title)
        if items:
            self.world.add_checklist(card, "To do", items.items())
        return card

    def pull(self, *links):
        access = Access("trello", "trello", self.serving.url, token="token", key="key")
        source, _ = open_source(access, self.steps.clock, 60)
        return source.pull(Ask(links, ("auto", "title")), Watch())

    def asked(self, path):
        """The queries of the requests for a path, in the order of their answers."""
        return [exchange.query for exchange in self.serving.log.of(path)]


@pytest.fixture
def squad():
    """Two boards, served."""
    squad = Squad()
    with squad.serving:
        yield squad


def apart(board):
    return ByBoard((board[0],), children=True)


def items(pull):
    return {card.key: card.title for card in pull.cards.values() if card.level is Level.ITEM}


def test_checklists_are_asked_of_the_boards_alone_whose_cards_are_taken_apart(squad):
    """One link's wish costs no other board anything."""
    for board in (squad.main, squad.other):
        squad.card(board, "Card", first=True)
    pull = squad.pull(apart(squad.main), ByBoard((squad.other[0],)))
    assert ["checklists=all" in query for query in squad.asked(squad.main[0])] == [True]
    assert ["checklists" in query for query in squad.asked(squad.other[0])] == [False]
    assert list(items(pull).values()) == ["first"]


def test_an_item_is_a_card_of_its_own(squad):
    """It has an id and a time of its own, its card's address, and a number in people's order."""
    card = squad.card(squad.main, "Search (5)", plan=True)
    squad.steps.at += timedelta(days=1)
    first = squad.world.add_checklist(card, "First of all", [("talk (2)", False), ("", True)])
    squad.world.checklists[first]["pos"] = 1
    squad.world.checklists[first]["checkItems"][0]["pos"] = 9
    cards = squad.pull(apart(squad.main)).cards
    above, link = cards[card], squad.world.cards[card]["shortLink"]
    items = {
        card.key: (card.title, card.complete) for card in cards.values() if card.level is Level.ITEM
    }
    assert items == {
        f"{link}/1": ("Search (5) (1)", True),
        f"{link}/2": ("talk (2)", False),
        f"{link}/3": ("plan", True),
    }
    talk = next(card for card in cards.values() if card.title == "talk (2)")
    assert (talk.url, talk.parent) == (above.url, card)
    assert talk.created == above.created + timedelta(days=1)
    assert (dict(talk.estimates), dict(above.estimates)) == ({"title": 2.0}, {"title": 5.0})


def test_a_mirror_has_its_sources_items(squad):
    """Wherever the source is read from, its checklist is there once."""
    hidden = squad.board("Hidden")
    far = squad.card(hidden, "far", elsewhere=False)
    near, twin = (
        squad.card(squad.other, "near", here=True),
        squad.card(squad.main, "twin", own=True),
    )
    for source in (far, near, twin):
        squad.world.add_mirror(squad.main[1], source)
    pull = squad.pull(apart(squad.main), ByBoard((squad.other[0],)))
    assert sorted(items(pull).values()) == ["elsewhere", "here", "own"]
    assert {pull.cards[number].key for number in (far, near, twin)} == {
        squad.world.cards[number]["shortLink"] for number in (far, near, twin)
    }


def test_a_mirror_of_what_is_not_taken_apart_is_not_either(squad):
    """A mirror's source on a board that was read anyway isn't asked for again."""
    near = squad.card(squad.other, "near", here=True)
    squad.world.add_mirror(squad.main[1], near)
    pull = squad.pull(ByBoard((squad.main[0],)), apart(squad.other))
    assert list(items(pull).values()) == ["here"]
    assert squad.asked("/cards/") == []


def test_a_board_too_large_for_its_checklists_is_read_in_pages(squad):
    """With checklists the cap is lower; the pages bring both, and nothing is lost."""
    for number in range(CAP):
        squad.card(squad.main, f"Card {number}", **{f"item {number}": number % 2 == 0})
    assert len(items(squad.pull(apart(squad.main)))) == CAP
    # The second page is empty, and so the first was all.
    assert ["checklists=all" in query for query in squad.asked("/cards$")] == [True, True]


def test_a_page_too_large_for_its_checklists_is_asked_for_in_smaller_ones(squad):
    """A service that permits less than it documents is asked for less."""
    for number in range(CAP):
        squad.card(squad.main, f"Card {number}", item=False)
    squad.faults.answer("/cards$", TOO_MANY)
    assert len(items(squad.pull(apart(squad.main)))) == CAP
    page, _ = (query for query in squad.asked("/cards$") if "limit=250" in query)
    assert "checklists=all" in page


def test_a_board_that_never_fits_is_a_problem(squad):
    """Refused at the smallest size too, the board's links have no answer."""
    squad.card(squad.main, "Card")
    squad.faults.answer("/1/boards/", TOO_MANY, nth=1)
    squad.faults.answer("/cards$", TOO_MANY, times=None)
    link = apart(squad.main)
    pull = squad.pull(link)
    assert isinstance(pull.problems[link], RejectedError)
    assert len(squad.asked("/cards$")) == 4


@pytest.mark.parametrize(
    "checklist",
    [{"checkItems": [{"name": "no id"}]}, {"checkItems": ["text"]}, {"pos": "top"}, 17],
)
def test_a_checklist_that_makes_no_sense_is_no_checklist(checklist):
    """What can't be read is an error that names the source, never an empty list."""
    card = {"id": "5f0c0ffee0ddba11c0ffee00", "name": "Card"}
    above = read_card("trello", card, {}, {})
    with pytest.raises(NotUnderstoodError, match="trello: a checklist"):
        read_items(above, card, [checklist])


def test_a_card_without_a_list_is_in_no_list():
    """Its place is empty, so that no id can mean it."""
    above = read_card("trello", {"id": "5f0c0ffee0ddba11c0ffee00"}, {}, {})
    assert (above.standing_id, above.list_name, read_items(above, {})) == ("", "", ())
