"""The served worlds as the bench holds them, in a process of their own; and what they saw."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.worlds import Size
    from sandbox.log import Exchange


@dataclass(frozen=True, slots=True)
class TrafficTally:
    """One program's traffic.

    `sent` and `received` are bytes from the program and to it, headers too.
    `waves` is the longest run of requests of which each came after the answer
    to the one before: T >= latency * waves.
    """

    requests: int = 0
    sent: int = 0
    received: int = 0
    peak: int = 0
    waves: int = 0


def tally(exchanges: Sequence[Exchange], latency: float) -> TrafficTally:
    """Add up; `latency` is the seconds that each answer was held back."""
    return TrafficTally(
        requests=len(exchanges),
        sent=sum(each.bytes_in for each in exchanges),
        received=sum(each.bytes_out for each in exchanges),
        peak=max((each.in_flight for each in exchanges), default=0),
        waves=waves([each.arrived for each in exchanges], latency),
    )


def waves(arrivals: Iterable[float], latency: float) -> int:
    """How many requests, at most, came one after the other's answer; 0 without latency.

    Nothing is answered before the latency has passed, so two requests less than
    that apart did not wait for each other. A tenth is left for a timer's haste.
    """
    if latency <= 0:
        return 0
    count, free = 0, float("-inf")
    for at in sorted(arrivals):
        if at >= free:
            count, free = count + 1, at + 0.9 * latency
    return count


def _desk(size: Size) -> Any:
    """Fill and serve the worlds; only the other process loads what that takes."""
    from bench.server import TrackerDesk  # noqa: PLC0415 - see above

    return TrackerDesk(size)


class _Manager(BaseManager):
    """Holds a desk in another process."""


_Manager.register("desk", _desk)


class Trackers:
    """A context manager, and what a `TrackerDesk` in another process does when it is told.

    `jira`, `trello` are addresses, `boards` short links.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self._manager = _Manager(ctx=get_context("spawn"))
        self._manager.start()
        self._desk = self._manager.desk(size)
        self.jira, self.trello, self.boards = self._desk.addresses()
        self.latency, self.bulkfetch = self._desk.latency, self._desk.bulkfetch
        self.change, self.clear, self.tally = self._desk.change, self._desk.clear, self._desk.tally

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._desk.close()
        self._manager.shutdown()
