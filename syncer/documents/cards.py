"""The cards behind a key result's number, as `explain --json` and its siblings give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.publish.known_krs import known_kr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.okrs import Okrs
    from syncer.core.records import JudgedCard
    from syncer.store.store import Store


def cards_document(kr: str, cards: Iterable[JudgedCard]) -> dict[str, Any]:
    """Give the document of `explain` (names and shapes are a promise)."""
    return {"id": kr, "cards": [_card(card) for card in cards]}


def cards_of(
    store: Store, okrs: Okrs, name: str, state: str | None = None
) -> tuple[str, str | None, list[JudgedCard]]:
    """Give a KR's id as it is spelled, what is to be said of it, and its cards in order.

    Raises `ConfigurationError` where neither the file nor the store knows it.
    """
    kr, remark = known_kr(store, okrs, name)
    return kr, remark, in_order(store.states([kr])[kr].cards, state)


def in_order(cards: Iterable[JudgedCard], state: str | None = None) -> list[JudgedCard]:
    """Give the cards by source and key, or only those that count as `state`."""
    ordered = sorted(cards, key=lambda card: (card.source, card.key))
    return [card for card in ordered if state is None or card.state.value == state]


def _card(card: JudgedCard) -> dict[str, Any]:
    return {
        "key": card.key,
        "source": card.source,
        "title": card.title,
        "url": card.url,
        "state": card.state.value,
        "rule": card.rule,
        "via": list(card.via),
        "thread": card.thread.value,
        "points": card.points,
    }
