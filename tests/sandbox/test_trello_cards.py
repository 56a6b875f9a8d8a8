"""The sandbox's Trello pages cards by creation and tells a card's history as the facts say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from werkzeug.test import Client

from sandbox.trello.app import TrelloApp
from sandbox.trello.ids import born
from sandbox.trello.world import TrelloWorld

START = datetime(2026, 10, 1, 9, tzinfo=UTC)


class Trello:
    """A board with two lists, and an app over it."""

    def __init__(self):
        self.now = START
        self.world = TrelloWorld(lambda: self.now)
        self.world.add_account("k", "t")
        self.board = self.world.add_board("Search")
        self.doing = self.world.add_list(self.board, "Doing")
        self.done = self.world.add_list(self.board, "Done")
        self.client = Client(TrelloApp(self.world))

    def get(self, path, **given):
        query = {"key": "k", "token": "t", **given}
        return self.client.get(f"/1{path}", query_string=query)

    def json(self, path, **given):
        answer = self.get(path, **given)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def card(self, name="A card", **given):
        return self.world.add_card(self.doing, name, **given)


@pytest.fixture
def trello():
    """A fresh Trello."""
    return Trello()


def test_a_card_is_as_old_as_its_id(trello):
    """The first eight hex digits of an id are the second of creation."""
    trello.now = START + timedelta(days=3, seconds=7)
    assert born(trello.card()) == trello.now


def test_a_page_ends_at_a_thousand_without_a_word(trello):
    """Error answers, trello-silent-cap: 1000 cards, the newest, status 200, no marker."""
    cards = [trello.card(f"Card {number}") for number in range(1003)]
    path = f"/boards/{trello.board}/cards"
    first = trello.json(path, filter="all", fields="id")
    assert [each["id"] for each in first] == cards[:2:-1]
    rest = trello.json(path, filter="all", fields="id", before=first[-1]["id"], limit="1000")
    assert [each["id"] for each in rest] == cards[2::-1]
    assert trello.get(path, limit="1001").status_code == 400


def test_before_and_since_are_about_creation(trello):
    """`before` and `since` compare ids, so a card changed yesterday isn't in them."""
    old = trello.card("Old")
    trello.now += timedelta(days=1)
    new = trello.card("New")
    trello.now += timedelta(days=1)
    trello.world.move(old, trello.done)
    path = f"/boards/{trello.board}/cards"
    middle = (START + timedelta(hours=12)).isoformat()
    assert [each["id"] for each in trello.json(path, since=middle)] == [new]
    assert [each["id"] for each in trello.json(path, before=middle)] == [old]
    assert [each["id"] for each in trello.json(path, since=old, before=new)] == []
    assert trello.get(path, since="yesterday").status_code == 400


def test_the_cards_of_a_list(trello):
    """Lists give their open cards; other filters where asked."""
    kept, archived = trello.card(), trello.card()
    trello.world.archive_card(archived)
    path = f"/lists/{trello.doing}/cards"
    assert [each["id"] for each in trello.json(path)] == [kept]
    assert {each["id"] for each in trello.json(path, filter="all")} == {kept, archived}
    assert trello.get(path, filter="archived").status_code == 400


def test_one_card_with_its_list_and_board(trello):
    """A card by id or short link brings its list in the same answer."""
    id_ = trello.card("Synonyms for job titles")
    link = trello.json(f"/cards/{id_}", fields="shortLink")["shortLink"]
    card = trello.json(f"/cards/{link}", fields="name,idList", list="true")
    assert card["id"] == id_
    assert card["list"]["name"] == "Doing"
    assert trello.get(f"/cards/{id_}", badges="False").status_code == 400


def test_separators_boards_links_and_mirrors_have_roles(trello):
    """`cardRole` tells what isn't work; a mirror names its source and its address."""
    source = trello.card("The real one")
    mirror = trello.world.add_mirror(trello.done, source)
    separator = trello.card("-----", role="separator")
    template = trello.card("Bug report", template=True)
    names = "name,cardRole,mirrorSourceId,isTemplate"
    cards = {
        each["id"]: each
        for each in trello.json(f"/boards/{trello.board}/cards", filter="all", fields=names)
    }
    assert cards[separator]["cardRole"] == "separator"
    assert cards[template]["isTemplate"] is True
    assert cards[mirror]["cardRole"] == "mirror"
    assert cards[mirror]["mirrorSourceId"] == source
    assert cards[mirror]["name"].startswith("https://trello.com/c/")
    assert cards[source]["cardRole"] is None


