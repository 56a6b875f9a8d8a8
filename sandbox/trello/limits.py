"""Trello's rate limits: by token, by key, for /1/members/, and the block of those who go on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.limits import FixedWindow
from sandbox.trello.refusals import limited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, slots=True)
class Rates:
    """How many requests in how many seconds; the defaults are the documented ones."""

    token: int = 100
    key: int = 300
    seconds: float = 10
    members: int = 100
    members_seconds: float = 900
    refused: int = 200

    def scaled(self, factor: float) -> Rates:
        """Return these rates, so much wider or (below 1) tighter."""
        return Rates(
            max(1, round(self.token * factor)),
            max(1, round(self.key * factor)),
            self.seconds,
            max(1, round(self.members * factor)),
            self.members_seconds,
            max(1, round(self.refused * factor)),
        )


@dataclass(slots=True)
class Limits:
    """Counts every request; `timer` is in seconds."""

    rates: Rates
    timer: Callable[[], float]
    _windows: dict[tuple[str, str], FixedWindow] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self, key: str, token: str, *, member: bool = False) -> None:
        """Let a request through or raise its 429; `member` is for /1/members/ itself."""
        refused = self._window("refused", key)
        if refused.remaining == 0:
            raise limited("API_KEY_LIMIT_EXCEEDED")
        over = self._over(key, token, member=member)
        if over:
            refused.take()
            raise limited(over)

    def headers(self, key: str, token: str) -> Iterable[tuple[str, str]]:
        """Return the headers that every answer carries."""
        for kind, whose in (("token", token), ("key", key)):
            window = self._window(kind, whose)
            name = f"x-rate-limit-api-{kind}"
            yield f"{name}-interval-ms", str(int(window.seconds * 1000))
            yield f"{name}-max", str(window.limit)
            yield f"{name}-remaining", str(window.remaining)

    def _over(self, key: str, token: str, *, member: bool) -> str:
        if member and self._window("members", token).take():
            return "RATE_LIMIT_EXCEEDED"
        if self._window("token", token).take():
            return "API_TOKEN_LIMIT_EXCEEDED"
        if self._window("key", key).take():
            return "API_KEY_LIMIT_EXCEEDED"
        return ""

    def _window(self, kind: str, whose: str) -> FixedWindow:
        seconds = self.rates.members_seconds if kind == "members" else self.rates.seconds
        limit = getattr(self.rates, kind)
        with self._lock:
            new = FixedWindow(limit=limit, seconds=seconds, clock=self.timer)
            return self._windows.setdefault((kind, whose), new)
