"""Page tokens: opaque, bound to their query, and good for a week."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.jira.answers import complaint

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

_LIFE = timedelta(days=7)


class Cursors:
    """Hands out tokens for places in an order, and takes them back any number of times."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._given: dict[str, tuple[Hashable, tuple[Any, ...], datetime]] = {}

    def give(self, query: Hashable, position: tuple[Any, ...]) -> str:
        """A token for the page after this position."""
        digest = hashlib.sha256(repr((query, position)).encode()).digest()
        token = urlsafe_b64encode(digest).decode()
        self._given[token] = (query, position, self._now())
        return token

    def take(self, query: Hashable, token: str | None) -> tuple[Any, ...] | None:
        """The position that the token stands for; None for None, the first page.

        Raises:
            RefusedError: The token is garbage, of another query, or too old.
        """
        if token is None:
            return None
        belongs, position, since = self._given.get(token, (None, (), self._now()))
        if belongs != query or self._now() - since > _LIFE:
            raise complaint(400, "The provided nextPageToken is invalid or has expired.")
        return position
