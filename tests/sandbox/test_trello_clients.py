"""What others' programs ask of Trello works against the sandbox over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates
from sandbox.trello.world import TrelloWorld
from tests.recorded.trello_boards import load_folder

RECORDED = Path(__file__).parents[3] / "shared" / "data" / "trello"
HOME = "https://api.trello.com"


class Elsewhere:
    """Sends py-trello's requests to the sandbox."""

    def __init__(self, url, session):
        self.url, self.session = url, session

    def request(self, method, url, **given):
        return self.session.request(method, url.replace(HOME, self.url), timeout=60, **given)


@pytest.fixture
def world():
    """An empty world."""
    world = TrelloWorld(lambda: datetime(2026, 11, 21, tzinfo=UTC))
    world.add_account("k", "t")
    return world


@pytest.fixture
def client(world):
    """A py-trello client that talks to the sandbox."""
    trello = pytest.importorskip("trello")
    with Serving(TrelloApp(world)) as serving, requests.Session() as session:
        yield trello.TrelloClient("k", "t", http_service=Elsewhere(serving.url, session))


def test_py_trello_reads_lists_and_cards(world, client):
    """py-trello's boards, lists, cards and open cards are all answered."""
    board = world.add_board("Search")
    home = world.add_list(board, "Doing")
    points = world.add_custom_field(board, "Points", "number")
    card = world.add_card(home, "Rank by freshness", labels=["SRCH-1"])
    world.set_custom_field(card, points, "3")
    (mine,) = client.list_boards()
    assert [each.name for each in mine.all_lists()] == ["Doing"]
    by_list = [each.id for every in mine.all_lists() for each in every.list_cards()]
    assert by_list == [card]
    (read,) = client.get_board(board).open_cards()
    assert [each.name for each in read.labels] == ["SRCH-1"]
    assert read.custom_fields[0].value == 3.0
    assert [each.id for each in mine.all_lists()[0].list_cards_iter()] == [card]
    nested = client.fetch_json(f"/boards/{board}", query_params={"cards": "all"})
    assert len(nested["cards"]) == 1


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded boards are not here")
def test_recorded_boards_are_served_as_they_were(world):
    """Exports of many shapes and raw line files are all served, none of their cards lost."""
    boards = load_folder(world, RECORDED)
    assert len(boards) == len(set(boards)) == 14
    rates = Rates(token=1000, key=1000)
    with Serving(TrelloApp(world, rates=rates)) as serving, requests.Session() as session:
        counts = {}
        for board in boards:
            answer = session.get(
                f"{serving.url}/1/boards/{board}",
                params={"key": "k", "token": "t", "cards": "all", "lists": "all"},
                timeout=60,
            )
            assert answer.status_code == 200, answer.text
            whole = answer.json()
            counts[whole["name"]] = (len(whole["cards"]), len(whole["lists"]))
            for card in whole["cards"]:
                link = f"{serving.url}/1/cards/{card['shortLink']}"
                answer = session.get(link, params={"key": "k", "token": "t"}, timeout=60)
                assert answer.json()["id"] == card["id"]
    assert sum(cards for cards, _ in counts.values()) == 246
    assert (55, 11) in counts.values()
    assert (62, 7) in counts.values()


def test_exports_of_odd_shapes_are_loaded_whole(world, tmp_path):
    """A board without a short link, cards without a list or a closed flag: served as recorded."""
    text = """{"id": "5e8d49a6a3f9161211889a61", "name": "Odd", "shortUrl": "https://trello.com/b/587234nf",
        "closed": false, "labelNames": {"red": "Bug"},
        "lists": [{"id": "5e8d49a6a3f9161211889a62", "name": "Done", "closed": true, "pos": 1}],
        "cards": [{"id": "5e8d49a6a3f9161211889a63", "name": "Bare"}]}"""
    (tmp_path / "odd.json").write_text(text, encoding="utf-8")
    ids = '"id": "64098772e6751c75dc0dc6f6", "idBoard": "64098772e6751c75dc0dc6bb"'
    line = f'{{{ids}, "name": "\u2028"}}'
    (tmp_path / "_raw_trello_cards.data.jsonl").write_text(line + "\n" + line, encoding="utf-8")
    odd, raw = load_folder(world, tmp_path)
    assert world.board("587234nf")["id"] == odd
    (bare,) = world.cards_on(odd)
    assert set(bare) == {"id", "name", "idBoard", "shortLink"}
    assert [each["name"] for each in world.cards_on(raw)] == ["\u2028"]
    with Serving(TrelloApp(world)) as serving:
        url = f"{serving.url}/1/boards/587234nf?key=k&token=t&cards=visible&lists=all"
        whole = requests.get(url, timeout=60).json()
    assert len(whole["cards"]) == len(whole["lists"]) == 1
