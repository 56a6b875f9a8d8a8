"""Which cards each link reaches on a Jira site, and how."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Column, Hit
from connectors.boards.jira.fetching import LINKS_OWN, FetchedIssues, Part
from connectors.boards.jira.jql import AT_ONCE, chunks, narrowed, unordered, within
from connectors.boards.jira.projects import project_of
from connectors.errors import NotFoundError, SourceError
from connectors.gathered import LabelHits, ids_of
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from connectors.base import Card, Selector
    from connectors.boards.jira.boards import JiraBoard
    from connectors.boards.jira.fetching import Scope
    from connectors.boards.jira.vanished import Query

SHRUNK = 0.1
"""The share of what a query found that may go at once without being asked again."""


@dataclass
class Reach:
    """What the links of one pull reach; `problems` are those of the links that fail alone.

    `hits` are those of all but labels, which every card tells itself. `learned` gets
    the notes on how much each query found.
    """

    fetched: FetchedIssues
    learned: dict[str, str]
    boards: dict[ByBoard, JiraBoard] = field(default_factory=dict)
    hits: dict[Selector, list[Hit]] = field(default_factory=dict)
    problems: dict[Selector, SourceError] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)

    def of(self, links: Iterable[Selector]) -> dict[Selector, Sequence[Hit]]:
        """Give the hits of each of these links that has no problem."""
        answered = [link for link in links if link not in self.problems]
        labels = {folded(link.label) for link in answered if isinstance(link, ByLabel)}
        carrying = self._carrying(labels)
        return {
            link: self._labelled(link.label, carrying[folded(link.label)])
            if isinstance(link, ByLabel)
            else tuple(self._hits(link))
            for link in answered
        }

    def search(self, links: Sequence[Selector], spelled: Sequence[str]) -> list[str]:
        """The ids that the queries, the boards and the labels find."""
        asked: list[Query] = []
        for link in links:
            if isinstance(link, ByQuery):
                asked.append((link, f"jql {link.query}", unordered(link.query)))
            elif isinstance(link, ByBoard) and link in self.boards:
                asked += [(link, *question) for question in self.boards[link].queries.items()]
        self.queries += asked
        owners: list[Selector | None] = [link for link, _, _ in asked]
        scopes: list[Scope] = [[Part(query, self.size(query))] for _, _, query in asked]
        for labels in chunks(spelled, AT_ONCE):
            owners.append(None)
            scopes.append([Part(within("labels", labels), self._labelled_before(labels))])

        def guarded(number: int, question: Callable[[], list[str]]) -> list[str]:
            owner = owners[number]
            return question() if owner is None else self.own(owner, question) or []

        answers = self.fetched.find(scopes, guarded)
        for number, (link, way, query) in enumerate(asked):
            if self._shrank(link, len(answers[number]), self.size(query)):
                answers[number] = self.fetched.site.again(
                    narrowed(query, self.fetched.projects), answers[number]
                )
            self.hits.setdefault(link, []).extend(Hit(card, way) for card in answers[number])
            self.learned[_sized(query)] = str(len(answers[number]))
        return [id_ for ids in answers for id_ in ids]

    def _shrank(self, link: Selector, now: int, before: int) -> bool:
        """Whether a query finds so much less than it did that it is asked again."""
        return link not in self.problems and before - now > max(1, SHRUNK * before)

    def size(self, query: str) -> int:
        """Give how much a query found the last time, 0 where that isn't known."""
        return int(self.fetched.known.notes.get(_sized(query), "0"))

    def _labelled_before(self, labels: Sequence[str]) -> int:
        asked = set(labels)
        groups = self.fetched.cards.shelf.groups.items()
        return sum(len(ids) for shape, ids in groups if not asked.isdisjoint(shape.labels))

    def own(self, link: Selector, question: Callable[[], Any]) -> Any:
        """Ask; what is this link's own fault becomes its problem and the answer None."""
        try:
            return question()
        except LINKS_OWN as error:
            with self.fetched.lock:
                self.problems[link] = error
            return None

    def name_epics(self, links: Sequence[ByEpic], ids: Mapping[str, str]) -> None:
        """Say of each epic link what it reached; a key that isn't there is its problem."""
        for link in links:
            missing = [key for key in link.keys if not self._is_ours(ids.get(key))]
            if missing:
                self.problems[link] = NotFoundError(
                    f"{self.fetched.access.name}: epic {', '.join(missing)} isn't there, or this "
                    "account can't see it"
                )
            else:
                self.hits[link] = [
                    Hit(ids[key], f"epic {self.fetched.cards[ids[key]].key}") for key in link.keys
                ]

    def _is_ours(self, card: str | None) -> bool:
        if card is None:
            return False
        projects = self.fetched.projects
        return not projects or project_of(self.fetched.cards[card].key) in projects

    def _hits(self, link: Selector) -> Iterator[Hit]:
        columns = self.boards[link].columns if isinstance(link, ByBoard) else None
        cards = self.fetched.cards
        for hit in dict.fromkeys(self.hits.get(link, ())):
            # Found by the search and gone before it was fetched: gone.
            if hit.card not in cards:
                continue
            if columns is None:
                yield hit
            else:
                standing = cards.shape(hit.card).standing_id
                yield hit._replace(column=columns.get(standing, Column.NONE))

    def _carrying(self, labels: set[str]) -> Mapping[str, list[str]]:
        """Give the ids of the cards that carry each of these labels."""
        carrying: dict[str, list[str]] = {label: [] for label in labels}
        projects = self.fetched.projects
        for shape, ids in self.fetched.cards.shapes() if labels else ():
            if shape.labels and (not projects or shape.project in projects):
                for label in labels & {folded(name) for name in shape.labels}:
                    carrying[label].extend(ids)
        return carrying

    def _labelled(self, label: str, ids: Sequence[str]) -> Sequence[Hit]:
        hits = LabelHits(label, self.fetched.cards, ids)
        return hits if any(id_ in self.fetched.cards.trusted for id_ in ids) else tuple(hits)

    def apart(self, hits: Mapping[Selector, Sequence[Hit]]) -> list[Card]:
        """The containers that stand for what is under them."""
        reached = (
            id_
            for link, reached in hits.items()
            if not isinstance(link, ByQuery | ByBoard) or link.children
            for id_ in ids_of(reached)
        )
        return self.fetched.cards.containers(reached)


def _sized(query: str) -> str:
    """Under which note the size of a query's answer is kept."""
    return f"size {zlib.crc32(query.encode()):08x}"
