"""One pull from a Jira site under way: what to ask next, given what has come so far."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Column, Hit, Level, Pull
from connectors.boards import jira_cards
from connectors.boards.jira_boards import JiraBoard, read_board
from connectors.boards.jql import AT_ONCE, chunks, narrowed, unordered, within
from connectors.errors import NotAuthorisedError, NotFoundError, RejectedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from connectors.base import Access, Ask, Card, Selector
    from connectors.boards.jira_cards import Json
    from connectors.boards.jira_wire import JiraWire

GATEWAY = "api.atlassian.com"
LINKS_OWN = (RejectedError, NotFoundError)
"""Errors that are one link's own fault; any other is the source's."""


class Site(Protocol):
    """What differs between Cloud and Data Center."""

    @property
    def fields(self) -> Sequence[str]:
        """The fields that a card is made of here."""
        ...  # pragma: no cover

    def spellings(self, labels: Iterable[str]) -> tuple[str, ...]:
        """The site's labels that are these without regard to case."""
        ...  # pragma: no cover

    def ids(self, query: str) -> list[str]:
        """The ids of the issues that a query finds."""
        ...  # pragma: no cover

    def issues(
        self, named: Sequence[str], fields: Sequence[str], came: Callable[[list[Json]], None]
    ) -> None:
        """Fetch issues by id or key, in batches; what can't be seen is absent."""
        ...  # pragma: no cover


