"""Jira Data Center's way of being asked: whole pages by offset, the total told with each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.boards import jira_cards
from connectors.boards.jql import AT_ONCE, chunks, within
from connectors.errors import NotUnderstoodError, RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from connectors.base import Card
    from connectors.boards.jira_cards import Json, Wanted
    from connectors.boards.jira_wire import JiraWire

PAGE = 1000
WINDOW = 10_000
"""How deep offsets reach: Jira 11 fails beyond (jira.search.platform.max.result.window)."""


class DataCenterSite:
    """One Data Center or Server site."""

    def __init__(self, wire: JiraWire, _notes: Mapping[str, str]) -> None:
        self._wire = wire
        self.learned: dict[str, str] = {}

    def wanted(self, known: Sequence[Json]) -> Wanted:
        """The fields that make a card; an epic and a Parent Link are told by key."""
        above = [*jira_cards.fields_of(jira_cards.EPIC_LINK, known)]
        above += jira_cards.fields_of(jira_cards.PARENT_LINK, known)
        names = jira_cards.fields_of(jira_cards.EPIC_NAME, known)
        return jira_cards.Wanted(jira_cards.FIELDS, above=tuple(above), epic_name=names)

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """Each label in the usual spellings: there is no list of those in use."""
        return tuple(
            dict.fromkeys(
                spelled
                for label in labels
                for spelled in (label, label.lower(), label.upper(), label.capitalize())
            )
        )

    def under(self, containers: Sequence[Card], wanted: Wanted) -> list[str]:
        """What has these as parent, as epic, or as Parent Link."""
        fields = ["parent", *(f"cf[{one.removeprefix('customfield_')}]" for one in wanted.above)]
        keys = [card.key for card in containers]
        return [" OR ".join(within(one, some) for one in fields) for some in chunks(keys, AT_ONCE)]

    def ids(self, query: str) -> list[str]:
        """See `Site`."""
        return self.whole(query, ["id"], lambda _: None)

    def whole(
        self, query: str, fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`; in windows that offsets can reach, each window's pages side by side."""
        found: dict[str, None] = {}
        last: str | None = None
        while True:
            beyond = f"({query}) AND id > {last}" if last else query
            issues, total = self._window(beyond, fields)
            came(issues)
            ids = [str(issue["id"]) for issue in issues]
            found |= dict.fromkeys(ids)
            if total <= len(ids) or not ids:
                return list(found)
            last = max(ids, key=int)

    recent = whole

    def _window(self, query: str, fields: Sequence[str]) -> tuple[list[Json], int]:
        """The first issues of a query by id, and how many it has in all.

        Pages by offset shift when an issue goes while they are read. They are
        only believed while every page tells the same total and all came.
        """
        first = self._page(query, fields, 0)
        total, size = int(first["total"]), len(first["issues"])
        if total <= size or not size:
            return first["issues"], size
        starts = range(size, min(total, WINDOW), size)
        asked = [partial(self._page, query, fields, start) for start in starts]
        try:
            pages = [first, *self._wire.together(asked)]
        except RejectedError:  # an administrator has made the window smaller
            return self._one_by_one(query, fields)
        issues = {str(issue["id"]): issue for page in pages for issue in page["issues"]}
        steady = {int(page["total"]) for page in pages} == {total}
        if steady and len(issues) == min(total, WINDOW):
            return list(issues.values()), total
        return self._one_by_one(query, fields)

    def _one_by_one(self, query: str, fields: Sequence[str]) -> tuple[list[Json], int]:
        """Page after page from the last id on: nothing that goes can shift what follows."""
        issues: list[Json] = []
        beyond = query
        while page := self._page(beyond, fields, 0)["issues"]:
            issues += page
            beyond = f"({query}) AND id > {max(int(issue['id']) for issue in page)}"
        return issues, len(issues)

    def _page(self, query: str, fields: Sequence[str], start: int) -> Json:
        body = {
            "jql": f"{query} ORDER BY id ASC",
            "startAt": start,
            "maxResults": PAGE,
            "fields": list(fields),
        }
        page: Any = self._wire.post("search", body)
        if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
            raise NotUnderstoodError(f"{self._wire.name}: an answer without issues")
        if not isinstance(page.get("total"), int):
            raise NotUnderstoodError(f"{self._wire.name}: a search that doesn't tell its total")
        return page

    def issues(
        self, named: Sequence[str], fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> None:
        """See `Site`; one that isn't there makes Jira refuse the list, so it is parted."""
        self._wire.together(
            partial(self._named, some, fields, came) for some in chunks(named, AT_ONCE)
        )

    def _named(
        self, named: Sequence[str], fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> None:
        ids = [one for one in named if one.isdecimal()]
        keys = [one for one in named if not one.isdecimal()]
        query = " OR ".join(
            within(name, some) for name, some in (("id", ids), ("key", keys)) if some
        )
        try:
            self.whole(query, fields, came)
        except RejectedError:
            if len(named) > 1:
                half = len(named) // 2
                self._named(named[:half], fields, came)
                self._named(named[half:], fields, came)
