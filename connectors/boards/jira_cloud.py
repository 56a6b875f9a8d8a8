"""Jira Cloud's way of being asked: ids in the largest pages, then the issues in bulk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.boards.jira_cards import CLOUD_FIELDS
from connectors.boards.jql import chunks
from connectors.errors import NotUnderstoodError, RejectedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from connectors.boards.jira_cards import Json
    from connectors.boards.jira_wire import JiraWire

IDS_A_PAGE = 5000
BULK = 1000
BULK_EVERYWHERE = 100
LABELS_A_PAGE = 1000
MOST_PAGES = 10_000
"""No site has so many; a token that never ends has."""


class CloudSite:
    """One Cloud site, asked with as few requests as it permits."""

    fields = CLOUD_FIELDS

    def __init__(self, wire: JiraWire) -> None:
        self._wire = wire
        self._bulk = BULK

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels in use on the site that are these without regard to case.

        JQL may compare labels by case, so each spelling is asked for.
        """
        wanted = {label.casefold() for label in labels}
        found: list[str] = []
        start = 0
        while True:
            page = self._wire.get("label", startAt=start, maxResults=LABELS_A_PAGE)
            values = _part(page, "values", self._wire.name)
            found += [label for label in values if label.casefold() in wanted]
            start += len(values)
            if page.get("isLast", True) or not values:
                return tuple(found)

    def ids(self, query: str) -> list[str]:
        """The ids of the issues that a query finds, each once.

        A page ends with a missing token or `isLast`. A token that comes twice,
        or a total above what came, is an answer not to be believed.
        """
        found: dict[str, None] = {}
        token: str | None = None
        seen: set[str] = set()
        for _ in range(MOST_PAGES):
            body = {"jql": query, "fields": ["id"], "maxResults": IDS_A_PAGE}
            page = self._wire.post("search/jql", body | ({"nextPageToken": token} if token else {}))
            found |= dict.fromkeys(
                str(issue["id"]) for issue in _part(page, "issues", self._wire.name)
            )
            token = page.get("nextPageToken")
            if page.get("isLast") or not token:
                _believe(page, len(found), self._wire.name)
                return list(found)
            if token in seen:
                break
            seen.add(token)
        raise NotUnderstoodError(f"{self._wire.name}: the search's pages never end")

    def issues(
        self, named: Sequence[str], fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> None:
        """Fetch issues by id or key; `came` gets each batch, from any thread.

        What isn't there or can't be seen is silently absent, as Jira has it.
        """
        batches = list(chunks(named, self._bulk))
        if not batches:
            return
        try:
            # One batch goes ahead: it finds out whether the site takes this size.
            self._pass_on(batches[0], fields, came)
        except RejectedError:
            if self._bulk == BULK_EVERYWHERE or len(batches[0]) <= BULK_EVERYWHERE:
                raise
            self._bulk = BULK_EVERYWHERE
            self.issues(named, fields, came)
            return
        self._wire.together(partial(self._pass_on, batch, fields, came) for batch in batches[1:])

    def _pass_on(
        self, named: Sequence[str], fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> None:
        came(self._fetch(named, fields))

    def _fetch(self, named: Sequence[str], fields: Sequence[str]) -> list[Json]:
        body = {"issueIdsOrKeys": list(named), "fields": list(fields)}
        page = self._wire.post("issue/bulkfetch", body)
        if page.get("issueErrors"):
            raise TransientError(f"{self._wire.name}: some issues could not be read just now")
        return list(_part(page, "issues", self._wire.name))


def _part(page: Any, name: str, source: str) -> Any:
    if not isinstance(page, dict) or not isinstance(page.get(name), list):
        raise NotUnderstoodError(f"{source}: an answer without {name}")
    return page[name]


def _believe(page: Json, came: int, source: str) -> None:
    total = page.get("total")
    if isinstance(total, int) and total > came:
        raise NotUnderstoodError(f"{source}: a search of {total} issues ended after {came}")
