"""A board's active sprints: what leaves with one, and what stays until the next; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import ByBoard, Scope

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from connectors.base import Pull, Selector
    from syncer.core.records import JudgedCard


def moved_on(via: Sequence[str], selectors: Iterable[Selector], pull: Pull) -> bool:
    """Whether a card was reached by sprints alone that its boards have left behind since.

    `via` are the ways by which it was reached then. A link to a board's active
    sprint means another sprint when that one is over: its cards leave with it.
    """
    asked = [link for link in selectors if link in pull.ways]
    now = {way for link in asked for way in pull.ways[link]}
    return bool(via) and all(way.startswith(_ways(asked)) and way not in now for way in via)


def between_sprints(selectors: Iterable[Selector], pull: Pull) -> tuple[ByBoard, ...]:
    """Give the links to an active sprint whose board has none now."""
    return tuple(
        link
        for link in selectors
        if isinstance(link, ByBoard)
        and link.scope is Scope.ACTIVE_SPRINT
        and not pull.ways.get(link, (link,))
    )


def staying(
    before: Iterable[JudgedCard],
    reached: Collection[str],
    selectors: Iterable[Selector],
    pull: Pull,
) -> Iterator[JudgedCard]:
    """Give the cards of `before` that stay as last read: their sprint is over, and none begun.

    Those that another link has `reached` are judged anew.
    """
    sprints = _ways(between_sprints(selectors, pull))
    for card in before:
        ways = tuple(way for way in card.via if way.startswith(sprints))
        if ways and card.source == pull.source and card.id not in reached:
            yield card._replace(via=ways)


def remark(selectors: Iterable[Selector], pull: Pull) -> str | None:
    """Say on which boards no sprint is active; None where none is missed."""
    boards = [board for link in between_sprints(selectors, pull) for board in link.boards]
    if not boards:
        return None
    return (
        f"{pull.source}: no sprint is active on board {', '.join(dict.fromkeys(boards))}; the "
        "number stays until the next one begins"
    )


def _ways(links: Iterable[Selector]) -> tuple[str, ...]:
    """Give how the ways begin by which links to active sprints reach cards."""
    return tuple(
        f"board {board}, sprint "
        for link in links
        if isinstance(link, ByBoard) and link.scope is Scope.ACTIVE_SPRINT
        for board in link.boards
    )
