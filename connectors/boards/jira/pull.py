"""One pull from a Jira site: what to ask next, given what has come so far."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Column, Hit, Known, Level, Pull
from connectors.boards.jira import fields as jira_fields
from connectors.boards.jira import identity
from connectors.boards.jira.boards import JiraBoard, read_board
from connectors.boards.jira.fetching import LARGE, LINKS_OWN, FetchedIssues, Part
from connectors.boards.jira.hierarchy import Hierarchy, OutdatedError
from connectors.boards.jira.jql import AT_ONCE, chunks, narrowed, unordered, within
from connectors.boards.jira.languages import language_note, local_names
from connectors.boards.jira.projects import (
    PROJECTS,
    find_projects,
    missing_project,
    problems_without,
    project_of,
)
from connectors.boards.jira.vanished import Vanished, carries
from connectors.errors import NotFoundError, RejectedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from connectors.base import Ask, Card, Selector
    from connectors.boards.jira.fetching import Scope
    from connectors.boards.jira.vanished import Query


SHRUNK = 0.1
"""The share of what a query found that may go at once without being asked again."""
ASKED = "asked"
"""The note that tells which links the known cards were reached by."""


@dataclass
class JiraPull:
    """One pull under way; `fetched` is what has come."""

    fetched: FetchedIssues
    boards: dict[ByBoard, JiraBoard] = field(default_factory=dict)
    reached: dict[Selector, list[Hit]] = field(default_factory=dict)
    problems: dict[Selector, SourceError] = field(default_factory=dict)
    learned: dict[str, str] = field(default_factory=dict)
    queries: list[Query] = field(default_factory=list)
    missing: tuple[str, ...] = ()

    def answer(self, ask: Ask) -> Pull:
        """Ask for everything and put it together."""
        fetched = self.fetched
        with fetched.wire.beside(partial(identity.identify, fetched)) as fetched.identified:
            hits = self._answered(self._within_projects(ask))
        return Pull(
            source=fetched.access.name,
            read_at=fetched.now,
            cards=fetched.cards,
            hits=hits,
            problems=self.problems,
            ways={link: tuple(board.queries) for link, board in self.boards.items()},
            notes=self._notes(),
            learned=self.learned,
            comparable=len(fetched.cards) > LARGE,
            kept=True,
            names=local_names(fetched, ask.known.notes, self.learned),
        )

    def _answered(self, ask: Ask) -> dict[Selector, tuple[Hit, ...]]:
        """The hits; a refusal may be due to a project that has gone since they were found."""
        try:
            hits = self._ask(ask)
        except RejectedError as error:
            if self._has_other_projects():
                raise OutdatedError from error
            raise
        refused = any(isinstance(error, RejectedError) for error in self.problems.values())
        if refused and self._has_other_projects():
            raise OutdatedError
        return hits

    def _has_other_projects(self) -> bool:
        before = self.fetched.projects
        if before and PROJECTS not in self.learned:
            find_projects(self.fetched, {}, {})
        return self.fetched.projects != before

    def _within_projects(self, ask: Ask) -> Ask:
        """The question without the links that need a project which isn't there."""
        fetched, selectors = self.fetched, ask.selectors
        notes = {} if ask.full else ask.known.notes
        self.missing = find_projects(fetched, notes, self.learned)
        for name in self.missing:
            known, source = ask.known.cards, fetched.access.name
            self.problems |= problems_without(name, iter(selectors), known, source)
            if not fetched.projects:
                error = NotFoundError(missing_project(source, name))
                self.problems |= dict.fromkeys(selectors, error)
        answered = tuple(link for link in selectors if link not in self.problems)
        return replace(ask, selectors=answered)

    def _ask(self, ask: Ask) -> dict[Selector, tuple[Hit, ...]]:
        epics = [link for link in ask.selectors if isinstance(link, ByEpic)]
        keys = dict.fromkeys(key for link in epics for key in link.keys)
        hierarchy = Hierarchy(self.fetched, tuple(keys))
        ids = self._search(ask.selectors, self._prepare(ask, hierarchy))
        self._name(epics, hierarchy.find(ids))
        hits = {
            link: tuple(self._hits(link)) for link in ask.selectors if link not in self.problems
        }
        hierarchy.recognise(
            self.fetched.cards[hit.card] for reached in hits.values() for hit in reached
        )
        hierarchy.descend(self._apart(hits))
        hierarchy.ascend()
        return self._look_for_missing(ask, hits, hierarchy)

    def _look_for_missing(
        self, ask: Ask, hits: dict[Selector, tuple[Hit, ...]], hierarchy: Hierarchy
    ) -> dict[Selector, tuple[Hit, ...]]:
        """See what became of the cards that the same question had reached before."""
        question = f"{zlib.crc32(repr(sorted(map(repr, ask.selectors))).encode()):08x}"
        same = ask.known.notes.get(ASKED) == question
        self.learned[ASKED] = question
        vanished = Vanished(self.fetched, ask.known, self.learned)
        if not same or not vanished.find():
            return hits
        labels = [link.label for link in hits if isinstance(link, ByLabel)]
        vanished.keep(card for card in vanished.strays.values() if carries(card, labels))
        reached = {hit.card for link, _, _ in self.queries for hit in self.reached[link]}
        for link, missed in vanished.found_by(self.queries, reached).items():
            self.reached[link] += missed
        under = vanished.under(hierarchy.descended)
        hits = {link: tuple(self._hits(link)) for link in hits}
        apart = [*self._apart(hits), *(card for card in under if card.level is Level.CONTAINER)]
        hierarchy.descend(card for card in apart if card.id not in hierarchy.descended)
        hierarchy.ascend()
        return hits

    def _prepare(self, ask: Ask, hierarchy: Hierarchy) -> tuple[str, ...]:
        """Ask what the site calls what we ask for, and what needn't wait; gives the labels."""
        fetched = self.fetched
        boards = [link for link in ask.selectors if isinstance(link, ByBoard)]
        labels = [link.label for link in ask.selectors if isinstance(link, ByLabel)]
        queries = [unordered(link.query) for link in ask.selectors if isinstance(link, ByQuery)]
        questions: list[Callable[[], Any]] = [
            partial(identity.address, fetched),
            partial(identity.fields, fetched, ask.estimates, self.learned),
            partial(fetched.site.spellings, labels) if labels else tuple,
            *(partial(self._own, link, partial(read_board, fetched.wire, link)) for link in boards),
            *hierarchy.foresee(),
            *fetched.foresee(query for query in queries if not fetched.compares(self._size(query))),
        ]
        fetched.address, known, spelled, *read = fetched.wire.together(questions)
        self.boards = {link: board for link, board in zip(boards, read, strict=False) if board}
        estimated = [board.estimation for board in self.boards.values() if board.estimation]
        points = jira_fields.points_fields(ask.estimates, known, estimated)
        fetched.card_fields = replace(
            fetched.site.card_fields(known), estimates=points, numbers=jira_fields.numbers(known)
        )
        self._distrust()
        return tuple(spelled)

    def _distrust(self) -> None:
        """Cards that were fetched with other fields, or from elsewhere, compare with nothing."""
        fetched = self.fetched
        recipe = f"{zlib.crc32(repr((fetched.card_fields, fetched.address)).encode()):08x}"
        if fetched.known.notes.get("made") != recipe:
            fetched.known = Known(notes=fetched.known.notes)
        self.learned["made"] = recipe
        fetched.watch.on_note("made", recipe)

    def _search(self, links: Sequence[Selector], spelled: Sequence[str]) -> list[str]:
        """The ids that the queries, the boards and the labels find."""
        asked = self.queries
        for link in links:
            if isinstance(link, ByQuery):
                asked.append((link, f"jql {link.query}", unordered(link.query)))
            elif isinstance(link, ByBoard) and link in self.boards:
                asked += [(link, *question) for question in self.boards[link].queries.items()]
        owners: list[Selector | None] = [link for link, _, _ in asked]
        scopes: list[Scope] = [[Part(query, self._size(query))] for _, _, query in asked]
        for labels in chunks(spelled, AT_ONCE):
            owners.append(None)
            scopes.append([Part(within("labels", labels), self._labelled_before(labels))])

        def guarded(number: int, question: Callable[[], list[str]]) -> list[str]:
            owner = owners[number]
            return question() if owner is None else self._own(owner, question) or []

        answers = self.fetched.find(scopes, guarded)
        for number, (link, way, query) in enumerate(asked):
            if self._shrank(link, len(answers[number]), self._size(query)):
                answers[number] = self.fetched.site.again(
                    narrowed(query, self.fetched.projects), answers[number]
                )
            self.reached.setdefault(link, []).extend(Hit(card, way) for card in answers[number])
            self.learned[_sized(query)] = str(len(answers[number]))
        return [id_ for ids in answers for id_ in ids]

    def _shrank(self, link: Selector, now: int, before: int) -> bool:
        """Whether a query finds so much less than it did that it is asked again."""
        return link not in self.problems and before - now > max(1, SHRUNK * before)

    def _size(self, query: str) -> int:
        return int(self.fetched.known.notes.get(_sized(query), "0"))

    def _labelled_before(self, labels: Sequence[str]) -> int:
        asked = set(labels)
        return sum(not asked.isdisjoint(card.labels) for card in self.fetched.known.cards.values())

    def _own(self, link: Selector, question: Callable[[], Any]) -> Any:
        """Ask; what is this link's own fault becomes its problem and the answer None."""
        try:
            return question()
        except LINKS_OWN as error:
            with self.fetched.lock:
                self.problems[link] = error
            return None

    def _name(self, links: Sequence[ByEpic], ids: Mapping[str, str]) -> None:
        """Say of each epic link what it reached; a key that isn't there is its problem."""
        for link in links:
            missing = [key for key in link.keys if not self._is_ours(ids.get(key))]
            if missing:
                self.problems[link] = NotFoundError(
                    f"{self.fetched.access.name}: epic {', '.join(missing)} isn't there, or this "
                    "account can't see it"
                )
            else:
                self.reached[link] = [
                    Hit(ids[key], f"epic {self.fetched.cards[ids[key]].key}") for key in link.keys
                ]

    def _is_ours(self, card: str | None) -> bool:
        if card is None:
            return False
        projects = self.fetched.projects
        return not projects or project_of(self.fetched.cards[card].key) in projects

    def _hits(self, link: Selector) -> Iterator[Hit]:
        if isinstance(link, ByLabel):
            yield from self._labelled(link.label)
            return
        columns = self.boards[link].columns if isinstance(link, ByBoard) else None
        for hit in dict.fromkeys(self.reached.get(link, ())):
            card = self.fetched.cards.get(hit.card)
            # Found by the search and gone before it was fetched: gone.
            if card is not None and columns is not None:
                yield hit._replace(column=columns.get(card.standing_id, Column.NONE))
            elif card is not None:
                yield hit

    def _labelled(self, label: str) -> Iterator[Hit]:
        for card in self.fetched.cards.values():
            if carries(card, [label]) and self._is_ours(card.id):
                yield Hit(card.id, f"label {label} on {card.key}")

    def _apart(self, hits: dict[Selector, tuple[Hit, ...]]) -> list[Card]:
        """The containers that stand for what is under them."""
        cards = self.fetched.cards
        return [
            cards[hit.card]
            for link, reached in hits.items()
            for hit in reached
            if not isinstance(link, ByQuery | ByBoard) or link.children
            if cards[hit.card].level is Level.CONTAINER
        ]

    def _notes(self) -> tuple[str, ...]:
        source = self.fetched.access.name
        missing = tuple(missing_project(source, name) for name in self.missing)
        return (
            missing
            + language_note(self.fetched)
            + tuple(
                f"{self.fetched.access.name}: no field is named {name}; points count nowhere"
                for name, ids in self.fetched.card_fields.estimates.items()
                if not ids and name != jira_fields.AUTO
            )
        )


def _sized(query: str) -> str:
    """Under which note the size of a query's answer is kept."""
    return f"size {zlib.crc32(query.encode()):08x}"
