"""How cards are called: each key, title and address once, however many rows are of the card."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text, tuple_

from syncer.store.rows import batches, columns_of, put_many
from syncer.store.tables import card_names, cards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy.engine import Connection

    from syncer.core.records import Entry, JudgedCard

    Name = tuple[str, str, str]

NAME = ("key", "title", "url")
NAME_COLUMNS = columns_of(card_names, *NAME)

_KEYS_AT_ONCE = 200


name_of: Callable[[JudgedCard | Entry], Name] = attrgetter(*NAME)
"""Give what a card, or an entry's card, is called."""


def names_of(
    connection: Connection, workspace: str, kr: str, keys: Iterable[tuple[str, str]]
) -> dict[Name, int]:
    """Give the names, with their numbers, that a KR's cards with these (source, id) have now."""
    query = select(*NAME_COLUMNS, card_names.c.id).join(cards, cards.c.card_name == card_names.c.id)
    query = query.where(cards.c.workspace == workspace, cards.c.kr == kr)
    key = tuple_(cards.c.source, cards.c.id)
    return {
        (row.key, row.title, row.url): row.id
        for batch in batches(keys, _KEYS_AT_ONCE)
        for row in connection.execute(query.where(key.in_(batch)))
    }


def with_new_names(
    connection: Connection, workspace: str, known: Mapping[Name, int], names: Iterable[Name]
) -> Mapping[Name, int]:
    """Give these names their numbers; those that aren't known are put in."""
    new = [name for name in dict.fromkeys(names) if name not in known]
    if not new:
        return known
    numbers = _next_numbers(connection, len(new))
    rows = ((number, workspace, *name) for number, name in zip(numbers, new, strict=True))
    put_many(connection, card_names, ("id", "workspace", *NAME), rows)
    return {**known, **dict(zip(new, numbers, strict=True))}


def _next_numbers(connection: Connection, count: int) -> Iterable[int]:
    """Give numbers that no name has, and that nobody else will give."""
    if connection.dialect.name == "postgresql":
        taken = text(
            "SELECT nextval(pg_get_serial_sequence('card_names', 'id')) "
            "FROM generate_series(1, :count)"
        )
        return list(connection.scalars(taken, {"count": count}))
    last = connection.scalar(select(func.max(card_names.c.id))) or 0  # we alone are writing
    return range(last + 1, last + 1 + count)
