"""Which cards count for a KR, and by which link: a join of links and a pull; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.base import (
    ByBoard,
    ByEpic,
    ByLabel,
    ByQuery,
    Column,
    Level,
    Scope,
    Selector,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from config.okrs import KeyResult, Link, Source
    from connectors.base import Card, Hit, Pull


@dataclass(frozen=True, slots=True)
class Linked:
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


def selector(link: Link, kr: str, source: Source) -> Selector:
    """What a link asks its source for; a link that names nothing asks for the KR's id as label."""
    label = link.label if link.label is not None else kr
    if link.epic:
        return ByEpic(link.epic)
    if link.jql is not None:
        return ByQuery(link.jql, link.children)
    if link.board is None and source.kind != "trello":
        return ByLabel(label)
    named = link.board is not None or link.list
    return ByBoard(
        boards=(link.board,) if link.board is not None else source.boards,
        label=link.label if named else label,
        lists=link.list,
        scope=Scope(link.scope),
        sprint=link.sprint,
        children=link.children,
    )


def selectors(kr: KeyResult, sources: Mapping[str, Source]) -> dict[str, tuple[Selector, ...]]:
    """A KR's selectors by the name of the source to ask, in the links' order, each once."""
    asked: dict[str, dict[Selector, None]] = {}
    for link in kr.links:
        asked.setdefault(link.source, {})[selector(link, kr.id, sources[link.source])] = None
    return {source: tuple(wanted) for source, wanted in asked.items()}


def link(wanted: Iterable[Selector], pull: Pull) -> tuple[Linked, ...]:
    """The cards that these selectors reach in a pull, each once, by key.

    Containers stand for what is under them where a label or an epic link
    reaches them, or a query or board link with `children` (rules 1 and 2).
    A card reached both in a way that counts and in one that doesn't, counts.
    """
    counted: dict[str, list[tuple[str, Column | None]]] = {}
    left: dict[str, list[tuple[str, str]]] = {}
    for one in wanted:
        for hit in pull.hits[one]:
            for card, why in _reached(one, hit, pull):
                if why is None:
                    counted.setdefault(card, []).append((hit.via, hit.column))
                else:
                    left.setdefault(card, []).append((hit.via, why))
    out = [_counting(pull.cards[card], ways) for card, ways in counted.items()]
    out += [_left(pull.cards[card], ways) for card, ways in left.items() if card not in counted]
    return tuple(sorted(out, key=lambda linked: (linked.card.key, linked.card.id)))


def ancestry(card: Card, pull: Pull) -> Iterator[Card]:
    """The card and what it stands under, nearest first, as far as the pull holds them."""
    seen: set[str] = set()
    above: Card | None = card
    while above is not None and above.id not in seen:
        seen.add(above.id)
        yield above
        above = pull.cards.get(above.parent) if above.parent else None


def _under(card: Card, pull: Pull, seen: set[str]) -> Iterator[tuple[str, str | None]]:
    """Each card from this container down, with why it is left out (None: it counts)."""
    if card.id in seen:
        return
    seen.add(card.id)
    children = pull.below.get(card.id, ())
    if any(child.level is not Level.SUBTASK for child in children):
        yield card.id, "a container: what is under it counts"
    else:
        yield card.id, None
    for child in children:
        if child.level is Level.CONTAINER:
            yield from _under(child, pull, seen)
        else:
            yield child.id, _hierarchy(child)


def _hierarchy(card: Card) -> str | None:
    return "a sub-task: the card above it counts" if card.level is Level.SUBTASK else None


def _reached(one: Selector, hit: Hit, pull: Pull) -> Iterator[tuple[str, str | None]]:
    card = pull.cards[hit.card]
    apart = not isinstance(one, ByQuery | ByBoard) or one.children
    if hit.column is Column.NONE:
        yield card.id, "its status has no column: it is not on the board"
    elif card.level is not Level.CONTAINER:
        yield card.id, _hierarchy(card)
    elif apart:
        yield from _under(card, pull, set())
    else:
        yield card.id, "a container; children: true on the link takes it apart"


def _counting(card: Card, ways: list[tuple[str, Column | None]]) -> Linked:
    columns = {column for _, column in ways if column is not None}
    column = Column.LAST if Column.LAST in columns else next(iter(columns), None)
    return Linked(card, tuple(dict.fromkeys(via for via, _ in ways)), column)


def _left(card: Card, ways: list[tuple[str, str]]) -> Linked:
    return Linked(card, tuple(dict.fromkeys(via for via, _ in ways)), left_out=ways[0][1])
