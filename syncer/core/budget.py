"""How much a service may still be asked, for all who ask it from wherever; pure.

The service says with each answer what is left of its limits. Between two answers no
more is spent than the last one left; when nothing is left, nothing is asked until a
limit's time has gone by, and then once, to hear what there is again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ARRIVED = 3.0
"""Seconds after which a request has reached the service, and is in the count that it tells."""

UNHEARD = 15.0
"""Seconds that the first who asks a service has to hear its limits, before another tries."""

SOON = 0.1
"""Seconds until those look again who wait for that."""

HOUR = 3600


class Remainder(NamedTuple):
    """What is left of a limit as an answer tells it: of `most` requests in `every` seconds.

    Its `name` is the endpoint's ("GET /path") where the limit is the endpoint's alone.
    """

    name: str
    left: float
    most: float
    every: float


class Limit(NamedTuple):
    """A limit as it is known now: `left` can be spent for sure; told at `at`."""

    left: float
    most: float
    every: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until a request may be sent, 0 for at once."""
        return 0.0 if self.left >= 1 else max(0.0, self.at + self.every - now)

    def spent(self, now: float) -> Limit:
        """Give what is left after one more request."""
        if self.left >= 1:
            return self._replace(left=self.left - 1)
        return self._replace(left=0.0, at=now)  # this one asks what there is again


class Ticket(NamedTuple):
    """A request that may be sent: its number, and how many were under way beside it."""

    number: int
    beside: int
    endpoint: str


@dataclass(frozen=True, slots=True)
class RequestBudget:
    """What is known of a site's limits, by name; moments are seconds since 1970.

    `under_way` are the requests without an answer, by number: when they were let go, and
    what they ask.
    `free_at` is when a service that refused wants to be asked again. `silent` is one that
    tells no limits. `sent` counts all requests, `this_hour` those of the hour `hour`.
    """

    limits: Mapping[str, Limit] = field(default_factory=dict)
    under_way: Mapping[int, tuple[float, str]] = field(default_factory=dict)
    sent: int = 0
    free_at: float = 0.0
    silent: bool = False
    hour: int = 0
    this_hour: int = 0

    def reserved(self, now: float, endpoint: str) -> tuple[RequestBudget, Ticket | float]:
        """Let a request go, or say for how many seconds it can't."""
        wait = self.wait(now, endpoint)
        if wait > 0:
            return self, wait
        flying = {n: request for n, request in self.under_way.items() if request[0] > now - UNHEARD}
        beside = sum(at > now - ARRIVED for at, _ in flying.values())
        ticket = Ticket(self.sent + 1, beside, endpoint)
        limits = {
            name: limit.spent(now) if _is_of(name, endpoint) else limit
            for name, limit in self.limits.items()
        }
        hour = int(now // HOUR)
        after = replace(
            self,
            limits=limits,
            under_way={**flying, ticket.number: (now, endpoint)},
            sent=ticket.number,
            hour=hour,
            this_hour=1 + (self.this_hour if hour == self.hour else 0),
        )
        return after, ticket

    def wait(self, now: float, endpoint: str) -> float:
        """Seconds until a request may go, 0 for at once."""
        if now < self.free_at:
            return self.free_at - now
        mine = [limit for name, limit in self.limits.items() if _is_of(name, endpoint)]
        if mine or self.silent:
            return max((limit.wait(now) for limit in mine), default=0.0)
        # Nobody has heard yet what the service takes: one asks, the others wait for that.
        asking = [asked for at, asked in self.under_way.values() if at > now - UNHEARD]
        return SOON if endpoint in asking or (asking and not self.limits) else 0.0

    def settled(
        self,
        ticket: Ticket,
        now: float,
        *,
        answered: bool,
        remainders: Iterable[Remainder] = (),
        free_at: float = 0.0,
    ) -> RequestBudget:
        """Learn from a request's end: an answer with what it tells, or none."""
        # Those that were sent beside it may not have been in the count that it tells.
        beside = ticket.beside + self.sent - ticket.number
        limits = dict(self.limits)
        for remainder in remainders:
            limits[remainder.name] = _learned(limits.get(remainder.name), remainder, beside, now)
        return replace(
            self,
            limits=limits,
            under_way={n: request for n, request in self.under_way.items() if n != ticket.number},
            free_at=max(self.free_at, free_at),
            silent=not limits and (answered or self.silent),
        )


def _learned(before: Limit | None, remainder: Remainder, beside: int, now: float) -> Limit:
    least = remainder.left - beside
    # Our own count is the better one, unless others spend of the limit too, or it was filled up.
    known = before is not None and least <= before.left <= remainder.left
    left = before.left if known and before is not None else least
    return Limit(max(0.0, left), remainder.most, remainder.every, now)


def _is_of(name: str, endpoint: str) -> bool:
    return name == endpoint or " " not in name
