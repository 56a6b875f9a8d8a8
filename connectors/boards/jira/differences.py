"""What may be otherwise in a pull from a Jira site than in the one before."""

from __future__ import annotations

import zlib
from hashlib import blake2b
from typing import TYPE_CHECKING

from connectors.base import ByLabel, Changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Hit, Selector
    from connectors.boards.jira.fetching import FetchedIssues

AS_FETCHED = "as fetched"
"""The note that tells by which names a pull's cards were made, if they are as they were fetched."""


def changes(
    fetched: FetchedIssues,
    hits: Mapping[Selector, Sequence[Hit]],
    learned: dict[str, str],
    names: Mapping[str, tuple[str, ...]],
    *,
    as_fetched: bool,
) -> Changes | None:
    """Compare a pull with what is known; None where that tells too little.

    `learned` gets the notes that the next pull is compared by. Where a pull's cards aren't
    as they were fetched, what is kept of them tells nothing of them.
    """
    notes, whole = fetched.known.notes, fetched.known.whole
    prints = {link: _print(reached) for link, reached in hits.items() if not _is_label(link)}
    notes_by_link = {link: f"hits {zlib.crc32(repr(link).encode()):08x}" for link in prints}
    learned |= {note: prints[link] for link, note in notes_by_link.items()}
    # What the site calls things decides what cards count as, and is on none of them.
    made = f"by {zlib.crc32(repr(sorted(names.items())).encode()):08x}" if as_fetched else "no"
    learned[AS_FETCHED] = made
    if whole is None or not as_fetched or notes.get(AS_FETCHED) != made:
        return None
    cards = fetched.cards
    before = cards.shelf.only(cards.fresh)
    touched = {id_ for id_, card in cards.fresh.items() if before.get(id_) != card}
    gone = cards.shelf.ids - cards.fresh.keys() - cards.trusted
    moved = {link for link, note in notes_by_link.items() if notes.get(note) != prints[link]}
    return Changes(whole, frozenset(touched | gone), frozenset(moved))


def _is_label(link: Selector) -> bool:
    return isinstance(link, ByLabel)


def _print(hits: Sequence[Hit]) -> str:
    """Give the same text for the same hits, whatever their order."""
    lines = sorted(f"{hit.card} {hit.via} {hit.column}" for hit in hits)
    return blake2b("\n".join(lines).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
