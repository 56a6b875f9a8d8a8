"""How many workers keep up with how many sources: a model of the queue, moment by moment."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from dataclasses import dataclass

INTERVALS = 20
"""So many are simulated: who falls behind a little falls far behind by then."""

MOST = 512
"""Workers that are tried."""

ENOUGH = 0.1
"""Part of the interval that a read may wait for a worker, in 99 of 100 cases."""


@dataclass(frozen=True, slots=True)
class ReadCost:
    """What reading a source once costs: seconds of waiting for its service, of one processor."""

    waiting: float
    computing: float


def lateness(sources: int, interval: float, workers: int, at_once: int, cost: ReadCost) -> float:
    """Simulate twenty intervals; give what part of one a read waited in the last, 99 of 100.

    The sources' turns are spread evenly. A worker waits for services side by side, and
    computes one thing at a time: it is one process of Python.
    """
    turns = [interval * turn / sources for turn in range(INTERVALS * sources)]
    slots = [(0.0, number % workers) for number in range(workers * at_once)]
    free_at = [0.0] * workers
    heapq.heapify(slots)
    waits = []
    for turn in turns:
        free, worker = heapq.heappop(slots)
        begun = max(turn, free)
        computing = max(begun + cost.waiting, free_at[worker])
        free_at[worker] = computing + cost.computing
        heapq.heappush(slots, (free_at[worker], worker))
        waits.append(begun - turn)
    last = sorted(waits[-sources:])
    return last[int(0.99 * len(last))] / interval


def workers_needed(sources: int, interval: float, at_once: int, cost: ReadCost) -> int | None:
    """Give the least number of workers that keep up; None where not even `MOST` do."""

    def keeps_up(workers: int) -> bool:
        return lateness(sources, interval, workers, at_once, cost) <= ENOUGH

    fewer = bisect_left(range(1, MOST + 1), True, key=keeps_up)  # noqa: FBT003 - what is looked for
    return fewer + 1 if fewer < MOST else None
