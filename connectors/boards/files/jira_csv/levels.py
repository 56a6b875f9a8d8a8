"""Where issue types stand, which no column tells: by name, else by what they are under; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.base import Level
from connectors.boards.files.jira_csv.words import TYPES, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.boards.files.jira_csv.rows import Row

Pairs = frozenset[tuple[str, str]]
"""Which type stands directly under which: the lower one, and the upper one."""


def levels(rows: Iterable[Row], above: Mapping[str, Row]) -> dict[str, Level]:
    """Give the level of each type, by its name as it is looked up.

    `above` is the row that each row stands under, by the lower one's id. A level is a
    type's in Jira, so that what one row shows is true of all of its type.
    """
    every = list(rows)
    known = {plain(row.type): level for row in every if (level := _by_name(row.type))}
    known |= {plain(row.type): Level.CONTAINER for row in every if row.epic_name}
    linked = {row.id for row in every if row.epic_link and row.id in above}
    for row in every:
        if row.id in linked and _by_name(row.type) is None and not row.epic_name:
            known.setdefault(plain(row.type), Level.BASE)
    pairs = frozenset(
        (plain(row.type), plain(above[row.id].type)) for row in every if row.id in above
    )
    _spread(known, pairs)
    # Who stands over others and has a name that tells nothing is taken for an epic.
    for lower, upper in sorted(pairs):
        if known.get(lower) is not Level.SUBTASK:
            known.setdefault(upper, Level.CONTAINER)
    return known


def _by_name(name: str) -> Level | None:
    return next((level for level, names in TYPES.items() if plain(name) in names), None)


def _spread(known: dict[str, Level], pairs: Pairs) -> None:
    """Conclude from the known types to those they stand over and under, until nothing is new."""
    before = -1
    while len(known) != before:
        before = len(known)
        for lower, upper in sorted(pairs):
            if known.get(upper) is Level.BASE:
                known.setdefault(lower, Level.SUBTASK)
            if known.get(lower) in (Level.BASE, Level.CONTAINER):
                known.setdefault(upper, Level.CONTAINER)
            if known.get(lower) is Level.SUBTASK:
                known.setdefault(upper, Level.BASE)
