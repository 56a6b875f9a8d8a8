"""What stands under and above the cards of a pull, as it was known and as it is now; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import ByLabel
from connectors.gathered import LabelHits, ids_of
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from connectors.base import Hit, Pull, Selector
    from connectors.gathered import GatheredCards


class Lineage:
    """The lines of one pull's cards, without loading the trusted ones."""

    def __init__(self, cards: GatheredCards) -> None:
        self._cards = cards
        self._children: dict[str, list[str]] = {}
        for id_, card in cards.fresh.items():
            if card.parent is not None:
                self._children.setdefault(card.parent, []).append(id_)

    def parents(self, id_: str) -> set[str]:
        """What a card stands or stood directly under."""
        known, fresh = self._cards.shelf.shapes.get(id_), self._cards.fresh.get(id_)
        parents = {known.parent if known else None, fresh.parent if fresh else None}
        return {parent for parent in parents if parent is not None}

    def children(self, id_: str) -> set[str]:
        """What stands or stood directly under a card."""
        return {*self._cards.shelf.children.get(id_, ()), *self._children.get(id_, ())}

    def labels(self, id_: str) -> set[str]:
        """The labels that a card carries or carried, folded."""
        known, fresh = self._cards.shelf.shapes.get(id_), self._cards.fresh.get(id_)
        labels = (*(known.labels if known else ()), *(fresh.labels if fresh else ()))
        return {folded(label) for label in labels}

    def up(self, ids: Iterable[str]) -> set[str]:
        """These and all that they stand or stood under."""
        return _closed(ids, self.parents)

    def down(self, ids: Iterable[str]) -> set[str]:
        """These and all that stands or stood under them."""
        return _closed(ids, self.children)

    def only_inside(self, id_: str) -> bool:
        """Whether all that may be otherwise with a card is its own.

        It stands where it stood, as what it was, under the same key, with nothing under it.
        """
        before, now = self._cards.shelf.shapes.get(id_), self._cards.fresh.get(id_)
        if before is None or now is None or id_ in self._cards.shelf.containers:
            return False
        same_place = (before.parent, before.level) == (now.parent, now.level)
        same_key = self._cards.shelf[id_].key == now.key
        return same_place and same_key and not self.children(id_)


class LinksByCard:
    """Which of these links reach cards, without going through what labels reach."""

    def __init__(self, pull: Pull, links: Iterable[Selector], lineage: Lineage) -> None:
        self._lineage = lineage
        self._labels: dict[str, list[Selector]] = {}
        self._hits: dict[str, list[Selector]] = {}
        for link in links:
            if isinstance(link, ByLabel):
                self._labels.setdefault(folded(link.label), []).append(link)
                continue
            for id_ in ids_of(pull.hits.get(link, ())):
                self._hits.setdefault(id_, []).append(link)

    def links(self, ids: Iterable[str]) -> set[Selector]:
        """Give the links that reach any of these cards itself, or did by a label it had."""
        reaching: set[Selector] = set()
        for id_ in ids:
            reaching.update(self._hits.get(id_, ()))
            for label in self._lineage.labels(id_) if self._labels else ():
                reaching.update(self._labels.get(label, ()))
        return reaching


def among(hits: Iterable[Hit], ids: Container[str]) -> tuple[Hit, ...]:
    """Give the hits on these cards."""
    if isinstance(hits, LabelHits):
        return hits.among(ids)
    return tuple(hit for hit in hits if hit.card in ids)


def _closed(ids: Iterable[str], following: Callable[[str], set[str]]) -> set[str]:
    reached = waiting = set(ids)
    while waiting:
        waiting = {after for id_ in waiting for after in following(id_)} - reached
        reached = reached | waiting
    return reached
