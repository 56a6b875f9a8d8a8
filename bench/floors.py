"""The least time that a job can take on the wire, whoever does it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.worlds import Size

IN_FLIGHT = 8
"""Polite by default: no more requests at once to one service."""
IDS_A_PAGE = 5000
WHO_AM_I = 1


def waves(requests: int, chain: int) -> int:
    """T >= latency * this: the longest chain of dependent requests, or their number by eights."""
    return max(chain, ceil(requests / IN_FLIGHT))


def first(size: Size, bulkfetch: int) -> int:
    """Waves of a first read: ids in the largest pages side by side, then every issue in bulk."""
    bulks = ceil(size.issues / bulkfetch)
    return waves(WHO_AM_I + ceil(size.issues / IDS_A_PAGE) + bulks, chain=2)


def planned_first(size: Size, bulkfetch: int) -> int:
    """Waves of okr-sync's own first read, of a site that it doesn't know yet.

    One more than the best plan's: a few large batches go ahead of the rest, to
    see whether the site takes them.
    """
    return max(3, first(size, bulkfetch))


def steady(size: Size) -> int:
    """Waves of a later read: what changed, all ids in scope, and the ids of the done, at once."""
    return waves(WHO_AM_I + 1 + ceil(size.issues / IDS_A_PAGE) + 1, chain=1)


def boards(size: Size) -> int:
    """Waves of one nested question a board."""
    return waves(WHO_AM_I + size.boards, chain=1)
