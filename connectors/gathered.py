"""The cards of one pull: what was fetched, and what is trusted to be as known; pure."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Self, overload

from connectors.base import Card, Hit, Level
from connectors.shelf import Shelf, shape_of

if TYPE_CHECKING:
    from collections.abc import (
        Collection,
        Container,
        ItemsView,
        Iterable,
        Iterator,
        Mapping,
        ValuesView,
    )

    from connectors.shelf import Shape


class GatheredCards(MutableMapping[str, Card]):
    """Cards by id: `fresh` ones, and the ids of `trusted` ones, which stay on their shelf.

    Those are loaded only when they are asked for: go through all of them where there is
    no other way.
    """

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.fresh: dict[str, Card] = {}
        self.trusted: set[str] = set()

    def __getitem__(self, id_: str) -> Card:
        """Give a card; raises `KeyError` where it isn't gathered."""
        card = self.fresh.get(id_)
        if card is not None:
            return card
        if id_ not in self.trusted:
            raise KeyError(id_)
        return self.shelf[id_]

    def __setitem__(self, id_: str, card: Card) -> None:
        """Take a card, in place of the known one."""
        self.fresh[id_] = card
        self.trusted.discard(id_)

    def __delitem__(self, id_: str) -> None:
        """Take a card out."""
        if self.fresh.pop(id_, None) is None:
            self.trusted.remove(id_)

    def __contains__(self, id_: object) -> bool:
        """Say whether a card is gathered."""
        return id_ in self.fresh or id_ in self.trusted

    def __iter__(self) -> Iterator[str]:
        """Go through all ids."""
        return iter([*self.fresh, *self.trusted])

    def values(self) -> ValuesView[Card]:
        """Give all cards, loaded at once."""
        self.shelf.only(self.trusted)
        return super().values()

    def items(self) -> ItemsView[str, Card]:
        """Give all cards by id, loaded at once."""
        self.shelf.only(self.trusted)
        return super().items()

    def __len__(self) -> int:
        """Count them."""
        return len(self.fresh) + len(self.trusted)

    def __ior__(self, cards: Mapping[str, Card]) -> Self:
        """Take cards, in place of those that are known."""
        self.fresh.update(cards)
        self.trusted.difference_update(cards)
        return self

    def trust(self, ids: Iterable[str]) -> None:
        """Take these as they are known, but for those that were fetched."""
        self.trusted |= set(ids) - self.fresh.keys()

    def only(self, ids: Iterable[str]) -> dict[str, Card]:
        """Give those of these that are gathered, loaded at once."""
        ids = list(ids)
        known = self.shelf.only(id_ for id_ in ids if id_ in self.trusted)
        return {
            id_: self.fresh[id_] if id_ in self.fresh else known[id_]
            for id_ in ids
            if id_ in self.fresh or id_ in known
        }

    def shape(self, id_: str) -> Shape:
        """Give the shape of a card that is gathered, without loading it."""
        card = self.fresh.get(id_)
        return self.shelf.shapes[id_] if card is None else shape_of(card)

    def shapes(self) -> Iterator[tuple[Shape, Collection[str]]]:
        """Give all ids by shape; a shape may come more than once."""
        for id_, card in list(self.fresh.items()):
            yield shape_of(card), (id_,)
        for shape, ids in self.shelf.groups.items():
            present = self.trusted.intersection(ids)
            if present:
                yield shape, present

    def containers(self, ids: Iterable[str]) -> list[Card]:
        """Give the containers among these."""
        above = {id_ for id_, card in self.fresh.items() if card.level is Level.CONTAINER}
        above |= self.shelf.containers & self.trusted
        return list(self.only(id_ for id_ in ids if id_ in above).values())

    def parents(self) -> set[str]:
        """What they stand under, by id, or by key where that alone is told."""
        fresh = {card.parent for card in self.fresh.values() if card.parent}
        trusted = {
            parent
            for parent, ids in self.shelf.children.items()
            if parent not in fresh and not self.trusted.isdisjoint(ids)
        }
        return fresh | trusted

    def ids_of(self, keys: Iterable[str]) -> dict[str, str]:
        """Give the ids of those of these keys that are gathered; of former keys, none."""
        asked = {*keys}
        ids: dict[str, str] = {}
        for trusted in (self.shelf.containers & self.trusted, self.trusted):
            if ids.keys() != asked:
                cards = chain(self.shelf.only(trusted).values(), self.fresh.values())
                ids = {card.key: card.id for card in cards if card.key in asked}
        return ids


def ids_of(hits: Sequence[Hit]) -> Sequence[str]:
    """Give the ids of the cards that are hit."""
    return hits.ids if isinstance(hits, LabelHits) else [hit.card for hit in hits]


class LabelHits(Sequence[Hit]):
    """The cards that carry a label, made hits when they are asked for; `ids` are theirs."""

    def __init__(self, label: str, cards: GatheredCards, ids: Sequence[str]) -> None:
        self.label = label
        self.ids = ids
        self._cards = cards

    def __len__(self) -> int:
        """Count them."""
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Hit]: ...

    def __getitem__(self, at: int | slice) -> Hit | Sequence[Hit]:
        """Give one, or some."""
        ids = self.ids[at] if isinstance(at, slice) else [self.ids[at]]
        hits = self._hits(ids)
        return hits if isinstance(at, slice) else hits[0]

    def __iter__(self) -> Iterator[Hit]:
        """Go through all."""
        return iter(self._hits(self.ids))

    def among(self, ids: Container[str]) -> tuple[Hit, ...]:
        """Give the hits on these cards alone."""
        return tuple(self._hits(id_ for id_ in self.ids if id_ in ids))

    def _hits(self, ids: Iterable[str]) -> list[Hit]:
        return [self._hit(card) for card in self._cards.only(ids).values()]

    def _hit(self, card: Card) -> Hit:
        return Hit(card.id, f"label {self.label} on {card.key}")
