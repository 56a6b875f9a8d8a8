"""First of all: who we are to a Jira site, where people open it, what its fields are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.boards.jira.fields import STORY_POINTS, is_field_list, useful
from connectors.errors import NotAuthorisedError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.site import SiteReader

GATEWAY = "/ex/jira/"
"""In the path of Atlassian's gateway, before the cloud id."""


def identify(fetched: SiteReader) -> None:
    """An empty answer to a stranger is never a count, so: do they know us?

    Cloud answers a wrong token as it answers anyone, with what anyone may see
    (JRACLOUD-93811); only this question it refuses.
    """
    me = fetched.wire.get("myself")
    if not isinstance(me, dict) or not (me.get("accountId") or me.get("name")):
        raise NotAuthorisedError(
            f"{fetched.access.name}: Jira doesn't say who we are; renew {fetched.access.variable}"
        )
    locale = me.get("locale")
    fetched.locale = locale if isinstance(locale, str) else ""


def address(fetched: SiteReader) -> str:
    """The site as people open it; the gateway's address opens nothing in a browser."""
    url = fetched.access.url
    if GATEWAY not in urlsplit(url).path:
        return url.rstrip("/")
    info = fetched.wire.get("serverInfo")
    if not isinstance(info, dict):
        raise NotUnderstoodError(f"{fetched.access.name}: this server doesn't say what it is")
    urls = (str(info.get(name) or "") for name in ("displayUrl", "baseUrl"))
    opened = (address for address in urls if address and GATEWAY not in urlsplit(address).path)
    return next(opened, url).rstrip("/")


def fields(fetched: SiteReader, estimates: Sequence[str], learned: dict[str, str]) -> list[Json]:
    """The site's fields that may matter; while comparing, those of the last full read."""
    names = sorted({*estimates, *STORY_POINTS})
    noted = json.loads(fetched.known.notes.get("fields", "{}"))
    if fetched.known.since is not None and noted.get("names") == names:
        return list(noted["fields"])
    every = fetched.wire.get("field")
    if not is_field_list(every):
        raise NotUnderstoodError(f"{fetched.access.name}: a field list that can't be read")
    kept = useful(every, names)
    learned["fields"] = json.dumps({"names": names, "fields": kept})
    return kept
