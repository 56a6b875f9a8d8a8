"""Odd answers from Trello: the right pull, or an error of the source; never another exception."""

from __future__ import annotations

import copy
import json

import pytest

from connectors.base import Access, Ask, ByBoard, Known, Watch
from connectors.boards.trello.cards import title_points
from connectors.errors import NotUnderstoodError, SourceError
from connectors.registry import open_source
from sandbox.faults import Answer, Faults
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.request import House
from sandbox.trello.world import TrelloWorld
from tests.connectors.contract import StepClock

ODD = [None, [], {}, 17, -1, 10**400, 1e300, "", "x/../y", "0001-01-01T00:00:00+14:00", True]
ODD += [[None], [17], {"id": None}, "NaN", "\u0000"]


class Trello:
    """A Trello of two boards, one of them with a mirror of the other's card."""

    def __init__(self, cap=1000):
        self.steps, self.faults = StepClock(), Faults()
        self.world = TrelloWorld(self.steps.now)
        self.world.add_account("key", "token")
        self.boards = [self.world.add_board(name) for name in ("Search", "Content")]
        self.lists = [self.world.add_list(board, "Doing") for board in self.boards]
        self.done = self.world.add_list(self.boards[0], "Done")
        self.cards = [self.world.add_card(self.lists[0], f"Card {n}", labels=["a"]) for n in (1, 2)]
        self.far = self.world.add_card(self.lists[1], "(3) Far")
        self.mirror = self.world.add_mirror(self.lists[0], self.far)
        app = TrelloApp(self.world, house=House(card_cap=cap))
        self.serving = Serving(self.faults.wrap(app))
        self.link = ByBoard((self.boards[0],))

    def pull(self, *links, known=None):
        access = Access("trello", "trello", self.serving.url, token="token", key="key")
        source, _ = open_source(access, self.steps.clock, 60)
        ask = Ask(links or (self.link,), ("auto", "title"), known=known or Known())
        return source.pull(ask, Watch())

    def answer(self, path):
        """What Trello says to the last question for a path."""
        import requests  # noqa: PLC0415 - the test's own way to look

        query = self.serving.log.of(path)[-1].query
        url = f"{self.serving.url}{self.serving.log.of(path)[-1].path}?{query}"
        signed = {"Authorization": 'OAuth oauth_consumer_key="key", oauth_token="token"'}
        return requests.get(url, headers=signed, timeout=10).json()


@pytest.fixture
def house():
    """Two boards, served."""
    house = Trello()
    with house.serving:
        yield house


def paths(value, at=()):
    """Every place in a JSON value, the first of each list standing for all."""
    yield at
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*at, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*at, 0))


def changed(value, at, odd):
    value = copy.deepcopy(value)
    if not at:
        return odd
    inner = value
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = odd
    return value


@pytest.mark.parametrize("question", ["boards/[^/]+$", "cards/[^/]+$", "members/me$"])
def test_every_field_may_be_odd(house, question):
    """Whatever one field of a reply is, cards of the right kinds come, or the source's error."""
    house.pull()
    whole = house.answer(question)
    for at in paths(whole):
        for odd in ODD:
            house.faults.clear()
            text = json.dumps(changed(whole, at, odd))
            house.faults.answer(question, Answer(200, text), times=None)
            try:
                pull = house.pull()
            except SourceError:
                continue
            for card in pull.cards.values():
                assert isinstance(card.title, str), (at, odd)
                assert isinstance(card.archived, bool), (at, odd)
                assert isinstance(card.complete, bool), (at, odd)
                assert all(abs(points) < 1e12 for _, points in card.estimates), (at, odd)
                assert card.finished is None or card.finished.tzinfo, (at, odd)


@pytest.mark.parametrize("status", [404, 401, 500])
def test_a_passing_no_to_a_mirror_is_asked_again(house, status):
    """The mirror's card is judged where its source is, though the service said no once."""
    house.faults.answer("cards/", Answer(status, "no", "text/plain"))
    assert house.far in house.pull().cards
    house.faults.answer("cards/", Answer(404, "gone", "text/plain"), times=None)
    assert house.pull().hits


