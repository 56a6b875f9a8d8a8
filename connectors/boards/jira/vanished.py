"""What a source had and no search names any more: deleted, moved out, archived, or overlooked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.base import Hit
from connectors.boards.jira import cards as jira_cards
from connectors.boards.jira.accounting import ARCHIVED, obtain
from connectors.boards.jira.jql import AT_ONCE, chunks, narrowed, numbered
from connectors.errors import NotFoundError
from connectors.patterns import folded
from connectors.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from connectors.base import Card, Known, Selector
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.fetching import FetchedIssues

LOOKED = "archived"
"""The note that tells when the archived ones were last looked for."""

LOOK_EVERY = timedelta(hours=24)

Query = tuple["Selector", str, str]
"""A link, a way in which it reaches cards, and what to ask for that way."""


@dataclass
class Vanished:
    """The look for what is missing; `learned` gets its notes. `kept` is whether strays were.

    Archived issues leave every search, of Cloud as of Data Center, and can still be
    read by their id (https://developer.atlassian.com/server/jira/platform/jira-archiver/).
    """

    fetched: FetchedIssues
    known: Known
    learned: dict[str, str]
    strays: dict[str, Card] = field(default_factory=dict)
    kept: bool = False
    projects: dict[str, bool] = field(default_factory=dict)

    def find(self) -> bool:
        """Ask for what is missing; say whether anything of it is still there.

        What was archived is a card as it was. The others are `strays`.
        """
        fetched, before = self.fetched, Shelf.of(self.known.cards)
        missing = before.ids - fetched.cards.fresh.keys() - fetched.cards.trusted
        archived = missing & before.shaped(lambda shape: shape.archived)
        if archived and not self._due():
            fetched.cards |= before.only(archived)
            missing -= archived
        obtain(fetched, sorted(missing), self._take)
        gone = {
            id_: card._replace(archived=True)
            for id_, card in self.strays.items()
            if self._is_archived(card)
        }
        self.strays = {id_: card for id_, card in self.strays.items() if id_ not in gone}
        fetched.cards |= gone
        if gone:
            # Kept as archived, or the next pull would have to find it out again.
            fetched.watch.on_cards([*gone.values()])
            self.learned[LOOKED] = fetched.now.isoformat()
        return bool(archived or gone or self.strays)

    def keep(self, cards: Iterable[Card]) -> None:
        """Take strays for what is reached after all."""
        kept = {card.id: card for card in cards}
        self.fetched.cards |= kept
        self.kept = self.kept or bool(kept)

    def found_by(
        self, queries: Sequence[Query], reached: Collection[str]
    ) -> dict[Selector, list[Hit]]:
        """Give what a search names of the strays when it is asked for them alone.

        What no query has `reached` is asked about too: it may be here for another reason.
        """
        whole = " OR ".join(f"({query})" for _, _, query in queries)
        others = [id_ for id_ in Shelf.of(self.known.cards).ids if id_ in self.fetched.cards]
        ids = [*self.strays, *(id_ for id_ in others if id_ not in reached)]
        if not self.strays or not queries or not self._among(ids, whole):
            return {}
        hits: dict[Selector, list[Hit]] = {}
        for link, way, query in queries:
            missed = self._among(ids, query)
            hits.setdefault(link, []).extend(Hit(id_, way) for id_ in missed)
            self.keep(self.strays[id_] for id_ in missed if id_ in self.strays)
        return hits

    def under(self, containers: Collection[str]) -> list[Card]:
        """Keep the strays that stand under one of these, by id or key, and give them."""
        cards = [card for card in self.strays.values() if card.parent in containers]
        self.keep(cards)
        return cards

    def _due(self) -> bool:
        looked = self.known.notes.get(LOOKED)
        return looked is None or self.fetched.now - datetime.fromisoformat(looked) >= LOOK_EVERY

    def _take(self, issues: list[Json]) -> None:
        fetched = self.fetched
        fields = replace(fetched.card_fields, fields=(*fetched.card_fields.fields, *ARCHIVED))
        cards = [
            jira_cards.card(fetched.access.name, fetched.address, issue, fields) for issue in issues
        ]
        self.strays |= {card.id: card for card in cards}

    def _is_archived(self, card: Card) -> bool:
        """Whether it was archived by itself, or with its project, which it doesn't tell."""
        project = card.key.rpartition("-")[0]
        if not card.archived and project not in self.projects:
            self.projects[project] = self._is_archived_project(project)
        return card.archived or self.projects[project]

    def _is_archived_project(self, project: str) -> bool:
        try:
            facts = self.fetched.wire.get(f"project/{project}")
        except NotFoundError:
            return False
        return isinstance(facts, dict) and facts.get("archived") is True

    def _among(self, ids: Sequence[str], query: str) -> list[str]:
        ours = narrowed(query, self.fetched.projects)
        return [
            id_
            for some_ids in chunks(ids, AT_ONCE)
            for id_ in self.fetched.site.ids(f"({ours}) AND {numbered('id', some_ids)}")
        ]


def carries(card: Card, labels: Iterable[str]) -> bool:
    """Whether a card bears one of these labels, however it is spelled."""
    return bool({folded(label) for label in labels} & {folded(label) for label in card.labels})
