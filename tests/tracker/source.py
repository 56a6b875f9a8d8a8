"""Binder, a tracker whose lists are JSON arrays, as a board source."""

from __future__ import annotations

from datetime import datetime

import requests

from connectors.base import ByBoard, ByKey, Card, Category, Hit, Pull
from connectors.errors import NotFoundError, NotUnderstoodError

PAGE = 20
GIVEN_UP = "wontdo"
"""The label by which Binder's teams give a card up."""


class BinderSource:
    """The boards of one Binder that a token opens."""

    def __init__(self, access, transport, clock):
        self.name = access.name
        self._access = access
        self._clock = clock
        self._session = requests.Session()
        self._session.auth = self._sign
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, transport)

    def pull(self, ask, watch):
        """See `BoardSource.pull`."""
        pull = Pull(self.name, self._clock.now(), {}, {}, {})
        for selector in ask.selectors:
            try:
                self._answer(selector, pull)
            except NotFoundError as error:
                pull.problems[selector] = error
        watch.progressed(len(pull.cards), len(pull.cards))
        return pull

    def _answer(self, selector, pull):
        """Add what a selector reaches, once all of it is there."""
        on_board = isinstance(selector, ByBoard)
        boards = selector.boards if on_board else self._access.options["boards"]
        reached = [
            (self._card(item), way)
            for board in boards
            for item in self._cards(board)
            if (way := f"board {board}" if on_board else _way(selector, item))
        ]
        pull.cards.update((card.id, card) for card, _ in reached)
        pull.hits[selector] = tuple(Hit(card.id, way) for card, way in reached)

    def _cards(self, board):
        number, items = 1, self._page(board, 1)
        yield from items
        while len(items) == PAGE:
            number += 1
            items = self._page(board, number)
            yield from items

    def _page(self, board, number):
        url = f"{self._access.url}/boards/{board}/cards"
        answer = self._session.get(url, params={"page": number}, allow_redirects=False)
        try:
            items = answer.json()
        except ValueError:
            items = None
        if not isinstance(items, list):
            raise NotUnderstoodError(f"{self.name}: board {board}: the answer is no list of cards")
        return items

    def _card(self, item):
        given_up, closed = GIVEN_UP in item["labels"], item["closed"]
        return Card(
            source=self.name,
            id=str(item["id"]),
            key=item["key"],
            title=item["title"],
            url=f"{self._access.url}/cards/{item['key']}",
            labels=tuple(item["labels"]),
            status="Won't Do" if given_up else "Closed" if closed else "Open",
            category=Category.DONE if closed else Category.NEW,
            created=datetime.fromisoformat(item["created"]),
            finished=datetime.fromisoformat(closed) if closed else None,
        )

    def _sign(self, request):
        request.headers["Authorization"] = f"Bearer {self._access.token}"
        return request


def _way(selector, item):
    """Say how a label or a milestone reaches a card; None if it doesn't."""
    if isinstance(selector, ByKey):
        return item["milestone"] in selector.values and f"milestone {item['milestone']}"
    folded = {label.casefold() for label in item["labels"]}
    return selector.label.casefold() in folded and f"label {selector.label}"
