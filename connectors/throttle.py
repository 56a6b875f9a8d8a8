"""When a service may be asked, for all threads that ask it, and what the asking costs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.clock import Clock


@dataclass
class Traffic:
    """What one source's questions cost in a run; bytes as on the wire."""

    requests: int = 0
    sent: int = 0
    received: int = 0
    waited: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def add(self, sent: int, received: int) -> None:
        """Count one request and its answer."""
        with self.lock:
            self.requests += 1
            self.sent += sent
            self.received += received


class Gate:
    """One service's wish for quiet, shared by all threads that ask it.

    When one thread is told to wait, all do: side by side, the same wait is
    spent once. `patience` is how many seconds may be waited in all, and none beyond
    the run's deadline.
    """

    def __init__(self, patience: float, clock: Clock, traffic: Traffic) -> None:
        self._left = patience
        self._clock = clock
        self._traffic = traffic
        self._lock = threading.Lock()
        self._until = self._counted = clock.now()

    def close(self, until: datetime) -> bool:
        """Ask everyone to wait until then; False, and no wait, if patience doesn't reach."""
        with self._lock:
            more = (until - max(self._clock.now(), self._until)).total_seconds()
            if more > min(self._left, self._clock.deadline.left()):
                return False
            if more > 0:
                self._left -= more
                self._until = until
            return True

    def wait(self) -> None:
        """Return when the service may be asked."""
        while (seconds := self._due()) > 0:
            self._clock.sleep(seconds)

    def _due(self) -> float:
        """Seconds still to wait; those that several threads wait count once."""
        with self._lock:
            now = self._clock.now()
            more = (self._until - max(now, self._counted)).total_seconds()
            self._traffic.waited += max(0.0, more)
            self._counted = max(self._counted, self._until)
            return (self._until - now).total_seconds()
