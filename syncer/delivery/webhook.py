"""Posts a JSON body to a webhook, whose address is the secret that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from config.variables import delivery_variable
from connectors.http import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.destinations import Destination
    from connectors.clock import Clock

PATIENCE = 60.0
"""Seconds that a delivery waits for a limiting service; the next run tries again."""


def post(
    destination: Destination, body: dict[str, Any], clock: Clock, commit: Callable[[], None]
) -> None:
    """Post the body once, after `commit`; raises `SourceError`, `UnsureError`."""
    with opened(
        destination, clock, (destination.webhook,), delivery_variable(destination.name, "webhook")
    ) as session:
        commit()
        session.post(destination.webhook, json=body, allow_redirects=False)


def opened(
    destination: Destination, clock: Clock, secrets: tuple[str, ...], named: str
) -> requests.Session:
    """Give a session that says nothing twice, over the one HTTP seam."""
    way = Transport(
        f"deliver {destination.name}",
        clock,
        patience=PATIENCE,
        secrets=tuple(secret for secret in secrets if secret),
        variable=named,
        courier=True,
    )
    session = requests.Session()
    session.mount("https://", way)
    session.mount("http://", way)
    return session
