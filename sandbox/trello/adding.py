"""How a Trello is furnished: accounts, boards, lists, cards and what hangs on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.trello import shapes
from sandbox.trello.content import Catalog, TrelloAccount
from sandbox.trello.ids import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sandbox.trello.shapes import Json

STEP = 16384


class TrelloContents(Catalog):
    """Adds things. Every verb is safe from any thread.

    Things are named by their ids; what is added returns its id. Unknown ids
    raise KeyError: the caller's mistake, never guessed at.
    """

    def add_account(
        self,
        key: str,
        token: str,
        *,
        full_name: str = "Planted Owner",
        boards: Iterable[str] | None = None,
        expires: datetime | None = None,
    ) -> TrelloAccount:
        """Let a key and token in, to all boards or to these, until `expires`."""
        with self.lock:
            member = self.add_member(full_name)
            visible = None if boards is None else frozenset(boards)
            account = TrelloAccount(key, token, member, visible, expires)
            self.accounts.append(account)
            return account

    def revoke(self, token: str) -> None:
        """End a token now; its key goes on."""
        with self.lock:
            now = self.clock()
            self.accounts = [
                replace(each, expires=now) if each.token == token else each
                for each in self.accounts
            ]

    def add_member(self, full_name: str) -> str:
        """Plant a person."""
        with self.lock:
            known = (each["id"] for each in self.members.values() if each["fullName"] == full_name)
            id_ = next(known, None) or self.ids.next()
            username = full_name.lower().replace(" ", "")
            self.members.setdefault(id_, shapes.member(id_, full_name, username))
            return id_

    def add_board(self, name: str) -> str:
        """Open an empty board."""
        with self.lock:
            board = shapes.board(self.ids.next(), name, stamp(self.clock()))
            board["memberships"] = [
                {"id": self.ids.next(), "idMember": each, "memberType": "admin"}
                for each in self.members
            ]
            self.boards[board["id"]] = board
            self.note("createBoard", board)
            return str(board["id"])

    def add_list(self, board_id: str, name: str) -> str:
        """Put a list at the right end of a board."""
        with self.lock:
            board = self.boards[board_id]
            pos = STEP * (len(self.lists_on(board_id)) + 1)
            new = shapes.list_(self.ids.next(), name, board_id, pos)
            self.lists[new["id"]] = new
            self.note("createList", board, list=shapes.name_only(new))
            return str(new["id"])

    def add_label(self, board_id: str, name: str, color: str | None = "green") -> str:
        """Return the board's label of this name, made if there is none."""
        with self.lock:
            known = self.named_label(self.boards[board_id]["id"], name)
            new = known or shapes.label(self.ids.next(), name, board_id, color)
            self.labels.setdefault(new["id"], new)
            return str(new["id"])

    def add_card(
        self,
        list_id: str,
        name: str,
        *,
        labels: Iterable[str] = (),
        members: Iterable[str] = (),
        due: datetime | None = None,
        template: bool = False,
        role: str | None = None,
        mirror_of: str | None = None,
    ) -> str:
        """Put a card into a list; `labels` and `members` are names.

        A mirror carries its source's address as its name, as Trello asks.
        """
        with self.lock:
            home = self.lists[list_id]
            board = self.boards[home["idBoard"]]
            if mirror_of is not None:
                role, name = "mirror", self.cards[mirror_of]["shortUrl"]
            card = self._new_card(home, name)
            card.update(cardRole=role, mirrorSourceId=mirror_of, isTemplate=template)
            card["due"] = card["badges"]["due"] = None if due is None else stamp(due)
            card["idMembers"] = [self.add_member(each) for each in members]
            self.cards[card["id"]] = card
            self.note("createCard", board, card=shapes.name_only(card), list=shapes.name_only(home))
            self._wear(card, labels)
            return str(card["id"])

    def add_mirror(self, list_id: str, source: str) -> str:
        """Mirror a card, of any board, into a list."""
        return self.add_card(list_id, "", mirror_of=source)

    def add_checklist(self, card_id: str, name: str, items: Iterable[tuple[str, bool]]) -> str:
        """Hang a checklist on a card: each item's name and whether it is checked."""
        with self.lock:
            card, id_ = self.cards[card_id], self.ids.next()
            entries = [self._check_item(id_, title, checked) for title, checked in items]
            self.checklists[id_] = {
                "id": id_,
                "name": name,
                "idBoard": card["idBoard"],
                "idCard": card_id,
                "pos": STEP,
                "checkItems": entries,
            }
            card["idChecklists"].append(id_)
            card["badges"]["checkItems"] += len(entries)
            complete = sum(each["state"] == "complete" for each in entries)
            card["badges"]["checkItemsChecked"] += complete
            return id_

    def add_custom_field(
        self, board_id: str, name: str, type_: str, options: Iterable[str] = ()
    ) -> str:
        """Give a board a custom field: text, number, checkbox, date or list (with options)."""
        with self.lock:
            id_ = self.ids.next()
            choices = [
                {"id": self.ids.next(), "idCustomField": id_, "value": {"text": each}, "pos": STEP}
                for each in options
            ]
            on = self.boards[board_id]["id"]
            self.custom_fields[id_] = shapes.custom_field(id_, on, name, type_, choices)
            return id_

    def set_custom_field(self, card_id: str, field_id: str, value: str | None) -> None:
        """Set a card's custom field (numbers and ticks are strings too), or clear it."""
        with self.lock:
            card, field = self.cards[card_id], self.custom_fields[field_id]
            others = [x for x in card["customFieldItems"] if x["idCustomField"] != field_id]
            item = {
                "id": self.ids.next(),
                "idCustomField": field_id,
                "idModel": card_id,
                "modelType": "card",
            }
            added = [] if value is None else [{**item, **_field_value(field, value)}]
            card["customFieldItems"] = others + added
            self.touch(card)

    def _new_card(self, home: Json, name: str) -> Json:
        number = self._next_number(home["idBoard"])
        pos = STEP * number
        return shapes.card(
            self.ids.next(), name, home, number=number, pos=pos, created=stamp(self.clock())
        )

    def _next_number(self, board_id: str) -> int:
        board = self.boards[board_id]
        board["_cards"] = int(board.get("_cards", 0)) + 1
        return int(board["_cards"])

    def _check_item(self, checklist: str, name: str, checked: bool) -> Json:  # noqa: FBT001 - a pair's second half
        state = "complete" if checked else "incomplete"
        return {"id": self.ids.next(), "idChecklist": checklist, "name": name, "state": state}

    def _wear(self, card: Json, names: Iterable[str]) -> None:
        """Put labels on a card. Trello writes no action and moves no date for it."""
        ids = [self.add_label(card["idBoard"], name) for name in names]
        card["idLabels"] = [*card["idLabels"], *(x for x in ids if x not in card["idLabels"])]
        card["labels"] = [self.labels[each] for each in card["idLabels"]]


def _field_value(field: Json, value: str) -> Json:
    if field["type"] == "list":
        choice = next(each for each in field["options"] if each["value"]["text"] == value)
        return {"value": None, "idValue": choice["id"]}
    name = {"checkbox": "checked"}.get(field["type"], field["type"])
    return {"value": {name: value}, "idValue": None}
