"""Jira Cloud's way of being asked: ids in the largest pages, then the issues in bulk."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.boards.jira.cards import CLOUD_FIELDS, CardFields
from connectors.boards.jira.jql import chunks, within
from connectors.errors import NotUnderstoodError, RejectedError, TransientError
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from connectors.base import Card
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.client import JiraWire

BULK = 1000
BULK_EVERYWHERE = 100
LABELS_A_PAGE = 1000
WITH_FIELDS_A_PAGE = 100
FEW_PAGES = 3
PROBES = 4
"""How many large batches find out together whether a site takes them."""


class CloudSite:
    """One Cloud site, asked with as few requests as it permits, and never the same twice."""

    fields_known_upfront = True
    page = 5000
    containers = 20

    def __init__(self, wire: JiraWire, notes: Mapping[str, str]) -> None:
        self._wire = wire
        self._ids: dict[str, list[str]] = {}
        self._bulk = int(notes.get("bulkfetch", "0"))
        self.learned: dict[str, str] = {}

    def card_fields(self, _known: Sequence[Json]) -> CardFields:
        """The fields that make a card; the hierarchy is in them."""
        return CardFields(CLOUD_FIELDS)

    def under(self, containers: Sequence[str], _wanted: CardFields) -> str:
        """What has these as parent."""
        return within("parent", containers)

    def above_epics(self, _cards: Sequence[Card]) -> set[str]:
        """See `Site`: every type tells its level."""
        return set()

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels in use on the site that look like these, without regard to case.

        JQL may compare labels by case, so each spelling is asked for.
        """
        asked = {folded(label) for label in labels}
        spelled: list[str] = []
        start = 0
        while True:
            page = self._wire.get("label", startAt=start, maxResults=LABELS_A_PAGE)
            values = _part(page, "values", self._wire.name)
            spelled += [label for label in values if folded(label) in asked]
            start += len(values)
            if page.get("isLast", True) or not values:
                return tuple(spelled)

    def ids(self, query: str) -> list[str]:
        """See `Site`."""
        if query not in self._ids:
            pages = self._pages({"jql": query, "fields": ["id"], "maxResults": self.page})
            ids = dict.fromkeys(str(issue["id"]) for page in pages for issue in page)
            self._ids[query] = list(ids)
        return self._ids[query]

    def recent(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`; beyond a few pages, the ids and a bulk are cheaper."""
        asked = {"jql": query, "fields": list(fields), "maxResults": WITH_FIELDS_A_PAGE}
        ids: list[str] = []
        for number, page in enumerate(self._pages(asked), 1):
            on_issues(page)
            ids += [str(issue["id"]) for issue in page]
            if number == FEW_PAGES and len(page) == WITH_FIELDS_A_PAGE:
                return self.ids(query)
        return ids

    def _pages(self, asked: Json) -> Iterator[list[Json]]:
        """A search's pages, one after another.

        The last one has no token, or `isLast`. A token that comes twice, or a
        total above what came, is an answer not to be believed.
        """
        token: str | None = None
        seen: set[str] = set()
        received = 0
        while token not in seen:
            if token:
                seen.add(token)
            page = self._wire.post(
                "search/jql", {**asked, **({"nextPageToken": token} if token else {})}
            )
            issues = _part(page, "issues", self._wire.name)
            received += len(issues)
            token = page.get("nextPageToken")
            if page.get("isLast") or not token:
                _believe(page, received, self._wire.name)
                yield issues
                return
            yield issues
        raise NotUnderstoodError(f"{self._wire.name}: the search's pages never end")

    def whole(
        self, query: str, _fields: Sequence[str], _on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`: with the issues, a page would hold 100 instead of 5000."""
        return self.ids(query)

    def issues(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        """See `Site`; in batches as large as the site permits.

        Where nobody knows that, some large ones go ahead, and the rest follows as
        soon as one of them is answered or refused.
        """
        if self._bulk or len(named) <= BULK_EVERYWHERE:
            self._batches(named, fields, on_issues)
            return
        ahead, rest = named[: PROBES * BULK], named[PROBES * BULK :]
        heard = threading.Event()

        def follow() -> None:
            heard.wait()
            if self._bulk:
                self._batches(rest, fields, on_issues)

        asked: list[Callable[[], None]] = [
            partial(self._large, batch, fields, on_issues, heard) for batch in chunks(ahead, BULK)
        ]
        self._wire.together([*asked, follow])

    def _batches(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        size = self._bulk or BULK_EVERYWHERE
        fetch = self._large if size == BULK else self._fetch
        self._wire.together(
            partial(fetch, batch, fields, on_issues) for batch in chunks(named, size)
        )

    def _large(
        self,
        named: Sequence[str],
        fields: Sequence[str],
        on_issues: Callable[[list[Json]], None],
        heard: threading.Event | None = None,
    ) -> None:
        """A large batch, or small ones in its place where the site refuses it."""
        heard = heard or threading.Event()

        def taken(issues: list[Json]) -> None:
            self._bulk = self._bulk or BULK
            heard.set()
            on_issues(issues)

        try:
            self._fetch(named, fields, taken)
            refused = False
        except RejectedError:
            self._bulk = BULK_EVERYWHERE
            refused = True
        finally:
            heard.set()
        self.learned["bulkfetch"] = str(self._bulk)
        if refused:
            self._batches(named, fields, on_issues)

    def _fetch(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        def taken(page: Json) -> None:
            if page.get("issueErrors"):
                raise TransientError(f"{self._wire.name}: some issues could not be read just now")
            on_issues(_part(page, "issues", self._wire.name))

        body = {"issueIdsOrKeys": list(named), "fields": list(fields)}
        self._wire.read("issue/bulkfetch", body, taken)


def _part(page: Any, name: str, source: str) -> Any:
    if not isinstance(page, dict) or not isinstance(page.get(name), list):
        raise NotUnderstoodError(f"{source}: an answer without {name}")
    return page[name]


def _believe(page: Json, received: int, source: str) -> None:
    total = page.get("total")
    if isinstance(total, int) and total > received:
        raise NotUnderstoodError(f"{source}: a search of {total} issues ended after {received}")
