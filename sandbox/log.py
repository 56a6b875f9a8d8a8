"""What was asked of a sandbox, what it cost, and how much of it at once."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it came in, and what it cost.

    `arrived` is seconds of `time.monotonic`; `in_flight` how many requests,
    this one too, were being answered then; `status` is 0 for a hang-up.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    status: int
    bytes_in: int
    bytes_out: int
    arrived: float
    seconds: float
    in_flight: int


class RequestLog:
    """What was asked, in the order of the answers; safe to read while serving."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._in_flight = 0

    def enter(self) -> int:
        """Count a request in; the number now in flight."""
        with self._lock:
            self._in_flight += 1
            return self._in_flight

    def leave(self, exchange: Exchange | None) -> None:
        """Count a request out; None for one that never was whole."""
        with self._lock:
            self._in_flight -= 1
            if exchange is not None:
                self._exchanges.append(exchange)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request answered since the start or the last `clear`."""
        with self._lock:
            return tuple(self._exchanges)

    def of(self, path: str = "", method: str | None = None) -> tuple[Exchange, ...]:
        """The requests whose path has a match of this regular expression."""
        pattern = re.compile(path)
        return tuple(
            each
            for each in self.exchanges
            if pattern.search(each.path) and method in (None, each.method)
        )

    def clear(self) -> None:
        """Forget what was, requests in flight excepted."""
        with self._lock:
            self._exchanges.clear()

    def __len__(self) -> int:
        return len(self.exchanges)
