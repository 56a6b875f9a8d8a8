"""What a Trello holds, and how its parts are found."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.trello import shapes
from sandbox.trello.ids import Ids, stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.trello.shapes import Json


@dataclass(frozen=True, slots=True)
class TrelloAccount:
    """Someone's application key and token; `boards` None sees all, `expires` None never ends."""

    key: str
    token: str
    member: str
    boards: frozenset[str] | None = None
    expires: datetime | None = None

    def sees(self, board: Json) -> bool:
        """Say whether this account may read the board."""
        return self.boards is None or board["id"] in self.boards


class Catalog:
    """Boards, lists, cards and the rest, each by id, as Trello would write them in JSON.

    Whoever reads several parts holds `lock` meanwhile. `clock` is the world's
    own time, with its zone.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.ids = Ids(clock)
        self.accounts: list[TrelloAccount] = []
        self.members: dict[str, Json] = {}
        self.boards: dict[str, Json] = {}
        self.lists: dict[str, Json] = {}
        self.cards: dict[str, Json] = {}
        self.labels: dict[str, Json] = {}
        self.custom_fields: dict[str, Json] = {}
        self.checklists: dict[str, Json] = {}
        self.actions: dict[str, list[Json]] = {}

    def board(self, ref: str) -> Json | None:
        """Find a board by its id or short link."""
        return _found(self.boards, ref)

    def card(self, ref: str) -> Json | None:
        """Find a card by its id or short link."""
        return _found(self.cards, ref)

    def lists_on(self, board_id: str) -> list[Json]:
        """Return a board's lists, archived ones too, from left to right."""
        there = [each for each in self.lists.values() if each["idBoard"] == board_id]
        return sorted(there, key=lambda each: each["pos"])

    def cards_on(self, board_id: str) -> list[Json]:
        """Return a board's cards, archived ones too, the newest first."""
        there = [each for each in self.cards.values() if each["idBoard"] == board_id]
        return sorted(there, key=lambda each: str(each["id"]), reverse=True)

    def fields_on(self, board_id: str) -> list[Json]:
        """Return the custom fields of a board."""
        return [each for each in self.custom_fields.values() if each["idModel"] == board_id]

    def checklists_on(self, card_id: str) -> list[Json]:
        """Return the checklists of a card."""
        return [each for each in self.checklists.values() if each["idCard"] == card_id]

    def named_label(self, board_id: str, name: str) -> Json | None:
        """Find a board's label by its exact name."""
        return next(
            (x for x in self.labels.values() if (x["idBoard"], x["name"]) == (board_id, name)), None
        )

    def note(self, type_: str, board: Json, **data: Any) -> None:
        """Write an action down, by the board's first member; it moves the board's last activity."""
        at = stamp(self.clock())
        board["dateLastActivity"] = at
        creator = next(iter(self.members.values()), None)
        entry = {
            "id": self.ids.next(),
            "idMemberCreator": creator["id"] if creator else None,
            "data": {**data, "board": shapes.name_only(board)},
            "appCreator": None,
            "type": type_,
            "date": at,
            "limits": None,
            "memberCreator": creator,
        }
        self.actions.setdefault(board["id"], []).append(entry)

    def touch(self, card: Json) -> None:
        """Move a card's last activity to now."""
        card["dateLastActivity"] = stamp(self.clock())


def _found(things: dict[str, Json], ref: str) -> Json | None:
    if ref in things:
        return things[ref]
    return next((each for each in things.values() if each.get("shortLink") == ref), None)