def test_a_card_that_vanished_is_asked_for(house):
    """A board's answer without a card that is on it is no answer; a deleted card is believed."""
    first = house.pull()
    known = Known(first.cards, first.read_at)
    short = house.answer("boards/[^/]+$")
    short["cards"] = [card for card in short["cards"] if card["id"] != house.cards[0]]
    house.faults.answer("boards/[^/]+$", Answer(200, json.dumps(short)))
    with pytest.raises(NotUnderstoodError, match="lacks cards"):
        house.pull(known=known)
    house.world.delete(house.cards[0])
    assert house.cards[0] not in house.pull(known=known).cards


def test_a_token_that_ends_on_the_way_deletes_nothing(house):
    """A no for what is missing counts only from who is known still."""
    first = house.pull()
    known = Known(first.cards, first.read_at)
    short = house.answer("boards/[^/]+$")
    short["cards"] = []
    house.faults.answer("boards/[^/]+$", Answer(200, json.dumps(short)))
    house.faults.answer("members/me", Answer(401, "no", "text/plain"), nth=2)
    house.faults.answer("cards/", Answer(401, "invalid token", "text/plain"), times=None)
    with pytest.raises(SourceError):
        house.pull(known=known)


def test_a_list_that_bears_the_name_goes_before_a_pattern(house):
    """`Done*` is that list where there is one, and a pattern where there is none."""
    star = house.world.add_list(house.boards[0], "Done*")
    starred = house.world.add_card(star, "Starred")
    plain = house.world.add_card(house.done, "Plain")
    link = ByBoard((house.boards[0],), lists=("Done*",))
    assert {hit.card for hit in house.pull(link).hits[link]} == {starred}
    house.world.lists[star]["name"] = "Later"
    assert {hit.card for hit in house.pull(link).hits[link]} == {plain}


@pytest.mark.parametrize("page", ["repeated", "no ids", "no list"])
def test_pages_that_contradict_themselves_are_none(page):
    """A page that came before, or holds no cards, is no part of a board."""
    house = Trello(cap=2)
    with house.serving:
        assert len(house.pull().cards) == 3
        house.faults.answer("boards/[^/]+$", Answer(403, '{"error": "API_TOO_MANY_CARDS"}'))
        body = {"repeated": [{"id": "6500000000000000000000aa"}], "no ids": [{}], "no list": {}}
        house.faults.answer("/cards$", Answer(200, json.dumps(body[page])), times=None)
        with pytest.raises(NotUnderstoodError):
            house.pull()


@pytest.mark.parametrize(
    ("title", "points"),
    [
        ("(3) Search page", [3.0]),
        ("Search page [3]", [3.0]),
        ("Search page (3)", [3.0]),
        ("(3) Search page [5]", [3.0]),
        ("(1,5) Search", [1.5]),
        ("Plan for (2026) only", []),
        ("Search (draft)", []),
        ("(99999999999) x", []),
    ],
)
def test_points_stand_before_or_after_a_title(title, points):
    """In round brackets or square ones; in the midst of a title a number is a number."""
    assert title_points(title) == points


def test_a_card_that_moves_between_two_boards_while_they_are_read_stays(house, monkeypatch):
    """One board is read before the card has come, the other after it has gone."""
    monkeypatch.setattr("connectors.boards.trello.source.IN_FLIGHT", 1)
    links = [ByBoard((board,)) for board in reversed(house.boards)]
    before = house.pull(*links)
    moving, to = house.cards[0], house.lists[1]
    house.faults.before(f"boards/{house.boards[0]}$", lambda: house.world.move_to_board(moving, to))
    after = house.pull(*links, known=Known(before.cards))
    reached = {link: {hit.card for hit in after.hits[link]} for link in links}
    assert (moving in reached[links[0]], moving in reached[links[1]]) == (True, False)
    assert len(house.serving.log.of("boards")) == 2 + 3
