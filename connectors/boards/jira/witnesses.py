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

EACH = 2
"""Witnesses of one name: one of them may have changed by itself."""

MOST = 80

Trait = tuple[str, str]
"""A kind of name, and the name; of a status, its id."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """What was renamed: statuses by id, and cards of which traits must be fetched to know."""

    statuses: Mapping[str, str] = field(default_factory=dict)
    doubtful: frozenset[Trait] = frozenset()

    def trusted(self, card: Card) -> Card | None:
        """Give a known card as it is called now; None where that isn't known."""
        if self.doubtful and not self.doubtful.isdisjoint(_traits(card)):
            return None
        status = self.statuses.get(card.standing_id)
        return card if status is None else card._replace(status=status)


def witnesses(known: Iterable[Card]) -> dict[str, Card]:
    """Choose some cards of each status, resolution and type, by id."""
    chosen: dict[str, Card] = {}
    count: dict[Trait, int] = {}
    for card in known:
        lacking = [trait for trait in _traits(card) if count.get(trait, 0) < EACH]
        if not lacking or card.archived:
            continue
        chosen[card.id] = card
        for trait in _traits(card):
            count[trait] = count.get(trait, 0) + 1
        if len(chosen) == MOST:
            break
    return chosen


def renamed(before: Mapping[str, Card], now: Mapping[str, Card]) -> Renamed:
    """Say what was renamed, by how the witnesses were called and are.

    A status goes by its id. A resolution or a type tells none here: where all its
    witnesses are called differently, either each of them changed, or the name did.
    """
    statuses: dict[str, str] = {}
    kept: set[Trait] = set()
    asked: set[Trait] = set()
    for id_, card in before.items():
        present = now.get(id_)
        if present is None:
            continue
        if present.standing_id == card.standing_id and present.status != card.status:
            statuses[card.standing_id] = present.status or ""
        asked.update(_named(card))
        kept.update({*_named(card)} & {*_named(present)})
    return Renamed(statuses, frozenset(asked - kept))


def _traits(card: Card) -> tuple[Trait, ...]:
    return ("status", card.standing_id), *_named(card)


def _named(card: Card) -> tuple[Trait, ...]:
    return ("resolution", card.resolution or ""), ("type", card.kind)
