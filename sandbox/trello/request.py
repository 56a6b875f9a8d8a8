"""One request to the Trello: who asks, for what, and what they may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sandbox.trello.ids import OBJECT_ID, SHORT_LINK
from sandbox.trello.refusals import Refusal, invalid_id, not_allowed, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.trello.content import Catalog, TrelloAccount
    from sandbox.trello.query import Parameters
    from sandbox.trello.shapes import Json


@dataclass(frozen=True, slots=True)
class House:
    """How strict the Trello is where its description leaves it open.

    `card_cap` is how many nested cards a board may hand out at once (a third of
    it with actions or checklists beside them; the real figure isn't published).
    `actions_unasked` lets a board come with its actions when nobody said
    `actions=none`: the description says so, the payloads seen don't.
    """

    card_cap: int = 3000
    actions_unasked: bool = False


@dataclass(frozen=True, slots=True)
class TrelloCall:
    """A request that was let in."""

    world: Catalog
    account: TrelloAccount
    query: Parameters
    house: House

    def board(self, ref: str) -> Json:
        """Find a board by id or short link, or refuse."""
        _check_ref(ref)
        board = self.world.board(ref)
        if board is None:
            raise not_found("board not found")
        return self._visible(board, board)

    def card(self, ref: str) -> Json:
        """Find a card by id or short link, or refuse."""
        _check_ref(ref)
        card = self.world.card(ref)
        if card is None:
            raise not_found("Could not find the card")
        return self._visible(card, self.world.boards[card["idBoard"]])

    def list(self, ref: str) -> Json:
        """Find a list by its id, or refuse."""
        if not OBJECT_ID.fullmatch(ref):
            raise invalid_id()
        list_ = self.world.lists.get(ref)
        if list_ is None:
            raise not_found()
        return self._visible(list_, self.world.boards[list_["idBoard"]])

    def _visible(self, asked: Json, board: Json) -> Json:
        if not self.account.sees(board):
            raise not_allowed()
        return asked


def credentials(arguments: Mapping[str, str], header: str) -> tuple[str, str]:
    """Return key and token, from the OAuth header or else from the query; empty if missing.

    A header may be signed as OAuth 1 asks; the signature isn't looked at.
    """
    if not header:
        return arguments.get("key", ""), arguments.get("token", "")
    scheme, _, rest = header.partition(" ")
    parts = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', rest)}
    if scheme != "OAuth" or "oauth_consumer_key" not in parts:
        raise Refusal(401, "invalid key")
    return parts["oauth_consumer_key"], parts.get("oauth_token", "")


def signed_in(world: Catalog, key: str, token: str) -> TrelloAccount:
    """Return whose key and token these are, or refuse: all boards here are private."""
    with_key = [each for each in world.accounts if each.key == key]
    if not key or not with_key:
        raise Refusal(401, "invalid key")
    if not token:
        raise not_allowed()
    account = next((each for each in with_key if each.token == token), None)
    if account is None or (account.expires is not None and account.expires <= world.clock()):
        raise Refusal(401, "invalid token")
    return account


def _check_ref(ref: str) -> None:
    if not (OBJECT_ID.fullmatch(ref) or SHORT_LINK.fullmatch(ref)):
        raise invalid_id()
