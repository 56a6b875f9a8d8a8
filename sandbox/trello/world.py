"""A Trello that can be changed with plain verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.trello import shapes
from sandbox.trello.adding import TrelloContents
from sandbox.trello.ids import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.trello.shapes import Json


class TrelloWorld(TrelloContents):
    """All boards of a stand-in Trello, and what people do to them."""

    def move(self, card_id: str, list_id: str) -> None:
        """Move a card to another list of its board."""
        with self.lock:
            card, to = self.cards[card_id], self.lists[list_id]
            if to["idBoard"] != card["idBoard"]:
                raise ValueError("that list is on another board: move_to_board")
            was, card["idList"] = self.lists[card["idList"]], list_id
            self._changed(
                card,
                {"idList": was["id"]},
                listBefore=shapes.name_only(was),
                listAfter=shapes.name_only(to),
            )

    def move_to_board(self, card_id: str, list_id: str) -> None:
        """Move a card to a list of another board: the id stays, the number on the board doesn't.

        Its labels go along by name; its custom fields stay behind.
        """
        with self.lock:
            card, to = self.cards[card_id], self.lists[list_id]
            old, new = self.boards[card["idBoard"]], self.boards[to["idBoard"]]
            names = [each["name"] for each in card["labels"]]
            card.update(idBoard=new["id"], idList=list_id, idShort=self._next_number(new["id"]))
            card.update(customFieldItems=[], idLabels=[])
            self._wear(card, names)
            for each in self.checklists_on(card_id):
                each["idBoard"] = new["id"]
            self.touch(card)
            mention = shapes.name_only(card)
            self.note("moveCardFromBoard", old, card=mention, boardTarget=shapes.name_only(new))
            self.note("moveCardToBoard", new, card=mention, boardSource=shapes.name_only(old))

    def complete(self, card_id: str, *, done: bool = True) -> None:
        """Mark a card complete, or take the mark away."""
        with self.lock:
            card = self.cards[card_id]
            was, card["dueComplete"] = card.get("dueComplete", False), done
            card["badges"]["dueComplete"] = done
            card["dateCompleted"] = stamp(self.clock()) if done else None
            self._changed(card, {"dueComplete": was})

    def archive_card(self, card_id: str, *, closed: bool = True) -> None:
        """Archive a card, or send it back to its board."""
        with self.lock:
            card = self.cards[card_id]
            was, card["closed"] = card.get("closed", False), closed
            card["dateClosed"] = stamp(self.clock()) if closed else None
            self._changed(card, {"closed": was})

    def archive_list(self, list_id: str, *, closed: bool = True) -> None:
        """Archive a list, or bring it back. Its cards stay as they are: open in a closed list."""
        with self.lock:
            self._list_changed(list_id, "closed", closed)

    def rename_list(self, list_id: str, name: str) -> None:
        """Give a list another name."""
        with self.lock:
            self._list_changed(list_id, "name", name)

    def rename_card(self, card_id: str, name: str) -> None:
        """Give a card another name."""
        with self.lock:
            card = self.cards[card_id]
            was, card["name"] = card["name"], name
            self._changed(card, {"name": was})

    def relabel(self, card_id: str, *, add: Iterable[str] = (), remove: Iterable[str] = ()) -> None:
        """Put labels on a card and take others off, by name; no action, no date tells of it."""
        with self.lock:
            card, off = self.cards[card_id], set(remove)
            kept = [x["id"] for x in card["labels"] if x["name"] not in off]
            card["idLabels"] = kept
            self._wear(card, add)

    def rename_label(self, board_id: str, old: str, new: str) -> None:
        """Rename a board's label: all cards that carry it carry the new name."""
        with self.lock:
            label = self.named_label(board_id, old)
            if label is None:
                raise KeyError(old)
            label["name"] = new

    def delete(self, card_id: str) -> None:
        """Delete a card for good; all that remains is an action with its id and number."""
        with self.lock:
            card = self.cards.pop(card_id)
            for each in self.checklists_on(card_id):
                del self.checklists[each["id"]]
            mention = {"id": card_id, "idShort": card["idShort"]}
            self.note("deleteCard", self.boards[card["idBoard"]], card=mention)

    def close_board(self, board_id: str, *, closed: bool = True) -> None:
        """Close a board, or open it again; it can still be read."""
        with self.lock:
            board = self.boards[board_id]
            was, board["closed"] = board["closed"], closed
            self.note("updateBoard", board, old={"closed": was})

    def delete_board(self, board_id: str) -> None:
        """Delete a board and all that is on it."""
        with self.lock:
            del self.boards[board_id]
            for things in (self.lists, self.cards, self.labels, self.checklists):
                for id_ in [x["id"] for x in things.values() if x.get("idBoard") == board_id]:
                    del things[id_]

    def _list_changed(self, list_id: str, field: str, value: str | bool) -> None:  # noqa: FBT001 - whatever the field holds
        changed = self.lists[list_id]
        was, changed[field] = changed[field], value
        mention = {**shapes.name_only(changed), field: value}
        self.note("updateList", self.boards[changed["idBoard"]], list=mention, old={field: was})

    def _changed(self, card: Json, old: Json, **more: Any) -> None:
        """Note what a card was before, and now is, in the fields that changed."""
        self.touch(card)
        now = {name: card[name] for name in old}
        data = {"card": {**shapes.name_only(card), **now}, "old": old, **more}
        if "listAfter" not in more:
            data["list"] = shapes.name_only(self.lists[card["idList"]])
        self.note("updateCard", self.boards[card["idBoard"]], **data)