@dataclass
class Reading:
    """One pull under way: what has come so far."""

    access: Access
    wire: JiraWire
    site: Site
    progressed: Callable[[int, int], None]
    address: str = ""
    estimates: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spelled: tuple[str, ...] = ()
    boards: dict[ByBoard, JiraBoard] = field(default_factory=dict)
    found: dict[Selector, list[str]] = field(default_factory=dict)
    problems: dict[Selector, SourceError] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    expected: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, ask: Ask, read_at: datetime) -> Pull:
        """Ask for everything and put it together."""
        self._prepare(ask)
        labelled = self._search(ask.selectors)
        self._fetch([*labelled, *(one for ids in self.found.values() for one in ids)])
        self._find_epics([one for one in ask.selectors if isinstance(one, ByEpic)])
        hits = {one: tuple(self._hits(one)) for one in ask.selectors if one not in self.problems}
        self._descend(self._apart(hits))
        self._ascend()
        return Pull(self.access.name, read_at, self.cards, hits, self.problems, notes=self._notes())

    def _prepare(self, ask: Ask) -> None:
        """Who are we, and what the site calls what we are going to ask for, in one wave."""
        boards = [one for one in ask.selectors if isinstance(one, ByBoard)]
        labels = [one.label for one in ask.selectors if isinstance(one, ByLabel)]
        questions: list[Callable[[], Any]] = [self._identify, self._address]
        questions.append(partial(self.wire.get, "field") if ask.estimates else list)
        questions.append(partial(self.site.spellings, labels) if labels else tuple)
        questions += [
            partial(self._own, one, partial(read_board, self.wire, one)) for one in boards
        ]
        _, self.address, known, self.spelled, *read = self.wire.together(questions)
        self.boards = {one: board for one, board in zip(boards, read, strict=True) if board}
        estimated = [board.estimation for board in self.boards.values() if board.estimation]
        self.estimates = jira_cards.points_fields(ask.estimates, known, estimated)

    def _identify(self) -> None:
        """An empty answer to a stranger is never a count, so: do they know us?

        Cloud answers a wrong token as it answers anyone, with what anyone may
        see (JRACLOUD-93811); only this question it refuses.
        """
        me = self.wire.get("myself")
        if not isinstance(me, dict) or not (me.get("accountId") or me.get("name")):
            raise NotAuthorisedError(
                f"{self.wire.name}: Jira doesn't say who we are; renew the token"
            )

    def _address(self) -> str:
        """The site as people open it; the gateway's address opens nothing in a browser."""
        if urlsplit(self.access.url).hostname != GATEWAY:
            return self.access.url.rstrip("/")
        return str(self.wire.get("serverInfo").get("baseUrl", self.access.url)).rstrip("/")

    def _search(self, wanted: Sequence[Selector]) -> list[str]:
        """Note what each query and board finds; answer with all that is labelled."""
        asked: dict[Selector, str] = {}
        for one in wanted:
            if isinstance(one, ByQuery):
                asked[one] = unordered(one.query)
            elif isinstance(one, ByBoard) and one in self.boards:
                asked[one] = self.boards[one].query
        labels = list(chunks(self.spelled, AT_ONCE))
        answers = self.wire.together(
            [
                *(partial(self._own, one, partial(self._ids, text)) for one, text in asked.items()),
                *(partial(self._ids, within("labels", some)) for some in labels),
            ]
        )
        for one, ids in zip(asked, answers, strict=False):
            if ids is not None:
                self.found[one] = ids
        return [one for ids in answers[len(asked) :] for one in ids or ()]

    def _ids(self, query: str) -> list[str]:
        return self.site.ids(narrowed(query, self.access.projects))

    def _own(self, one: Selector, question: Callable[[], Any]) -> Any:
        """Ask; what is this link's own fault becomes its problem and the answer None."""
        try:
            return question()
        except LINKS_OWN as error:
            with self.lock:
                self.problems[one] = error
            return None

    def _fetch(self, named: Iterable[str]) -> None:
        new = [one for one in dict.fromkeys(named) if one not in self.cards]
        self.expected += len(new)
        self.site.issues(new, self._fields(), self._came)

    def _fields(self) -> tuple[str, ...]:
        estimates = {one for ids in self.estimates.values() for one in ids}
        return (*self.site.fields, *sorted(estimates))

    def _came(self, issues: list[Json]) -> None:
        """Keep a batch; called from any thread."""
        name = self.access.name
        cards = [jira_cards.card(name, self.address, one, self.estimates) for one in issues]
        with self.lock:
            self.cards |= {card.id: card for card in cards}
            self.statuses |= {
                str(one["id"]): str(one["fields"]["status"].get("id")) for one in issues
            }
            self.progressed(len(self.cards), self.expected)

    def _find_epics(self, links: Sequence[ByEpic]) -> None:
        """Find each link's epics by key, following those that moved to a new one."""
        keys = [key for one in links for key in one.keys]
        self._fetch([key for key in keys if key not in self._by_key()])
        ids = self._by_key()
        moved = [key for key in dict.fromkeys(keys) if key not in ids]
        ids |= {key: one for key in moved if (one := self._moved(key))}
        for link in links:
            missing = [key for key in link.keys if not self._is_ours(ids.get(key))]
            if missing:
                self.problems[link] = NotFoundError(
                    f"{self.access.name}: epic {', '.join(missing)} isn't there, or this "
                    "account can't see it"
                )
            else:
                self.found[link] = [ids[key] for key in link.keys]

    def _by_key(self) -> dict[str, str]:
        return {card.key: card.id for card in self.cards.values()}

    def _moved(self, key: str) -> str | None:
        """The id of the issue that an old key leads to; alone, since the answer bears the new."""
        issues: list[Json] = []
        self.site.issues([key], self._fields(), issues.extend)
        self._came(issues)
        return str(issues[0]["id"]) if issues else None

    def _is_ours(self, card: str | None) -> bool:
        if card is None:
            return False
        projects = self.access.projects
        return not projects or self.cards[card].key.rpartition("-")[0] in projects

    def _hits(self, one: Selector) -> Iterator[Hit]:
        if isinstance(one, ByLabel):
            yield from self._labelled(one.label)
            return
        for card in dict.fromkeys(self.found[one]):
            # Found by the search and gone before it was fetched: gone.
            if card not in self.cards:
                continue
            if isinstance(one, ByBoard):
                board = self.boards[one]
                column = board.columns.get(self.statuses[card], Column.NONE)
                yield Hit(card, board.via, column)
            elif isinstance(one, ByQuery):
                yield Hit(card, f"jql {one.query}")
            else:
                yield Hit(card, f"epic {self.cards[card].key}")

    def _labelled(self, label: str) -> Iterator[Hit]:
        wanted = label.casefold()
        for card in self.cards.values():
            if any(one.casefold() == wanted for one in card.labels) and self._is_ours(card.id):
                yield Hit(card.id, f"label {label} on {card.key}")

    def _apart(self, hits: dict[Selector, tuple[Hit, ...]]) -> list[Card]:
        """The containers that stand for what is under them."""
        return [
            self.cards[hit.card]
            for one, reached in hits.items()
            for hit in reached
            if not isinstance(one, ByQuery | ByBoard) or one.children
            if self.cards[hit.card].level is Level.CONTAINER
        ]

    def _descend(self, containers: Iterable[Card]) -> None:
        """Fetch everything under these, level by level."""
        done: set[str] = set()
        while above := [card.id for card in containers if card.id not in done]:
            done |= set(above)
            found = self.wire.together(
                partial(self._ids, within("parent", some)) for some in chunks(above, AT_ONCE)
            )
            under = [one for ids in found for one in ids]
            self._fetch(under)
            containers = [
                self.cards[one]
                for one in under
                if one in self.cards and self.cards[one].level is Level.CONTAINER
            ]

    def _ascend(self) -> None:
        """Fetch what reached cards stand under: their thread may be written there."""
        asked: set[str] = set()
        while above := {
            card.parent
            for card in self.cards.values()
            if card.parent and card.parent not in self.cards and card.parent not in asked
        }:
            asked |= above
            self._fetch(sorted(above))

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"{self.access.name}: no field is named {name}; points count nowhere"
            for name, ids in self.estimates.items()
            if not ids and name != jira_cards.AUTO
        )
