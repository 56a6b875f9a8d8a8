"""The two shapes of a service's rate limit, with the clock as an argument."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class TokenBucket:
    """`size` tokens that refill at `per_second`; starts full. `clock` is in seconds."""

    def __init__(self, *, per_second: float, size: float, clock: Callable[[], float]) -> None:
        self.per_second = per_second
        self.size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._level = size
        self._at = clock()

    def take(self, cost: float = 1) -> float:
        """0 when let through (and charged), else the seconds until it would be."""
        with self._lock:
            self._refill()
            if self._level >= cost:
                self._level -= cost
                return 0.0
            return (cost - self._level) / self.per_second

    @property
    def remaining(self) -> int:
        """How many requests of cost 1 would be let through now."""
        with self._lock:
            self._refill()
            return int(self._level)

    def _refill(self) -> None:
        now = self._clock()
        self._level = min(self.size, self._level + max(0.0, now - self._at) * self.per_second)
        self._at = now


class FixedWindow:
    """`limit` in every window of `seconds`, counted from the clock's zero."""

    def __init__(self, *, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self.limit = limit
        self.seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._window = -1
        self._used = 0.0

    def take(self, cost: float = 1) -> float:
        """0 when let through (and charged), else the seconds until it would be."""
        with self._lock:
            self._turn()
            if self._used + cost <= self.limit:
                self._used += cost
                return 0.0
            return (self._window + 1) * self.seconds - self._clock()

    def charge(self, cost: float) -> None:
        """Add a cost that was known only after the answer; may overdraw."""
        with self._lock:
            self._turn()
            self._used += cost

    @property
    def remaining(self) -> int:
        """How many requests of cost 1 would be let through now."""
        with self._lock:
            self._turn()
            return max(0, int(self.limit - self._used))

    def _turn(self) -> None:
        window = int(self._clock() // self.seconds)
        if window != self._window:
            self._window, self._used = window, 0.0
