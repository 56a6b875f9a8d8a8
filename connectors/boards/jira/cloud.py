"""Jira Cloud's way of being asked: ids in the largest pages, then the issues in bulk."""

from __future__ import annotations

import threading
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from connectors.boards.jira.fields import CLOUD_FIELDS, CardFields
from connectors.boards.jira.jql import chunks, within
from connectors.boards.jira.pages import is_even, is_last, issues_of, list_of, next_token
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
TRIES = 4
BARREN = 3
"""Pages in a row that may hold nothing new: a token that leads nowhere is no token."""

PROBES = 4
"""How many large batches find out together whether a site takes them."""


class CloudSite:
    """One Cloud site, asked with as few requests as it permits, and never the same twice."""

    fields_known_upfront = True
    lists_labels = True
    page = 5000
    page_with_fields = WITH_FIELDS_A_PAGE
    containers = 20
    rounds = 3
    few = 5

    def __init__(self, wire: JiraWire, notes: Mapping[str, str]) -> None:
        self._wire = wire
        self._ids: dict[str, list[str]] = {}
        self._bulk = int(notes.get("bulkfetch", "0"))
        self.learned: dict[str, str] = {}

    def card_fields(self, _known: Sequence[Json]) -> CardFields:
        """The fields that make a card; the hierarchy is in them."""
        return CardFields(CLOUD_FIELDS, levels=True)

    def under(self, containers: Sequence[str], _wanted: CardFields) -> str:
        """What has these as parent."""
        return within("parent", containers)

    def above_epics(self, _cards: Sequence[Card]) -> set[str]:
        """See `Site`: every type tells its level."""
        return set()

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels in use on the site that look like these, without regard to case.

        JQL may compare labels by case, so each spelling is searched for.
        """
        asked = {folded(label) for label in labels}
        spelled: list[str] = []
        start = 0
        while True:
            page, ended = self._wire.again(partial(self._labels, start))
            spelled += [label for label in page if folded(label) in asked]
            start += len(page)
            if ended:
                return tuple(spelled)

    def _labels(self, start: int) -> tuple[list[str], bool]:
        page = self._wire.get("label", startAt=start, maxResults=LABELS_A_PAGE)
        labels = list_of(page, "values", self._wire.name)
        if not all(isinstance(label, str) for label in labels):
            raise NotUnderstoodError(f"{self._wire.name}: a label that is no text")
        return labels, is_last(page, start + len(labels), self._wire.name)

    def ids(self, query: str) -> list[str]:
        """See `Site`."""
        if query not in self._ids:
            self._ids[query] = self._believed(query)
        return self._ids[query]

    def again(self, query: str, ids: Sequence[str]) -> list[str]:
        """See `Site`; until the same comes twice."""
        self._ids[query] = self._believed(query, frozenset(ids))
        return self._ids[query]

    def whole(
        self, query: str, _fields: Sequence[str], _on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`: with the issues, a page would hold 100 instead of 5000."""
        return self.ids(query) or self.again(query, ())

    def recent(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`; beyond a few pages, the ids and a bulk are cheaper."""
        asked = {"jql": query, "fields": list(fields), "maxResults": WITH_FIELDS_A_PAGE}
        pages = self._wire.again(lambda: [*islice(self._pages(asked), FEW_PAGES)])
        on_issues([issue for page in pages for issue in page])
        ids = list(dict.fromkeys(issue["id"] for page in pages for issue in page))
        sizes = [len(page) for page in pages]
        full = len(pages) == FEW_PAGES and sizes[-1] == WITH_FIELDS_A_PAGE
        return self.ids(query) if full or not is_even(sizes, len(ids)) else ids

    def _believed(self, query: str, before: frozenset[str] | None = None) -> list[str]:
        """What a search finds, each once; where its pages are odd, what it finds twice.

        `before` is what it has just found, where that can't be believed alone.
        """
        asked = {"jql": query, "fields": ["id"], "maxResults": self.page}
        odd = before is not None
        for _ in range(TRIES):
            pages = self._wire.again(lambda: [*self._pages(asked)])
            ids = dict.fromkeys(issue["id"] for page in pages for issue in page)
            odd = odd or not is_even([len(page) for page in pages], len(ids))
            if not odd or ids.keys() == before:
                return list(ids)
            before = frozenset(ids)
        raise TransientError(f"{self._wire.name}: a search's answer changed each time it was read")

    def _pages(self, asked: Json) -> Iterator[list[Json]]:
        """A search's pages, one after another, each with something new up to the last."""
        token: str | None = None
        tokens: set[str] = set()
        received, barren = 0, 0
        ids: set[str] = set()
        while token not in tokens and barren < BARREN:
            if token:
                tokens.add(token)
            following = {"nextPageToken": token} if token else {}
            page = self._wire.post("search/jql", {**asked, **following})
            issues = issues_of(page, self._wire.name)
            received += len(issues)
            token = next_token(page, received, self._wire.name)
            yield issues
            if token is None:
                return
            known = len(ids)
            ids.update(issue["id"] for issue in issues)
            barren = barren + 1 if len(ids) == known else 0
        raise NotUnderstoodError(f"{self._wire.name}: the search's pages never end")

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
            # Issues that Jira couldn't read just now are in `issueErrors`, and asked for again.
            issues = [_given(issue, asked) for issue in list_of(page, "issues", self._wire.name)]
            list_of({"issueErrors": [], **page}, "issueErrors", self._wire.name)
            on_issues(issues)

        def _given(issue: Any, asked: set[str]) -> Json:
            if not isinstance(issue, dict) or (asked and issue.get("id") not in asked):
                raise NotUnderstoodError(f"{self._wire.name}: an issue that nobody asked for")
            return issue

        # Asked by its key, an issue that moved is given with another.
        asked = set(named) if all(name.isdecimal() for name in named) else set()
        body = {"issueIdsOrKeys": list(named), "fields": list(fields)}
        self._wire.again(partial(self._wire.read, "issue/bulkfetch", body, taken))
