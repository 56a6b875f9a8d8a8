"""Posts a JSON body to a webhook, whose address is the secret that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.variables import delivery_variable
from connectors.http import Transport, open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from config.destinations import Destination
    from connectors.clock import Clock

PATIENCE = 60.0
"""Seconds that a delivery waits for a limiting service; the next run tries again."""


def post(
    destination: Destination,
    body: dict[str, Any],
    clock: Clock,
    commit: Callable[[], None],
    known_words: str = "",
) -> requests.Response:
    """Post the body once and give the answer; `commit` is called before its first byte.

    Raises `SourceError`, `UnsureError` where it may have arrived. `known_words` are
    the service's own for its errors.
    """
    secrets, secret_name = (destination.webhook,), delivery_variable(destination.name, "webhook")
    with opened(
        destination, clock, secrets, secret_name, commit=commit, known_words=known_words
    ) as session:
        return session.post(destination.webhook, json=body, allow_redirects=False)


def opened(
    destination: Destination,
    clock: Clock,
    secrets: tuple[str, ...],
    secret_name: str,
    *,
    commit: Callable[[], None] | None = None,
    known_words: str = "",
) -> requests.Session:
    """Give a session that says nothing twice, over the one HTTP seam."""
    transport = Transport(
        f"deliver {destination.name}",
        clock,
        patience=PATIENCE,
        secrets=tuple(secret for secret in secrets if secret),
        variable=secret_name,
        courier=True,
        on_sending=commit,
        known_words=known_words,
    )
    return open_session(transport)


def json_of(answer: requests.Response) -> dict[str, Any]:
    """Give an answer's JSON object; an empty one where it holds none."""
    try:
        content = answer.json()
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
