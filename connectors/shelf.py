"""Cards that earlier runs brought, each loaded only when it is asked for; pure.

Of a hundred thousand known cards a run looks at the few that changed. Of the others it
needs to know how they stand, which a few hundred shapes tell of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from connectors.base import Card, Category, Level

if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        ItemsView,
        Iterable,
        Iterator,
        KeysView,
        Sequence,
        ValuesView,
    )
    from typing import Self


class LostCardError(Exception):
    """Cards that were kept can't be read any more: all have to be fetched anew."""


class Shape(NamedTuple):
    """What many cards have in common; `redated` is whether its tracker tells two end dates."""

    project: str
    level: Level
    parent: str | None
    kind: str
    labels: tuple[str, ...]
    status: str | None
    category: Category | None
    resolution: str | None
    archived: bool
    standing_id: str
    redated: bool


def shape_of(card: Card) -> Shape:
    """Give a card's shape."""
    return Shape(
        card.key.rpartition("-")[0],
        card.level,
        card.parent,
        card.kind,
        card.labels,
        card.status,
        card.category,
        card.resolution,
        card.archived,
        card.standing_id,
        bool(card.end_dates),
    )


class Shelf(Mapping[str, Card]):
    """Known cards by id.

    `groups` are the ids by shape; `load` gives the cards with these ids, or all (None).
    What was loaded stays as it was. Raises `LostCardError` where a card can't be read.
    """

    def __init__(
        self,
        groups: Mapping[Shape, Sequence[str]],
        load: Callable[[Collection[str] | None], Iterable[Card]],
    ) -> None:
        self.groups = groups
        self.shapes = {id_: shape for shape, ids in groups.items() for id_ in ids}
        self._load = load
        self._loaded: dict[str, Card] = {}

    @classmethod
    def of(cls, cards: Mapping[str, Card]) -> Self | Shelf:
        """Give the shelf that cards stand on, or a new one for them."""
        if isinstance(cards, Shelf):
            return cards
        groups: dict[Shape, list[str]] = {}
        for id_, card in cards.items():
            groups.setdefault(shape_of(card), []).append(id_)
        shelf = cls(groups, lambda _: ())
        shelf._loaded = dict(cards)
        return shelf

    def __getitem__(self, id_: str) -> Card:
        """Give a card; raises `KeyError` where it isn't known."""
        if id_ not in self.shapes:
            raise KeyError(id_)
        return self.only([id_])[id_]

    def __contains__(self, id_: object) -> bool:
        """Say whether a card is known."""
        return id_ in self.shapes

    def __iter__(self) -> Iterator[str]:
        """Go through all ids."""
        return iter(self.shapes)

    def values(self) -> ValuesView[Card]:
        """Give all cards, loaded at once."""
        self.only(self.shapes)
        return super().values()

    def items(self) -> ItemsView[str, Card]:
        """Give all cards by id, loaded at once."""
        self.only(self.shapes)
        return super().items()

    def __len__(self) -> int:
        """Count them."""
        return len(self.shapes)

    def only(self, ids: Iterable[str]) -> dict[str, Card]:
        """Give those of these that are known."""
        known = [id_ for id_ in ids if id_ in self.shapes]
        absent = {id_ for id_ in known if id_ not in self._loaded}
        if absent:
            whole = 2 * len(absent) > len(self.shapes)
            for card in self._load(None if whole else absent):
                self._loaded.setdefault(card.id, card)
        try:
            return {id_: self._loaded[id_] for id_ in known}
        except KeyError as error:
            raise LostCardError from error

    @property
    def ids(self) -> KeysView[str]:
        """All ids."""
        return self.shapes.keys()

    @cached_property
    def done(self) -> frozenset[str]:
        """The ids of those whose status is in the category of done ones."""
        return self.shaped(lambda shape: shape.category is Category.DONE)

    @cached_property
    def containers(self) -> frozenset[str]:
        """The ids of those that others stand under, by their type."""
        return self.shaped(lambda shape: shape.level is Level.CONTAINER)

    @cached_property
    def children(self) -> Mapping[str, Sequence[str]]:
        """The ids of those that stand under each parent, named as the tracker told it."""
        children: dict[str, list[str]] = {}
        for shape, ids in self.groups.items():
            if shape.parent is not None:
                children.setdefault(shape.parent, []).extend(ids)
        return children

    def shaped(self, holds: Callable[[Shape], object]) -> frozenset[str]:
        """Give the ids of those whose shape is so."""
        return frozenset(id_ for shape in self.groups if holds(shape) for id_ in self.groups[shape])
