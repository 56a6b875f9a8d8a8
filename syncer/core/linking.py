"""Which cards count for a KR, and by which link: a join of links and a pull; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from connectors.base import (
    ByBoard,
    ByQuery,
    Column,
    Level,
    Selector,
)
from connectors.tracker_kinds import tracker_kind
from syncer.core.records import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from config.okrs import KeyResult
    from config.sources import Link, Source
    from connectors.base import Card, Hit, Pull
    from syncer.core.records import JudgedCard


class LinkedCard(NamedTuple):
    """A card that a KR's links reach.

    `via` are the ways, in the links' order. `column` is where the card stands
    on the boards that reached it: `LAST` if it is in the last mapped column of
    any, None if no board reached it. `left_out` says why the card's place in
    the hierarchy or off the board leaves it out; None where it is the card's
    own state that decides.
    """

    card: Card
    via: tuple[str, ...]
    column: Column | None = None
    left_out: str | None = None


def selector_of(link: Link, kr: str, source: Source, since: datetime | None = None) -> Selector:
    """What a link asks its source for; a link that names nothing asks for the KR's id as label.

    `since` is when the KR's period begins, for links that count from there.
    """
    return tracker_kind(source.kind).selector(link.own, source.own, kr, since)


def narrowing(source: Source) -> tuple[str, ...]:
    """Give what narrows all that a source's labels and queries look through; empty for nothing."""
    return tuple(source.own.get(tracker_kind(source.kind).narrows, ()))


def selectors_of(
    kr: KeyResult, sources: Mapping[str, Source], since: datetime | None = None
) -> dict[str, tuple[Selector, ...]]:
    """A KR's selectors by the name of the source to ask, in the links' order, each once."""
    asked: dict[str, dict[Selector, None]] = {}
    for link in kr.links:
        selector = selector_of(link, kr.id, sources[link.source], since)
        asked.setdefault(link.source, {})[selector] = None
    return {source: tuple(selectors) for source, selectors in asked.items()}


def link(
    selectors: Iterable[Selector], pull: Pull, *, subtasks: bool = False
) -> tuple[LinkedCard, ...]:
    """The cards that these selectors reach in a pull, each once, by key.

    Containers stand for what is under them where a label or an epic link
    reaches them, or a query or board link with `children` (rules 1 and 2); a
    card with a checklist does so with `children`. `subtasks` lets those that
    are reached count as cards. A card reached both in a way that counts and in
    one that doesn't, counts.
    """
    counted: dict[str, list[tuple[str, Column | None]]] = {}
    left: dict[str, list[tuple[str, str]]] = {}
    for selector in selectors:
        for hit in pull.hits[selector]:
            for card, why in _reached(selector, hit, pull, subtasks=subtasks):
                if why is None:
                    counted.setdefault(card, []).append((hit.via, hit.column))
                else:
                    left.setdefault(card, []).append((hit.via, why))
    out = [_counting(pull.cards[card], ways) for card, ways in counted.items()]
    out += [_left(pull.cards[card], ways) for card, ways in left.items() if card not in counted]
    return tuple(sorted(out, key=lambda linked: (linked.card.key, linked.card.id)))


def archived_since(
    before: Iterable[JudgedCard],
    selectors: Iterable[Selector],
    pull: Pull,
    linked: Iterable[LinkedCard],
) -> Iterator[LinkedCard]:
    """Give the cards that a query or a whole board reached before they were archived.

    A tracker may leave archived work out of every search. Its label and its place
    under an epic can still be read off it; that a query found it can't.
    """
    asked, reached = tuple(selectors), {linked_card.card.id for linked_card in linked}
    for card in before:
        now = pull.cards.get(card.id)
        if now is None or not now.archived or now.id in reached or card.state is State.IGNORED:
            continue
        via = tuple(way for way in card.via if any(_is_way_of(way, selector) for selector in asked))
        if via:
            yield LinkedCard(now, via)


def _is_way_of(way: str, selector: Selector) -> bool:
    if isinstance(selector, ByQuery):
        return way == f"jql {selector.query}"
    if not isinstance(selector, ByBoard) or selector.label or selector.lists:
        return False
    boards = tuple(f"board {board}" for board in selector.boards)
    return way in boards or way.startswith(tuple(f"{board}, " for board in boards))


def ancestry(card: Card, pull: Pull) -> Iterator[Card]:
    """The card and what it stands under, nearest first, as far as the pull holds them."""
    seen: set[str] = set()
    above: Card | None = card
    while above is not None and above.id not in seen:
        seen.add(above.id)
        yield above
        above = pull.cards.get(above.parent) if above.parent else None


def _under(
    card: Card, pull: Pull, seen: set[str], *, subtasks: bool
) -> Iterator[tuple[str, str | None]]:
    """Each card from this container down, with why it is left out (None: it counts)."""
    if card.id in seen:
        return
    seen.add(card.id)
    children = pull.below.get(card.id, ())
    if any(_hierarchy(child, subtasks=subtasks) is None for child in children):
        items = _has_items(card, pull)
        counting = "the items of its checklists count" if items else "what is under it counts"
        yield card.id, f"a container: {counting}"
    else:
        yield card.id, None
    for child in children:
        if child.level is Level.CONTAINER:
            yield from _under(child, pull, seen, subtasks=subtasks)
        else:
            yield child.id, _hierarchy(child, subtasks=subtasks)


def _hierarchy(card: Card, *, subtasks: bool) -> str | None:
    if card.level is Level.SUBTASK and not subtasks:
        return "a sub-task: the card above it counts"
    return None


def _has_items(card: Card, pull: Pull) -> bool:
    return any(child.level is Level.ITEM for child in pull.below.get(card.id, ()))


def _reached(
    selector: Selector, hit: Hit, pull: Pull, *, subtasks: bool
) -> Iterator[tuple[str, str | None]]:
    card = pull.cards[hit.card]
    apart = not isinstance(selector, ByQuery | ByBoard) or selector.children
    if hit.column is Column.NONE:
        yield card.id, "its status has no column: it is not on the board"
    elif apart and (card.level is Level.CONTAINER or _has_items(card, pull)):
        yield from _under(card, pull, set(), subtasks=subtasks)
    elif card.level is Level.CONTAINER:
        yield card.id, "a container; children: true on the link takes it apart"
    else:
        yield card.id, _hierarchy(card, subtasks=subtasks)


def _counting(card: Card, ways: list[tuple[str, Column | None]]) -> LinkedCard:
    if len(ways) == 1:
        via, column = ways[0]
        return LinkedCard(card, (via,), column)
    columns = {column for _, column in ways if column is not None}
    column = Column.LAST if Column.LAST in columns else next(iter(columns), None)
    return LinkedCard(card, tuple(dict.fromkeys(via for via, _ in ways)), column)


def _left(card: Card, ways: list[tuple[str, str]]) -> LinkedCard:
    return LinkedCard(card, tuple(dict.fromkeys(via for via, _ in ways)), left_out=ways[0][1])