def test_custom_field_values_are_strings(trello):
    """Numbers and ticks are strings; a list's value is null beside an idValue."""
    card = trello.card()
    number = trello.world.add_custom_field(trello.board, "Points", "number")
    size = trello.world.add_custom_field(trello.board, "Size", "list", ["S", "M"])
    ready = trello.world.add_custom_field(trello.board, "Ready", "checkbox")
    for field, value in ((number, "2.5"), (size, "M"), (ready, "true")):
        trello.world.set_custom_field(card, field, value)
    items = trello.json(f"/cards/{card}", customFieldItems="true")["customFieldItems"]
    values = {each["idCustomField"]: each for each in items}
    assert values[number]["value"] == {"number": "2.5"}
    assert values[ready]["value"] == {"checked": "true"}
    assert values[size]["value"] is None
    defined = trello.json(f"/boards/{trello.board}/customFields")
    options = next(each["options"] for each in defined if each["id"] == size)
    assert values[size]["idValue"] == options[1]["id"]
    trello.world.set_custom_field(card, number, None)
    assert len(trello.json(f"/cards/{card}", customFieldItems="true")["customFieldItems"]) == 2


def test_badges_count_check_items(trello):
    """Badges give the checklist's counts with no extra request."""
    card = trello.card()
    trello.world.add_checklist(card, "Ready?", [("Copy agreed", True), ("Tested", False)])
    badges = trello.json(f"/cards/{card}", fields="badges")["badges"]
    assert (badges["checkItems"], badges["checkItemsChecked"]) == (2, 1)
    (checklist,) = trello.json(f"/cards/{card}", checklists="all")["checklists"]
    assert [each["state"] for each in checklist["checkItems"]] == ["complete", "incomplete"]
    (nested,) = trello.json(f"/boards/{trello.board}", checklists="all")["checklists"]
    assert nested["id"] == checklist["id"]


def test_a_card_moved_to_another_board_keeps_its_id(trello):
    """Issue 3: cards moved between boards stay one card; the number on the board is new."""
    card = trello.card("Wandering", labels=["SRCH-1"])
    other = trello.world.add_board("Publishing")
    trello.card("Next")
    backlog = trello.world.add_list(other, "Backlog")
    trello.world.add_card(backlog, "First there")
    trello.world.move_to_board(card, backlog)
    moved = trello.json(f"/cards/{card}", fields="idBoard,idShort,labels,shortLink")
    assert (moved["idBoard"], moved["idShort"]) == (other, 2)
    assert moved["labels"][0]["name"] == "SRCH-1"
    assert moved["labels"][0]["idBoard"] == other
    assert [each["name"] for each in trello.json(f"/boards/{trello.board}/cards")] == ["Next"]


def test_people_are_there_to_be_left_alone(trello):
    """Names come with actions where they are asked for, and only there."""
    card = trello.card(members=["Planted Person"])
    assert "Planted" not in trello.get(f"/cards/{card}").text
    assert "Planted Owner" in trello.get(f"/boards/{trello.board}", actions="all").text


def test_the_world_refuses_what_cannot_be(trello):
    """A list of another board is no place to move to; unknown ids are mistakes."""
    card = trello.card()
    other = trello.world.add_list(trello.world.add_board("Other"), "Doing")
    with pytest.raises(ValueError, match="another board"):
        trello.world.move(card, other)
    with pytest.raises(KeyError):
        trello.world.move(card, "nowhere")


def test_a_renamed_label_is_renamed_on_every_card(trello):
    """Labels belong to the board: their name changes everywhere at once."""
    card = trello.card(labels=["SRCH-1"])
    trello.world.rename_label(trello.board, "SRCH-1", "Search one")
    assert trello.json(f"/cards/{card}")["labels"][0]["name"] == "Search one"


def test_a_mark_can_be_taken_away(trello):
    """A reopened card is incomplete again and has no date of completion."""
    card = trello.card()
    trello.world.complete(card)
    assert trello.json(f"/cards/{card}")["dateCompleted"] == "2026-10-01T09:00:00.000Z"
    trello.world.complete(card, done=False)
    again = trello.json(f"/cards/{card}")
    assert (again["dueComplete"], again["dateCompleted"]) == (False, None)


def test_a_deleted_board_takes_its_cards_along(trello):
    """Nothing of a deleted board can be found."""
    card = trello.card()
    trello.world.delete_board(trello.board)
    assert trello.get(f"/boards/{trello.board}").status_code == 404
    assert trello.get(f"/cards/{card}").status_code == 404
