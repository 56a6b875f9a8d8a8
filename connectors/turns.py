"""Whose turn it is at a service that others ask too: runs beside this one, on any machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors import responses
from connectors.errors import LimitedError
from connectors.site_budget import HeardLimits

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from requests import PreparedRequest, Response

    from connectors.clock import Clock
    from connectors.site_budget import SiteBudget
    from connectors.throttle import Gate

_VERSION = re.compile(r"(api|agile|greenhopper)/\d+(\.\d+)?(?=/)")
_NAMED = re.compile(r"[^/]*\d[^/]*")
_REFUSED = 1.0
"""Seconds to leave a service alone that refuses and doesn't say for how long."""


def endpoint_of(request: PreparedRequest) -> str:
    """Name what limits go by: the method, and the path without what it names (ids, keys)."""
    path = request.path_url.partition("?")[0]
    head = _VERSION.search(path)
    cut = head.end() if head else 0
    return f"{request.method} {path[:cut]}{_NAMED.sub('*', path[cut:])}"


@dataclass(frozen=True)
class Turns:
    """One source's turns at its site, within the source's patience."""

    budget: SiteBudget
    gate: Gate
    clock: Clock
    pause: float | None = None
    longest: float = field(default=366 * 24 * 3600.0)

    def take(self, request: PreparedRequest, subject: str) -> Callable[[HeardLimits], None]:
        """Return when it is this request's turn; raises `LimitedError` beyond patience."""
        endpoint = endpoint_of(request)
        while True:
            self.gate.wait()
            turn = self.budget.turn(endpoint)
            if turn.wait <= 0:
                return turn.ended
            until = self.clock.now() + timedelta(seconds=min(turn.wait, self.longest))
            if not self.gate.close(until):
                raise _late(subject, until)

    def heard(self, answer: Response | None) -> HeardLimits:
        """Give what an answer tells of the service's limits; None is none."""
        if answer is None:
            return HeardLimits()
        refused = answer.status_code == responses.TOO_MANY
        wait = responses.asked_wait(answer, self.clock.now(), self.pause) if refused else 0.0
        limits = () if refused else tuple(responses.spare(answer.headers))
        return HeardLimits(answered=True, limits=limits, pause=_REFUSED if wait is None else wait)


def _late(subject: str, until: datetime) -> LimitedError:
    return LimitedError(
        f"{subject}: what its service takes in all is used up by others; "
        f"free again at {until:%Y-%m-%d %H:%M:%S} UTC, skipped until then",
        free_at=until,
    )
