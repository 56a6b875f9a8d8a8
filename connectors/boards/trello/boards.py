"""What holds a Trello answer to its own words: pages, lists by name, cards that have vanished."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import Level
from connectors.boards.trello import fields
from connectors.errors import NotUnderstoodError
from connectors.patterns import ANY, folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.base import Card
    from connectors.boards.trello.cards import Board, Json


def oldest(source: str, page: list[Json], before: str | None) -> str:
    """Give the id that the next page begins below; raises where this one isn't below the last."""
    try:
        numbers = [fields.number(card) for card in page]
    except (ValueError, AttributeError) as error:
        raise NotUnderstoodError(f"{source}: a page of cards that can't be read") from error
    if before is not None and max(numbers) >= before:
        raise NotUnderstoodError(f"{source}: a page of cards that came before")
    return min(numbers)


def speaking(written: tuple[str, ...], list_name: str, exact: frozenset[str]) -> tuple[str, ...]:
    """Give which written names speak of a list: of the exact ones only that one's own."""
    if not exact:
        return written
    return tuple(name for name in written if name not in exact or folded(name) == folded(list_name))


def exact_names(written: tuple[str, ...], lists: Iterable[Json]) -> frozenset[str]:
    """Give those that look like patterns, where a list is called exactly so."""
    patterns = [name for name in written if ANY in name]
    names = {folded(str(each["name"])) for each in lists} if patterns else set()
    return frozenset(name for name in patterns if folded(name) in names)


def vanished(known: Mapping[str, Card], boards: Iterable[Board]) -> list[tuple[Card, str]]:
    """Give the known cards that were on these boards and aren't now, each with its board's id."""
    homes: dict[str, str] = {}
    there: set[str] = set()
    for board in boards:
        homes |= dict.fromkeys(board.lists, str(board.json.get("id", "")))
        there |= {placed.card.id for placed in board.cards}
    return [
        (card, homes[card.standing_id])
        for card in known.values()
        if card.level is Level.BASE and card.standing_id in homes and card.id not in there
    ]
