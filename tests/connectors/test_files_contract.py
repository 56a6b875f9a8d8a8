"""Exported files keep the contract of a board source, as far as it speaks of cards."""

from __future__ import annotations

import pytest

from connectors.base import Access, ByBoard, ByEpic
from tests.connectors.contract import CardsContract
from tests.connectors.exports import csv_export, json_export
from tests.connectors.test_jira_contract import CloudTracker
from tests.connectors.test_trello_contract import TrelloTracker


class Exported:
    """A tracker that somebody exports whenever it changed."""

    def add(self, title, *, labels=(), done=False):
        key = super().add(title, labels=labels, done=done)
        self.export()
        return key

    def finish(self, key):
        super().finish(key)
        self.export()

    def remove(self, key):
        super().remove(key)
        self.export()


class JiraCsvTracker(Exported, CloudTracker):
    """A Jira whose issues somebody exports whenever they changed."""

    def __init__(self, folder):
        super().__init__()
        self.board, self.missing_board = ByBoard(()), ByEpic(("PUB-4711",))
        self.file = folder / "export.csv"
        options = {"file": str(self.file)}
        self.access = Access("jira", "jira-csv", "https://acme.example", options=options)

    def export(self):
        self.file.write_text(csv_export(self.site), encoding="utf-8")


class TrelloJsonTracker(Exported, TrelloTracker):
    """A Trello whose board somebody exports whenever it changed."""

    def __init__(self, folder):
        super().__init__()
        self.file = folder / "board.json"
        self.access = Access("trello", "trello-json", "", options={"file": str(self.file)})

    def export(self):
        self.file.write_text(json_export(self.world, self.home), encoding="utf-8")


class TestJiraCsv(CardsContract):
    """The contract, by a CSV export."""

    @pytest.fixture
    def tracker(self, tmp_path):
        """Give a Jira that is exported."""
        jira = JiraCsvTracker(tmp_path)
        with jira.serving:
            yield jira


class TestTrelloJson(CardsContract):
    """The contract, by a JSON export."""

    @pytest.fixture
    def tracker(self, tmp_path):
        """Give a Trello that is exported."""
        trello = TrelloJsonTracker(tmp_path)
        with trello.serving:
            yield trello
