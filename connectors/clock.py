"""Time as an argument; whoever needs to know or to wait is given a clock."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from connectors.network import Network

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from connectors.base import Access
    from connectors.site_budget import SiteBudget


class Deadline:
    """How long a run may still take, by a timer that nobody can set; endless until it begins.

    `name` says in messages whose time it is.
    """

    def __init__(
        self, timer: Callable[[], float] = time.monotonic, name: str = "the run's time"
    ) -> None:
        self.name = name
        self._timer = timer
        self._ends = math.inf

    def begin(self, seconds: float) -> None:
        """Let the run end so many seconds from now."""
        self._ends = self._timer() + seconds

    def part(self, share: float, name: str) -> Deadline:
        """Give the deadline of what may take this share of the time that is left."""
        part = Deadline(self._timer, name)
        part.begin(self.left() * share)
        return part

    def left(self) -> float:
        """Give the seconds that are left, never fewer than none."""
        return max(0.0, self._ends - self._timer())

    def late(self) -> float:
        """Give the seconds that have gone by since it was over, 0 before."""
        return max(0.0, self._timer() - self._ends)


@dataclass(frozen=True)
class Clock:
    """Now, with its zone, and a way to let seconds pass; beside it, what bounds every request.

    `deadline` is the run's, `network` the way out of this machine. `budget_of` gives what
    a source may ask of its site, where others ask it too.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    deadline: Deadline = field(default_factory=Deadline)
    network: Network = field(default_factory=Network)
    budget_of: Callable[[Access], SiteBudget] | None = None
