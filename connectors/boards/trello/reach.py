"""What links reach on Trello boards: cards by label and list, mirrors as their sources; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.base import Card, Hit
from connectors.boards.trello.boards import exact_names, speaking
from connectors.errors import NotFoundError
from connectors.patterns import folded, matching, name_as_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.base import ByBoard
    from connectors.boards.trello.cards import Board

Source = tuple[Card, tuple[Card, ...]]
"""A mirror's source card, and what it is taken apart into."""


@dataclass(frozen=True, slots=True)
class BoardReach:
    """The boards, by what links call them; `cards` gets each card that a link reaches."""

    source: str
    boards: Mapping[str, Board]
    mirrored: Mapping[str, Source] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)

    @property
    def lists(self) -> dict[str, dict[str, str]]:
        """Each board's lists: names by id."""
        return {
            board: {number: str(each["name"]) for number, each in read.lists.items()}
            for board, read in self.boards.items()
        }

    def missing_lists(self, link: ByBoard) -> NotFoundError | None:
        """Say which of a link's lists no board of it has."""
        lists = self.lists
        names = {number: name for board in link.boards for number, name in lists[board].items()}
        missing = [
            written
            for written in link.lists
            if not any(matching((written,), name, number) for number, name in names.items())
        ]
        if not missing:
            return None
        return NotFoundError(
            f"{self.source}: board {', '.join(link.boards)} has no list named "
            f"{', '.join(missing)}; it has {', '.join(names.values()) or 'none'}"
        )

    def hits(self, link: ByBoard) -> Iterator[Hit]:
        """Give what a link reaches, and how."""
        for name in link.boards:
            exact = exact_names(link.lists, self.boards[name].lists.values())
            for placed in self.boards[name].cards:
                list_name = str(placed.standing.get("name", ""))
                names = speaking(link.lists, list_name, exact)
                written = matching(names, list_name, placed.standing.get("id", ""))
                if link.lists and written is None:
                    continue
                card, items = self.mirrored.get(placed.card.id) or (placed.card, placed.items)
                if link.label is not None and not _labelled(link.label, placed.card, card):
                    continue
                for taken in (card, *items) if link.children else (card,):
                    self.cards[taken.id] = taken
                via = [f"board {name}"]
                via += [f"label {link.label}"] if link.label is not None else []
                via += [f"list {name_as_written(list_name, written)}"] if written else []
                yield Hit(card.id, ", ".join(via))

    def closed(self) -> tuple[str, ...]:
        """Say which boards are closed."""
        return tuple(
            f"{self.source}: board {name} is closed; it is counted as it stands"
            for name, board in self.boards.items()
            if board.json.get("closed")
        )


def _labelled(label: str, *cards: Card) -> bool:
    return any(folded(name) == folded(label) for card in cards for name in card.labels)
