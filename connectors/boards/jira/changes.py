"""What changed in a scope since the last read, and whether what is known is still called so."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.boards.jira.jql import numbered
from connectors.boards.jira.witnesses import witnesses
from connectors.errors import RejectedError
from connectors.shelf import Shelf

if TYPE_CHECKING:
    from connectors.boards.jira.site import IssueTaker

OVERLAP = timedelta(minutes=10)
"""Searches lag behind changes, by how much isn't published: look back further."""

TRIES = 2

FULL = "full"
"""The note that tells when everything was last read anew."""


def changed_since(fetched: IssueTaker, scope: str) -> list[str]:
    """Ask for what changed; a relative time, since others are read in the account's zone.

    The first who asks brings the witnesses along. An answer without any of them is
    cut, and asked for again. So soon after a whole read that all names are of just
    now, they aren't worth another page: what changed comes alone, if it fills one.
    """
    past = fetched.now - (fetched.known.since or fetched.now) + OVERLAP
    changed = f'({scope}) AND updated >= "-{math.ceil(past.total_seconds() / 60)}m"'
    fields, take = fetched.card_fields.all, fetched.take
    if _has_just_read_all(fetched):
        ids = fetched.site.recent(changed, fields, take)
        if len(ids) >= fetched.site.page_with_fields:
            return ids
    if not _brings_witnesses(fetched):
        return fetched.site.recent(changed, fields, take)
    asked = f"({changed}) OR {numbered('id', fetched.witnesses)}"
    # Jira refuses a query that names an issue which was deleted.
    with suppress(RejectedError):
        for _ in range(TRIES):
            ids = fetched.site.recent(asked, fields, take)
            if not fetched.witnesses.keys().isdisjoint(ids):
                return ids
    ids = fetched.site.recent(changed, fields, take)
    fetched.site.issues([*fetched.witnesses], fields, take)
    return ids


def _has_just_read_all(fetched: IssueTaker) -> bool:
    """Whether the last read was a whole one, no longer ago than searches may lag."""
    since, whole = fetched.known.since, fetched.known.notes.get(FULL)
    if since is None or whole is None or datetime.fromisoformat(whole) < since:
        return False
    return fetched.now - since <= OVERLAP


def _brings_witnesses(fetched: IssueTaker) -> bool:
    with fetched.lock:
        if fetched.witnesses:
            return False
        fetched.witnesses = witnesses(Shelf.of(fetched.known.cards))
        return bool(fetched.witnesses)
