"""What the servers saw of a program: requests, bytes, how many at once, in how many waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sandbox.log import Exchange


@dataclass(frozen=True, slots=True)
class Tally:
    """One program's traffic.

    `sent` and `received` are bytes from the program and to it, headers too.
    `waves` is the longest run of requests of which each came after the answer
    to the one before: T >= latency * waves. `span` is the seconds from the
    first request's arrival to the last answer's end. `refused` are answers of
    400 and above.
    """

    requests: int = 0
    sent: int = 0
    received: int = 0
    peak: int = 0
    waves: int = 0
    span: float = 0.0
    refused: int = 0


def tally(exchanges: Sequence[Exchange], latency: float) -> Tally:
    """Add up; `latency` is the seconds that each answer was held back."""
    if not exchanges:
        return Tally()
    first = min(each.arrived for each in exchanges)
    last = max(each.arrived + each.seconds for each in exchanges)
    return Tally(
        requests=len(exchanges),
        sent=sum(each.bytes_in for each in exchanges),
        received=sum(each.bytes_out for each in exchanges),
        peak=max(each.in_flight for each in exchanges),
        waves=waves([each.arrived for each in exchanges], latency),
        span=last - first,
        refused=sum(each.status >= 400 for each in exchanges),  # noqa: PLR2004 - HTTP's own line
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
