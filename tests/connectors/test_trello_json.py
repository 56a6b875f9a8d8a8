"""Trello's JSON exports, as people bring them: several boards, older ones, cut ones."""

from __future__ import annotations

import json
import os
from datetime import timedelta

import pytest

from connectors.base import Access, Ask, ByBoard, ByLabel, Known, Watch
from connectors.errors import NotUnderstoodError, SourceError
from connectors.registry import open_source
from sandbox.trello.world import TrelloWorld
from tests.connectors.contract import NOW, StepClock
from tests.connectors.exports import json_export

WHEN = NOW - timedelta(days=1)


class Folder:
    """A Trello of two boards, and the folder that their exports go into."""

    def __init__(self, path):
        self.path = path
        self.steps = StepClock()
        self.world = TrelloWorld(self.steps.now)
        self.boards = [self.world.add_board(name) for name in ("Publishing", "Search")]
        self.lists = [self.world.add_list(board, "Doing") for board in self.boards]
        self.done = [self.world.add_list(board, "Done") for board in self.boards]
        for number, list_id in enumerate(self.lists):
            self.world.add_card(list_id, f"Card {number}", labels=["PUB-1"])

    def link(self, number):
        return self.world.boards[self.boards[number]]["shortLink"]

    def export(self, number, name, *, at=WHEN, without=()):
        export = json.loads(json_export(self.world, self.boards[number]))
        self.put(json.dumps({k: v for k, v in export.items() if k not in without}), name, at=at)

    def put(self, text, name="board.json", *, at=WHEN):
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        os.utime(path, (at.timestamp(), at.timestamp()))

    def pull(self, *links, known=None):
        access = Access("export", "trello-json", "", options={"file": str(self.path / "*.json")})
        source, _ = open_source(access, self.steps.clock, 300)
        return source.pull(Ask(links or (ByBoard(()),), ("auto",), known=known or Known()), Watch())

    def titles(self, *links):
        pull = self.pull(*links)
        return sorted(pull.cards[hit.card].title for link in pull.hits for hit in pull.hits[link])


@pytest.fixture
def folder(tmp_path):
    """Give the folder, with both boards exported."""
    folder = Folder(tmp_path)
    folder.export(0, "one.json")
    folder.export(1, "two.json", at=WHEN + timedelta(hours=1))
    return folder


def test_a_board_is_named_by_its_link_or_id_and_left_out_all_are_meant(folder):
    """As in a link to the service; what is on no board of the files is that link's problem."""
    assert folder.titles(ByBoard((folder.link(0),))) == ["Card 0"]
    assert folder.titles(ByBoard((folder.boards[1],), label="pub-1")) == ["Card 1"]
    assert folder.titles() == ["Card 0", "Card 1"]
    assert folder.titles(ByBoard((), lists=("Doing",))) == ["Card 0", "Card 1"]
    gone, no_list = ByBoard(("AbCd1234",)), ByBoard((), lists=("Gone",))
    pull = folder.pull(gone, no_list, ByLabel("PUB-1"))
    assert "no file holds board AbCd1234; there is " in str(pull.problems[gone])
    assert "has no list named Gone" in str(pull.problems[no_list])
    assert pull.read_at == WHEN


def test_an_old_export_has_its_link_in_its_address(folder):
    """Exports that lack shortLink are named by what their address ends with, else by id."""
    for without, name in (
        (["shortLink"], folder.link(0)),
        (["shortLink", "shortUrl"], folder.boards[0]),
    ):
        folder.export(0, "one.json", without=without)
        ways = {hit.via for hit in folder.pull().hits[ByBoard(())]}
        assert f"board {name}" in ways


def test_the_newest_export_of_a_board_counts(folder):
    """An older one of the same board is set aside, and check says so."""
    folder.world.add_card(folder.lists[0], "Card 2")
    folder.export(0, "newer.json", at=WHEN + timedelta(hours=2))
    assert folder.titles() == ["Card 0", "Card 1", "Card 2"]
    assert folder.pull().notes == ("export: one.json isn't counted: a newer file has its board",)


def test_a_mirror_is_its_source_on_the_other_board(folder):
    """As far as some file holds it; else it is judged where it stands."""
    (source,) = [card for card in folder.world.cards.values() if card["name"] == "Card 0"]
    folder.world.move(source["id"], folder.done[0])
    folder.world.add_card(folder.lists[1], "Card 0", mirror_of=source["id"])
    folder.export(0, "one.json")
    folder.export(1, "two.json")
    pull = folder.pull(ByBoard((folder.link(1),)))
    assert pull.cards[source["id"]].list_name == "Done"
    (folder.path / "one.json").unlink()
    assert folder.pull().cards[source["id"]].list_name == "Doing"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"lists": [', "board.json isn't whole JSON; export the board anew"),
        ("[" * 100_000, "isn't whole JSON"),
        ('{"lists": [NaN], "cards": []}', "isn't whole JSON"),
        ("[]", "board.json is a board without lists"),
        ('{"lists": []}', "is a board without cards"),
        ('{"lists": [], "cards": [{"id": 7}]}', "is a card that can't be read"),
        ('{"lists": [7], "cards": []}', "is a board that can't be read"),
        ("<!DOCTYPE html>", "is a web page"),
    ],
)
def test_what_is_no_whole_board_fails_the_source(folder, text, message):
    """One file that can't be read is no answer, whatever the others hold."""
    folder.put(text)
    with pytest.raises(SourceError) as caught:
        folder.pull()
    assert str(caught.value).startswith("export: ")
    assert message in str(caught.value)


def test_a_closed_board_counts_and_is_told(folder):
    """As it stands, as with the service."""
    folder.world.close_board(folder.boards[0])
    folder.export(0, "one.json")
    assert folder.pull().notes == (
        f"export: board {folder.link(0)} is closed; it is counted as it stands",
    )


def test_going_back_to_older_files_is_refused(folder):
    """All of them older than what was read last isn't news."""
    known = Known(notes=folder.pull().learned)
    (folder.path / "two.json").unlink()
    with pytest.raises(NotUnderstoodError, match="is older than the file that was read last"):
        folder.pull(known=known)
