"""Jira Data Center's way of being asked: whole pages by offset, the total told with each."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.boards.jira import fields as jira_fields
from connectors.boards.jira.jql import AT_ONCE, chunks, numbered, within
from connectors.boards.jira.pages import count_of, issues_of
from connectors.errors import NotUnderstoodError, RejectedError, TransientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from connectors.base import Card
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.client import JiraWire
    from connectors.boards.jira.fields import CardFields

PAGE = 1000
TRIES = 4

WINDOW = 10_000
"""How deep offsets reach: Jira 11 fails beyond (jira.search.platform.max.result.window)."""


class DataCenterSite:
    """One Data Center or Server site."""

    fields_known_upfront = False
    lists_labels = False
    page = WINDOW
    page_with_fields = PAGE
    containers = AT_ONCE
    rounds = 1
    few = 50

    def __init__(self, wire: JiraWire, _notes: Mapping[str, str]) -> None:
        self._wire = wire
        self._parent_link: tuple[str, ...] = ()
        self.learned: dict[str, str] = {}

    def card_fields(self, known: Sequence[Json]) -> CardFields:
        """The fields that make a card; an epic and a Parent Link are told by key."""
        self._parent_link = jira_fields.fields_of(jira_fields.PARENT_LINK, known)
        above = (*jira_fields.fields_of(jira_fields.EPIC_LINK, known), *self._parent_link)
        names = jira_fields.fields_of(jira_fields.EPIC_NAME, known)
        return jira_fields.CardFields(jira_fields.FIELDS, above=above, epic_name=names)

    def above_epics(self, cards: Sequence[Card]) -> set[str]:
        """See `Site`: a type's level isn't told, but a Parent Link leads to nothing lower."""
        higher: set[str] = set()
        keys = [card.key for card in cards]
        for field in self._parent_link if keys else ():
            linked = f"{_clause(field)} is not EMPTY"
            if len(keys) <= AT_ONCE:
                linked = within(_clause(field), keys)

            def on_issues(issues: list[Json], field: str = field) -> None:
                higher.update(str(issue["fields"].get(field)) for issue in issues)

            self.recent(linked, [field], on_issues)
        return higher.intersection(keys)

    def spellings(self, _labels: Iterable[str]) -> tuple[str, ...]:
        """See `Site`: there is no list of those in use."""
        return ()

    def under(self, containers: Sequence[str], card_fields: CardFields) -> str:
        """What has these as parent, as epic, or as Parent Link."""
        fields = ["parent", *map(_clause, card_fields.above)]
        return " OR ".join(within(field, containers) for field in fields)

    def ids(self, query: str) -> list[str]:
        """See `Site`."""
        return self.recent(query, ["id"], lambda _: None)

    def again(self, query: str, _ids: Sequence[str]) -> list[str]:
        """See `Site`."""
        return self.ids(query)

    def whole(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`; what finds nothing is asked again before it is believed."""
        return self.recent(query, fields, on_issues) or self.recent(query, fields, on_issues)

    def recent(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """See `Site`; what offsets can't reach is parted by when the issues were created.

        `id > N`, the usual way on, compares within N's project alone. When an
        issue was created never changes, so the parts neither overlap nor leak.
        """
        first = self._page(query, fields, 0)
        try:
            issues = None if first["total"] > WINDOW else self._steady(query, fields, first)
        except RejectedError:  # an administrator has made the window smaller
            issues = None
        if issues is None:
            return self._parted(query, fields, on_issues)
        on_issues(issues)
        return [issue["id"] for issue in issues]

    def _parted(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """The issues created in the first and in the second half of their time."""
        ends = [partial(self._created, query, order) for order in ("ASC", "DESC")]
        oldest, newest = self._wire.together(ends)
        middle = oldest + (newest - oldest) / 2
        since = f'created >= "{middle:%Y-%m-%d %H:%M}"'
        if newest - oldest < timedelta(minutes=2):
            raise NotUnderstoodError(
                f"{self._wire.name}: more issues than Jira lets anyone page through were created "
                "in one minute; name projects: on the source to take fewer"
            )
        halves = (f"({query}) AND {since.replace('>=', '<')}", f"({query}) AND {since}")
        answers = self._wire.together(
            partial(self.recent, half, fields, on_issues) for half in halves
        )
        return list(dict.fromkeys(id_ for ids in answers for id_ in ids))

    def _created(self, query: str, order: str) -> datetime:
        """When the oldest or the newest of a query's issues was created."""
        page = self._page(query, ["created"], 0, 1, f"created {order}")
        try:
            return datetime.fromisoformat(page["issues"][0]["fields"]["created"])
        except (LookupError, TypeError, ValueError) as error:
            raise NotUnderstoodError(
                f"{self._wire.name}: issues that don't say when they were created"
            ) from error

    def _steady(self, query: str, fields: Sequence[str], first: Json) -> list[Json]:
        """All issues of a query that offsets can reach, its pages side by side.

        Offsets shift when an issue goes while they are read. They are believed
        only when every page tells the same total and all came.
        """
        for _ in range(TRIES):
            total, size = first["total"], len(first["issues"])
            starts = range(size, total, size) if size else ()
            asked = [partial(self._page, query, fields, start) for start in starts]
            pages = [first, *self._wire.together(asked)]
            issues = {issue["id"]: issue for page in pages for issue in page["issues"]}
            if {page["total"] for page in pages} == {len(issues)}:
                return list(issues.values())
            first = self._page(query, fields, 0)
        raise TransientError(f"{self._wire.name}: a search's answer changed each time it was read")

    def _page(
        self, query: str, fields: Sequence[str], start: int, most: int = PAGE, order: str = "id ASC"
    ) -> Json:
        body = {
            "jql": f"{query} ORDER BY {order}",
            "startAt": start,
            "maxResults": most,
            "fields": list(fields),
        }
        return self._wire.again(partial(self._read_page, body))

    def _read_page(self, body: Json) -> Json:
        page: Any = self._wire.post("search", body)
        issues_of(page, self._wire.name)
        count_of(page, "total", self._wire.name)
        whole: Json = page
        return whole

    def issues(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        """See `Site`; one that isn't there makes Jira refuse the list, so it is parted."""
        ids = [name for name in named if name.isdecimal()]
        keys = [name for name in named if not name.isdecimal()]
        self._wire.together(
            partial(self._named, names, fields, on_issues)
            for names in (*chunks(keys, AT_ONCE), *chunks(ids, AT_ONCE))
        )

    def _named(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        """Fetch by keys alone, or by ids alone."""
        query = numbered("id", named) if named[0].isdecimal() else within("key", named)
        try:
            self.recent(query, fields, on_issues)
        except RejectedError:
            if len(named) > 1:
                half = len(named) // 2
                self._named(named[:half], fields, on_issues)
                self._named(named[half:], fields, on_issues)


def _clause(field: str) -> str:
    """A custom field as JQL names it."""
    return f"cf[{field.removeprefix('customfield_')}]"
