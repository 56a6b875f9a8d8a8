"""What there is to link to on Trello: the boards that a token opens, and the labels in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.boards.trello import fields
from connectors.boards.trello.client import TrelloWire
from connectors.errors import NotAuthorisedError, NotUnderstoodError
from connectors.survey import SeenBoard, Survey, counted

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Access
    from connectors.clock import Clock
    from connectors.http import Transport

MOST_BOARDS = 20
"""Boards whose labels are looked at, the first that the account has."""


def survey(access: Access, transport: Transport, _clock: Clock) -> Survey:
    """Look at what the credentials open; raises a `SourceError` where that is nothing."""
    wire = TrelloWire(access, transport)
    me = wire.get("members/me", fields="id")
    if not isinstance(me, dict) or not me.get("id"):
        raise NotAuthorisedError(f"{access.name}: Trello doesn't say who we are; renew the token")
    boards = wire.get("members/me/boards", filter="open", fields="name,shortLink")
    try:
        seen = tuple(SeenBoard(str(each["shortLink"]), str(each["name"])) for each in boards)
        labels = [
            str(label["name"])
            for board in seen[:MOST_BOARDS]
            for card in wire.get(f"boards/{board.link}/cards", filter="visible", fields="labels")
            for label in card["labels"]
            if label["name"]
        ]
    except (LookupError, TypeError) as error:
        raise NotUnderstoodError(f"{access.name}: a board that can't be read") from error
    options = {"boards": tuple(board.link for board in seen)} if seen else {}
    return Survey(seen, (), counted(labels), options)


def access_ends(access: Access, transport: Transport, _clock: Clock) -> tuple[datetime, ...]:
    """Give when the account's tokens end, those that do.

    A token's own end is at an address that has the token in it, where whoever sees
    addresses would read it; the account's list tells the same without.
    """
    tokens = TrelloWire(access, transport).get("members/me/tokens")
    try:
        ends = (fields.moment(token, "dateExpires") for token in tokens)
        return tuple(sorted(end for end in ends if end is not None))
    except (AttributeError, TypeError, ValueError) as error:
        raise NotUnderstoodError(f"{access.name}: a token that can't be read") from error
