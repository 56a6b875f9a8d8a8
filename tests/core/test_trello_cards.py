"""From Trello's JSON to cards, whatever is absent or odd in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.boards.trello.cards import Board, created, mirrors
from connectors.errors import NotUnderstoodError

NUMBER = "650000000000000000000001"
LIST = {"id": "6500000000000000000000aa", "name": "Doing"}


def board(points_fields=("auto",), **given):
    return Board.read("trello", {"lists": [LIST], "cards": [], **given}, points_fields)


def read(points_fields=("auto",), fields=(), **given):
    card = {"id": NUMBER, "name": "Draw the map", "idList": LIST["id"], **given}
    (board_card,) = board(points_fields, customFields=fields, cards=[card]).cards
    return board_card.card


def test_a_card_tells_what_trello_tells():
    """A card has its short link as key, its list, and the time that its id holds."""
    card = read(shortLink="AbCd1234", labels=[{"name": "web"}, {"name": ""}], dueComplete=True)
    assert (card.key, card.url) == ("AbCd1234", "https://trello.com/c/AbCd1234")
    assert (card.list_name, card.complete, card.labels) == ("Doing", True, ("web",))
    assert card.created == datetime.fromtimestamp(0x65000000, UTC)


def test_old_exports_lack_much():
    """Cards without short link, list, closed or labels are cards all the same."""
    card = read(idList=None)
    assert (card.key, card.list_name, card.archived) == (NUMBER, "", False)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"isTemplate": True}, "a template"),
        ({"cardRole": "separator"}, "a separator"),
        ({"name": "— — —"}, "a separator"),
        ({"name": "════"}, "a separator"),
        ({"cardRole": "board"}, "a card that shows a board"),
        ({"cardRole": "link"}, "a link card"),
        ({"name": "???"}, None),
        ({"name": "🚀"}, None),
    ],
)
def test_what_is_no_work_is_told(given, why):
    """Templates, separators and the like say why they are none."""
    assert read(**given).not_work == why


def test_archived_is_the_card_or_its_list():
    """A card in an archived list is archived, though it says it isn't."""
    assert read(closed=True).archived
    standing = {**LIST, "closed": True}
    (card,) = board(
        lists=[standing], cards=[{"id": NUMBER, "idList": LIST["id"], "closed": False}]
    ).cards
    assert card.card.archived


def test_points_are_in_custom_fields_or_titles():
    """Numbers come as texts; a title's number counts where the team says so."""
    fields = [{"id": "f", "name": "Story Points"}]
    items = [{"idCustomField": "f", "value": {"number": "2.5"}}]
    assert read(fields=fields, customFieldItems=items).estimates == (("auto", 2.5),)
    empty = [{"idCustomField": "f", "value": None, "idValue": "x"}]
    assert read(fields=fields, customFieldItems=empty).estimates == ()
    assert read(["title"], name="Search page (3)").estimates == (("title", 3.0),)
    assert read(["title"], name="Search page (1,5)").estimates == (("title", 1.5),)
    assert read(["auto"], name="Search page (3)").estimates == ()


def test_a_mirror_names_its_source():
    """Only a card in the role of a mirror mirrors."""
    assert mirrors({"cardRole": "mirror", "mirrorSourceId": "x"}) == "x"
    assert mirrors({"mirrorSourceId": "x"}) is None


def test_an_id_that_holds_no_time_holds_none():
    """Ids of old boards and other programs may not begin with a time."""
    assert created("no-hex-here") is None


def test_what_is_no_board_and_no_card_is_said():
    """A board has lists and a card an id: without, Trello isn't understood."""
    for json in ([], {}, {"lists": None}, {"lists": []}, {"lists": [], "cards": None}):
        with pytest.raises(NotUnderstoodError, match="trello"):
            Board.read("trello", json, ())
    with pytest.raises(NotUnderstoodError, match="trello"):
        board(cards=[{"name": "no id"}])


def test_a_board_that_contradicts_itself_is_none():
    """A card twice, another board's card, and one in no list of the board are no answer."""
    card = {"id": NUMBER, "name": "Draw", "idList": LIST["id"]}
    foreign = {**card, "idBoard": "6500000000000000000000cc"}
    for odd in (
        {"cards": [card, card]},
        {"id": "6500000000000000000000bb", "cards": [foreign]},
        {"cards": [{**foreign, "idList": "6500000000000000000000dd"}]},
        {"lists": [{**LIST, "name": 17}]},
        {"cards": [{**card, "closed": "no"}]},
    ):
        with pytest.raises(NotUnderstoodError, match="trello"):
            board(**odd)


def test_checklists_may_hang_beside_the_cards():
    """What Trello gives beside its cards belongs to the card that it names."""
    item = {"id": "6500000000000000000000ee", "name": "talk", "state": "complete", "pos": 1}
    checklist = {"idCard": NUMBER, "checkItems": [item]}
    card = {"id": NUMBER, "name": "Draw", "idList": LIST["id"]}
    (board_card,) = board(cards=[card], checklists=[checklist]).cards
    assert [(item.title, item.complete) for item in board_card.items] == [("talk", True)]
