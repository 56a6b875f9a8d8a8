"""What the store knows of the sources, for one run: before they are asked, and as they answer."""

from __future__ import annotations

from concurrent.futures import CancelledError
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from connectors.base import Known
from connectors.errors import SourceError
from connectors.shelf import LostCardError, Shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from connectors.base import Card, Pull
    from syncer.store.store import Store

AT_ONCE = 2000
"""Cards that are kept together while a read goes on."""


class KnownCards:
    """The store's knowledge of the sources; its methods are for any thread.

    `known` is what earlier runs brought, by source.
    """

    def __init__(self, store: Store, sources: Iterable[str], began: datetime) -> None:
        self._store = store
        self._began = began
        self._lock = Lock()
        self._over = False
        stored = {name: store.known(name) for name in sources}
        self.known: Mapping[str, Known] = {
            name: _noted_by(known, began) for name, known in stored.items()
        }
        self._shelves = {name: Shelf.of(known.cards) for name, known in stored.items()}
        self._kept: dict[str, dict[str, Card]] = {name: {} for name in stored}
        self._waiting: dict[str, list[Card]] = {}
        self._notes: dict[str, dict[str, str]] = {}

    def end(self) -> None:
        """Refuse what comes from now on.

        With the run its lock is given back: who still asks by then, because the run
        was stopped, mustn't write.
        """
        with self._lock:
            self._over = True

    def fetched(self, source: str, cards: Sequence[Card]) -> None:
        """Keep what a large read has brought so far: if it breaks off, that wasn't for nothing.

        Raises `CancelledError` when the run is over.
        """
        with self._lock:
            if self._over:
                raise CancelledError
            kept, waiting = self._kept[source], self._waiting.setdefault(source, [])
            known = self._known_among(source, cards) | kept
            # Looking back further than the last run brings much that is known as it is.
            waiting += [card for card in cards if known.get(card.id) != card]
            if len(waiting) >= AT_ONCE:
                self._keep(source)

    def _known_among(self, source: str, cards: Iterable[Card]) -> dict[str, Card]:
        """Give these cards as they were kept before; those that can't be read, not."""
        try:
            return self._shelves[source].only(card.id for card in cards)
        except LostCardError:
            return {}

    def noted(self, source: str, key: str, value: str) -> None:
        """Have a note at hand that belongs to the cards."""
        with self._lock:
            self._notes.setdefault(source, {})[key] = value

    def _keep(self, source: str) -> None:
        waiting = self._waiting.pop(source, [])
        self._kept[source] |= {card.id: card for card in waiting}
        notes = self._notes.pop(source, {})
        self._store.keep_fetched(source, waiting, notes, self._began)

    def keep(self, answers: Iterable[Pull | SourceError]) -> None:
        """Keep the whole answers."""
        for answer in answers:
            if isinstance(answer, SourceError):
                continue
            if answer.comparable:
                self._keep(answer.source)
            there = self._shelves[answer.source].ids | self._kept[answer.source].keys()
            self._store.keep_pull(answer, there)


def _noted_by(known: Known, now: datetime) -> Known:
    """Leave out what a clock that was ahead has noted: asked for what changed since, none would."""
    if known.since is None or known.since <= now:
        return known
    return Known(notes=known.notes)


@contextmanager
def recalled(
    store: Store | None, sources: Iterable[str], began: datetime
) -> Iterator[KnownCards | None]:
    """Recall what earlier runs brought, for one run; nothing where nothing may be written."""
    if store is None:
        yield None
        return
    known_cards = KnownCards(store, sources, began)
    try:
        yield known_cards
    finally:
        known_cards.end()
