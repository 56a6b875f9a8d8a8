"""Cards that show whether what they are called is still called so; pure.

A status, resolution or type that is renamed changes no issue's `updated`, so that
a comparison wouldn't see it. A few known cards of each are asked for along with
what changed: they cost no request, and an answer without them is cut.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.base import Card
    from connectors.shelf import Shape, Shelf

EACH = 2
"""Witnesses of one name: one of them may have changed by itself."""

MOST = 80

Trait = tuple[str, str]
"""A kind of name, and the name; of a status, its id too: known cards may bear an older name."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What was renamed: statuses by id, and cards of which traits must be fetched to know."""

    statuses: Mapping[str, str] = field(default_factory=dict)
    doubtful: frozenset[Trait] = frozenset()

    def doubts(self, shape: Shape) -> bool:
        """Say whether it isn't known how cards of this shape are called now."""
        return not self.doubtful.isdisjoint(_traits(shape))

    def called(self, card: Card) -> Card:
        """Give a known card as its status is called now."""
        return card._replace(status=self.statuses[card.standing_id])


def witnesses(known: Shelf) -> dict[str, Card]:
    """Choose some cards of each status, resolution and type, by id."""
    chosen: list[str] = []
    count: dict[Trait, int] = {}
    for shape, ids in known.groups.items():
        for id_ in () if shape.archived else ids[:EACH]:
            if all(count.get(trait, 0) >= EACH for trait in _traits(shape)):
                break
            chosen.append(id_)
            for trait in _traits(shape):
                count[trait] = count.get(trait, 0) + 1
    return known.only(chosen[:MOST])


def renamed(before: Mapping[str, Card], now: Mapping[str, Card], known: Iterable[Shape]) -> Renamed:
    """Say what was renamed, by how the witnesses were called and how what has come is.

    A status goes by its id, and any card that has come tells its name. A resolution or
    a type tells no id here: where all its witnesses are called differently, either each
    of them changed, or the name did.
    """
    called = {card.standing_id: card.status for card in now.values() if card.status}
    statuses = {
        shape.standing_id: called[shape.standing_id]
        for shape in known
        if called.get(shape.standing_id, shape.status) != shape.status
    }
    kept: set[Trait] = set()
    asked: set[Trait] = set()
    for id_, card in before.items():
        if id_ in now:
            asked.update(_named(card))
            kept.update({*_named(card)} & {*_named(now[id_])})
    return Renamed(statuses, frozenset(asked - kept))


def _traits(card: Card | Shape) -> tuple[Trait, ...]:
    return ("status", f"{card.standing_id} {card.status}"), *_named(card)


def _named(card: Card | Shape) -> tuple[Trait, ...]:
    return ("resolution", card.resolution or ""), ("type", card.kind)
