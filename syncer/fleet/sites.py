"""Who answers a source's questions, and for whom: what its limits go by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.site_budget import HeardLimits, Turn
from syncer.core.budget import Remainder, RequestBudget, Ticket

if TYPE_CHECKING:
    from connectors.base import Access
    from syncer.store.site_budgets import SiteBudgets

_GATEWAY = "/ex/jira/"


def site_of(access: Access) -> str:
    """Name the site and the account that a source is asked by; "" for one that is a file.

    Of what signs us in only a few digits of a sum are in it: enough to tell two apart.
    """
    address = urlsplit(access.url)
    if not address.hostname:
        return ""
    host = address.hostname + (f":{address.port}" if address.port else "")
    _, gateway, rest = address.path.partition(_GATEWAY)
    cloud = f"/{rest.partition('/')[0]}" if gateway else ""
    secret = "\n".join((access.token, access.key or ""))
    return f"{host}{cloud} {hashlib.sha256(secret.encode()).hexdigest()[:8]}"


@dataclass(frozen=True)
class SharedSite:
    """A site's budget, kept in the store for all workers."""

    budgets: SiteBudgets
    site: str

    def turn(self, endpoint: str) -> Turn:
        """Ask for a turn, among all who ask this site."""
        answer = self.budgets.change(self.site, partial(RequestBudget.reserved, endpoint=endpoint))
        if isinstance(answer, Ticket):
            return Turn(0.0, partial(self._ended, answer))
        return Turn(answer, lambda _: None)

    def _ended(self, ticket: Ticket, heard: HeardLimits) -> None:
        """Let all know what came of a request."""

        def settled(budget: RequestBudget, now: float) -> tuple[RequestBudget, None]:
            remainders = [
                Remainder(
                    ticket.endpoint if spare.whose == "endpoint" else spare.whose,
                    spare.left,
                    spare.more,
                    spare.every,
                )
                for spare in heard.limits
            ]
            after = budget.settled(
                ticket,
                now,
                answered=heard.answered,
                remainders=remainders,
                free_at=now + heard.pause if heard.pause else 0.0,
            )
            return after, None

        self.budgets.change(self.site, settled)
