"""A Jira site as the rest asks it: what differs by deployment, and who is asking; types alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from connectors.base import Access, Card, Known
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.client import JiraWire
    from connectors.boards.jira.fields import CardFields


class Site(Protocol):
    """What differs between Cloud and Data Center.

    `fields_known_upfront` sites can be asked before their fields are known, and remember what
    they answered. `lists_labels` sites tell which labels are in use. `page` is how many ids
    come at once, `page_with_fields` how many issues with their fields; `containers` how many
    containers to name in one question while nobody knows what is under them.
    `rounds` is how often those that weren't given are asked for together, where
    they are more than `few`.
    """

    fields_known_upfront: bool
    lists_labels: bool
    page: int
    page_with_fields: int
    containers: int
    rounds: int
    few: int

    def card_fields(self, known: Sequence[Json]) -> CardFields:
        """The fields that make a card, given the site's field list."""
        ...  # pragma: no cover

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The labels in use that look like these, where the site has a list of them."""
        ...  # pragma: no cover

    def under(self, containers: Sequence[str], card_fields: CardFields) -> str:
        """The query for what is one level under these, by key."""
        ...  # pragma: no cover

    def above_epics(self, cards: Sequence[Card]) -> set[str]:
        """The keys of those of these that stand above epics and look like stories."""
        ...  # pragma: no cover

    def ids(self, query: str) -> list[str]:
        """The ids of the issues that a query finds, each once."""
        ...  # pragma: no cover

    def again(self, query: str, ids: Sequence[str]) -> list[str]:
        """Ask for the ids once more, where these are hard to believe."""
        ...  # pragma: no cover

    def whole(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """The same; a site that gives the issues with it at no cost passes them on."""
        ...  # pragma: no cover

    def recent(
        self, query: str, fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> list[str]:
        """The same for what is likely a handful: passed on at once if it is."""
        ...  # pragma: no cover

    def issues(
        self, named: Sequence[str], fields: Sequence[str], on_issues: Callable[[list[Json]], None]
    ) -> None:
        """Fetch issues by id or key, in batches; what can't be seen is absent."""
        ...  # pragma: no cover


class SiteReader(Protocol):
    """What is asked through: the way to the site, and what is known of it."""

    access: Access
    wire: JiraWire
    site: Site
    known: Known
    card_fields: CardFields
    locale: str


class IssueTaker(SiteReader, Protocol):
    """The same, with what takes the issues that come."""

    now: datetime
    witnesses: dict[str, Card]
    lock: threading.Lock

    def take(self, issues: list[Json]) -> None:
        """Make cards of these issues and keep them."""
        ...  # pragma: no cover
