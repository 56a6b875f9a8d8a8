"""Every id is accounted for: what isn't given is asked for again, and gone only if Jira says so."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from connectors.boards.jira.identity import identify
from connectors.boards.jira.jql import chunks
from connectors.errors import NotAuthorisedError, NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.site import SiteReader

SINGLY = 200
"""How many are asked for one by one before what they all say is believed of the others."""

ARCHIVED = ("archiveddate", "archivedDate")
"""The field that tells when an issue was archived: Data Center's name for it, and Cloud's exports'.

Who archived it (`archivedby`) is never asked for.
"""

NOT_FOR_US = 403
"""The status by which older Data Centers say that an account may not see an issue."""


def obtain(
    fetched: SiteReader, ids: Iterable[str], on_issues: Callable[[list[Json]], None]
) -> None:
    """Ask for these together, for what is left again, then one by one.

    A bulk leaves out in silence what isn't there, what the account may not see, and
    what it failed to read; only an issue's own address tells these apart. Since all
    of it may also be the answer to a stranger, who we are is asked again after that.
    """
    missing = list(ids)
    given: set[str] = set()

    def keep(issues: list[Json]) -> None:
        given.update(issue["id"] for issue in issues)
        on_issues(issues)

    fields = (*fetched.card_fields.all, *ARCHIVED)
    for _ in range(fetched.site.rounds if len(missing) > fetched.site.few else 0):
        if missing:
            fetched.site.issues(missing, fields, keep)
        left = [id_ for id_ in missing if id_ not in given]
        missing, stuck = left, len(left) == len(missing)
        if stuck:
            break
    if missing:
        _ask_singly(fetched, missing, fields, on_issues)
        identify(fetched)


def read_issue(fetched: SiteReader, name: str, fields: Sequence[str]) -> Json | None:
    """Give an issue by its id, its key or a former key; None where Jira says it isn't there."""
    try:
        issue = fetched.wire.get(f"issue/{name}", fields=",".join(fields))
    except NotFoundError:
        return None
    except NotAuthorisedError as error:
        if error.status == NOT_FOR_US:
            return None
        raise
    if not isinstance(issue, dict) or (name.isdecimal() and issue.get("id") != name):
        raise NotUnderstoodError(f"{fetched.access.name}: another issue than was asked for")
    return issue


def _ask_singly(
    fetched: SiteReader,
    ids: Sequence[str],
    fields: Sequence[str],
    on_issues: Callable[[list[Json]], None],
) -> None:
    """Ask until so many in a row are all gone."""
    for batch in chunks(ids, SINGLY):
        asked = [partial(read_issue, fetched, id_, fields) for id_ in batch]
        issues = [issue for issue in fetched.wire.together(asked) if issue is not None]
        on_issues(issues)
        if not issues:
            return
