"""Time as an argument; whoever needs to know or to wait is given a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime


@dataclass(frozen=True)
class Clock:
    """Now, with its zone, and a way to let seconds pass."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
