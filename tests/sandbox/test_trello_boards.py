"""The sandbox's Trello serves boards, nested and alone, with the traps that the facts name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from sandbox.trello.app import TrelloApp
from sandbox.trello.request import House
from sandbox.trello.world import TrelloWorld

START = datetime(2026, 10, 1, 9, tzinfo=UTC)


class Trello:
    """A board with two lists, and an app over it."""

    def __init__(self, **house):
        self.now = START
        self.world = TrelloWorld(lambda: self.now)
        self.world.add_account("k", "t")
        self.board = self.world.add_board("Search")
        self.doing = self.world.add_list(self.board, "Doing")
        self.done = self.world.add_list(self.board, "Done")
        self.client = Client(TrelloApp(self.world, house=House(**house)))

    def get(self, path="", **given):
        query = {"key": "k", "token": "t", **given}
        return self.client.get(f"/1{path or '/boards/' + self.board}", query_string=query)

    def json(self, path="", **given):
        answer = self.get(path, **given)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def cards(self, count):
        return [self.world.add_card(self.doing, f"Card {number}") for number in range(count)]


@pytest.fixture
def trello():
    """A fresh Trello."""
    return Trello()


def test_the_whole_board_comes_in_one_request(trello):
    """Lists, cards and custom fields nest in one answer, with chosen fields."""
    points = trello.world.add_custom_field(trello.board, "Points", "number")
    card = trello.world.add_card(trello.doing, "Rank by freshness", labels=["SRCH-1"])
    trello.world.set_custom_field(card, points, "3")
    board = trello.json(
        fields="name,closed,dateLastActivity,url",
        lists="all",
        list_fields="name,closed,pos",
        cards="all",
        card_fields="name,idList,closed,dueComplete,due,idLabels,labels,shortLink,cardRole",
        card_customFieldItems="true",
        customFields="true",
        actions="none",
    )
    assert [each["name"] for each in board["lists"]] == ["Doing", "Done"]
    assert [each["id"] for each in board["customFields"]] == [points]
    (only,) = board["cards"]
    assert only["name"] == "Rank by freshness"
    assert only["labels"][0]["name"] == "SRCH-1"
    assert only["customFieldItems"][0]["value"] == {"number": "3"}
    assert "actions" not in board
    assert "desc" not in only


def test_ids_and_short_links_both_lead_to_a_board(trello):
    """The short link is accepted where the id is."""
    link = trello.json(fields="shortLink")["shortLink"]
    assert trello.json(f"/boards/{link}")["id"] == trello.board


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"cards": "some"}, "invalid value for cards"),
        ({"lists": "visible"}, "invalid value for lists"),
        ({"cards": "all", "card_fields": "name,colour"}, "invalid value for card_fields"),
        ({"fields": "title"}, "invalid value for fields"),
        ({"card_customFieldItems": "yes"}, "invalid value for card_customFieldItems"),
        ({"cards_limit": "10"}, "unknown parameter cards_limit"),
        ({"card_limit": "10"}, "unknown parameter card_limit"),
    ],
)
def test_what_is_not_understood_is_refused(trello, given, text):
    """Nested cards have no limit; nothing unknown is guessed at."""
    answer = trello.get(**given)
    assert (answer.status_code, answer.text) == (400, text)


def test_too_many_nested_cards_are_a_403_of_their_own():
    """A large nested board answers 403 API_TOO_MANY_CARDS_REQUESTED, in JSON."""
    trello = Trello(card_cap=6)
    trello.cards(6)
    assert len(trello.json(cards="all")["cards"]) == 6
    trello.cards(1)
    refused = trello.get(cards="all")
    assert refused.status_code == 403
    assert refused.get_json()["error"] == "API_TOO_MANY_CARDS_REQUESTED"
    assert len(trello.json(cards="closed")["cards"]) == 0


def test_actions_beside_the_cards_lower_the_cap():
    """Error answers, trello-403: cards together with actions are refused earlier."""
    trello = Trello(card_cap=6)
    trello.cards(3)
    assert trello.get(cards="all", actions="none").status_code == 200
    assert trello.get(cards="all", actions="all").status_code == 403


def test_actions_come_unasked_if_the_description_is_right():
    """Whether actions default to all isn't known, so the sandbox can do either."""
    assert "actions" not in Trello().json()
    assert "actions" in Trello(actions_unasked=True).json()
    assert "actions" not in Trello(actions_unasked=True).json(actions="none")


def test_an_open_card_in_an_archived_list_stays_open(trello):
    """A card's closed flag doesn't follow its list's."""
    (card,) = trello.cards(1)
    trello.world.archive_list(trello.doing)
    board = trello.json(cards="open", card_fields="closed,idList", lists="closed")
    assert board["cards"] == [{"id": card, "closed": False, "idList": trello.doing}]
    assert [each["id"] for each in board["lists"]] == [trello.doing]
    assert trello.json(cards="visible")["cards"] == []


def test_card_filters(trello):
    """Nested cards can be all, open, closed, complete, incomplete and none."""
    done, archived, plain = trello.cards(3)
    trello.world.complete(done)
    trello.world.archive_card(archived)
    shown = {
        which: {each["id"] for each in trello.json(cards=which, card_fields="id")["cards"]}
        for which in ("all", "open", "closed", "complete", "incomplete", "visible")
    }
    assert shown["all"] == {done, archived, plain}
    assert shown["open"] == shown["visible"] == {done, plain}
    assert shown["closed"] == {archived}
    assert shown["complete"] == {done}
    assert shown["incomplete"] == {archived, plain}
    assert "cards" not in trello.json(cards="none")


def test_a_label_put_on_leaves_no_trace(trello):
    """No action, and no date moves, when a card is labelled."""
    (card,) = trello.cards(1)
    before = trello.json(fields="dateLastActivity", cards="all", actions="all")
    trello.now += timedelta(days=1)
    trello.world.relabel(card, add=["SRCH-1"])
    after = trello.json(fields="dateLastActivity", cards="all", actions="all")
    assert after["cards"][0]["labels"][0]["name"] == "SRCH-1"
    assert after["dateLastActivity"] == before["dateLastActivity"]
    assert after["cards"][0]["dateLastActivity"] == before["cards"][0]["dateLastActivity"]
    assert after["actions"] == before["actions"]


def test_lists_alone(trello):
    """Boards list their open lists by default, in order."""
    trello.world.archive_list(trello.done)
    path = f"/boards/{trello.board}/lists"
    assert [each["name"] for each in trello.json(path)] == ["Doing"]
    assert [each["name"] for each in trello.json(path, filter="all")] == ["Doing", "Done"]


def test_a_closed_board_can_still_be_read(trello):
    """A closed board says that it is closed."""
    trello.world.close_board(trello.board)
    assert trello.json(fields="closed")["closed"] is True
