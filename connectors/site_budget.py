"""What may be asked of a site, where others ask it too: runs beside this one, on any machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.responses import Spare


class HeardLimits(NamedTuple):
    """What came of a request: whether it was answered, and what the answer tells of limits.

    `pause` are the seconds that the service wants to be left alone.
    """

    answered: bool = False
    limits: tuple[Spare, ...] = ()
    pause: float = 0.0


class Turn(NamedTuple):
    """Seconds to wait before asking again whether it is one's turn; at 0 it is.

    Then `ended` is to be called once, with what came of it.
    """

    wait: float
    ended: Callable[[HeardLimits], None]


class SiteBudget(Protocol):
    """What may be asked of a site, shared by all who ask it."""

    def turn(self, endpoint: str) -> Turn:
        """Ask for a turn; for any thread."""


class Unshared:
    """The budget of a site that nobody else asks: it is always one's turn."""

    def turn(self, endpoint: str) -> Turn:
        """Let it go at once."""
        del endpoint
        return Turn(0.0, lambda _: None)
