"""A Binder on loopback, as the contract's tests handle it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

from connectors.base import Access, ByBoard, ByLabel
from sandbox.faults import Answer, Faults
from sandbox.server import Serving
from tests.connectors.contract import PERSON, StepClock
from tests.tracker.source import PAGE


class Binder:
    """One board, its cards in the order they were made, and somebody's name on each."""

    data_path = r"^/boards/"
    page = PAGE
    board = ByBoard(("pub/site",))
    missing_board = ByBoard(("pub/gone",))

    def __init__(self):
        self.steps = StepClock()
        self.faults = Faults()
        self.serving = Serving(self.faults.wrap(self.answer))
        self.cards = {}
        self.token = "binder-token"
        self.access = None

    def serve(self):
        options = {"boards": ("pub/site",)}
        self.access = Access(
            "binder", "binder", self.serving.url, token=self.token, options=options
        )

    def answer(self, environ, start):
        """Answer with one page of a board's cards."""
        page = int(parse_qs(environ["QUERY_STRING"])["page"][0])
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
            return Answer(401, '{"message": "Bad credentials"}')(environ, start)
        if environ["PATH_INFO"] != "/boards/pub/site/cards":
            return Answer(404, '{"message": "Not Found"}')(environ, start)
        cards = list(self.cards.values())[(page - 1) * PAGE : page * PAGE]
        return Answer(200, json.dumps(cards))(environ, start)

    def add(self, title, *, labels=(), done=False, milestone=None):
        number = len(self.cards) + 1
        key, now = f"pub-{number}", self.steps.at.isoformat()
        self.cards[key] = {
            "id": number,
            "key": key,
            "title": title,
            "labels": list(labels),
            "milestone": milestone,
            "created": now,
            "closed": now if done else None,
            "assignee": PERSON,
        }
        return key

    def finish(self, key):
        self.cards[key]["closed"] = self.steps.at.isoformat()

    def remove(self, key):
        del self.cards[key]

    def labelled(self, label):
        return ByLabel(label)

    def revoke(self):
        self.token = "another"
