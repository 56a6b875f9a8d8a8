"""One pull from a Jira site: what to ask next, given what has come so far."""

from __future__ import annotations

import json
import zlib
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Hit, Level, Pull
from connectors.boards.jira import fields as jira_fields
from connectors.boards.jira import identity
from connectors.boards.jira.boards import read_board
from connectors.boards.jira.differences import changes
from connectors.boards.jira.fetching import LARGE, FetchedIssues
from connectors.boards.jira.hierarchy import Hierarchy, OutdatedError
from connectors.boards.jira.jql import unordered
from connectors.boards.jira.languages import language_note, local_names
from connectors.boards.jira.moves import dated, may_be_moved
from connectors.boards.jira.projects import (
    PROJECTS,
    find_projects,
    missing_project,
    problems_without,
)
from connectors.boards.jira.reach import Reach
from connectors.boards.jira.spellings import SPELLED, likely, usual
from connectors.boards.jira.vanished import Vanished, carries
from connectors.errors import NotFoundError, NotUnderstoodError, RejectedError
from connectors.gathered import ids_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from connectors.base import Ask, Selector


ASKED = "asked"
"""The note that tells which links the known cards were reached by."""

TRIES = 4
"""How often new spellings of labels are searched for: nobody makes them faster than that."""


@dataclass
class JiraPull:
    """One pull under way; `fetched` is what has come.

    `altered` is whether cards were made otherwise than they came, `has_strays` whether some
    are there that the searches should have found and didn't.
    """

    fetched: FetchedIssues
    learned: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    reach: Reach = field(init=False)
    altered: bool = False
    has_strays: bool = False

    def __post_init__(self) -> None:
        """Begin with links that have reached nothing."""
        self.reach = Reach(self.fetched, self.learned)

    def answer(self, ask: Ask) -> Pull:
        """Ask for everything and put it together."""
        fetched = self.fetched
        with fetched.wire.beside(partial(identity.identify, fetched)) as fetched.identified:
            hits = self._answered(self._within_projects(ask))
        cards = dated(fetched.cards) if may_be_moved(fetched.cards.shapes()) else fetched.cards
        as_fetched = cards is fetched.cards and not self.altered
        names = local_names(fetched, ask.known.notes, self.learned)
        return Pull(
            source=fetched.access.name,
            read_at=fetched.now,
            cards=cards,
            hits=hits,
            problems=self.reach.problems,
            ways={link: tuple(board.queries) for link, board in self.reach.boards.items()},
            notes=self._notes(),
            learned=self.learned,
            comparable=len(fetched.cards) > LARGE,
            kept=True,
            names=names,
            changes=changes(fetched, hits, self.learned, names, as_fetched=as_fetched),
        )

    def _answered(self, ask: Ask) -> dict[Selector, Sequence[Hit]]:
        """The hits; a refusal may be due to a project that has gone since they were found."""
        try:
            hits = self._ask(ask)
        except RejectedError as error:
            if self._has_other_projects():
                raise OutdatedError from error
            raise
        refused = any(isinstance(error, RejectedError) for error in self.reach.problems.values())
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
            self.reach.problems |= problems_without(name, iter(selectors), known, source)
            if not fetched.projects:
                error = NotFoundError(missing_project(source, name))
                self.reach.problems |= dict.fromkeys(selectors, error)
        answered = tuple(link for link in selectors if link not in self.reach.problems)
        return replace(ask, selectors=answered)

    def _ask(self, ask: Ask) -> dict[Selector, Sequence[Hit]]:
        epics = [link for link in ask.selectors if isinstance(link, ByEpic)]
        keys = dict.fromkeys(key for link in epics for key in link.keys)
        hierarchy = Hierarchy(self.fetched, tuple(keys), self.learned)
        self._prepare(ask, hierarchy)
        labels = [link.label for link in ask.selectors if isinstance(link, ByLabel)]
        listed = self.fetched.site.lists_labels
        spelled = likely(labels, ask.known.notes) if listed else usual(labels)
        ids = self.reach.search(ask.selectors, spelled)
        with self._spelled_now(labels) as in_use:
            named = hierarchy.find(ids)
        self._catch_up(set(spelled), in_use(), labels)
        self.reach.name_epics(epics, named)
        hits = self.reach.of(ask.selectors)
        hierarchy.recognise(id_ for reached in hits.values() for id_ in ids_of(reached))
        hierarchy.descend(self.reach.apart(hits))
        hierarchy.ascend()
        hits = self._look_for_missing(ask, hits, hierarchy)
        if self.has_strays and not (ids or hierarchy.has_found):
            if not ask.full:
                raise OutdatedError
            raise NotUnderstoodError(
                f"{self.fetched.access.name}: its searches find nothing, though issues that they "
                "have to find are there"
            )
        self.altered = self.altered or hierarchy.altered
        return hits

    def _spelled_now(self, labels: Sequence[str]) -> AbstractContextManager[Callable[[], Any]]:
        """Ask how the labels are spelled, while what was found is fetched.

        Asked before the search, it would miss what is spelled anew between the two.
        """
        fetched = self.fetched
        if not labels or not fetched.site.lists_labels:
            return nullcontext(tuple)
        return fetched.wire.beside(partial(fetched.site.spellings, labels))

    def _catch_up(self, asked: set[str], in_use: Sequence[str], labels: Sequence[str]) -> None:
        """Search for the spellings that nobody thought of, until there is no new one."""
        for _ in range(TRIES):
            more = [label for label in in_use if label not in asked]
            if not more:
                break
            asked |= {*more}
            self.fetched.bring(self.reach.search((), more))
            in_use = self.fetched.site.spellings(labels)
        self.learned[SPELLED] = json.dumps(sorted(in_use))

    def _look_for_missing(
        self, ask: Ask, hits: dict[Selector, Sequence[Hit]], hierarchy: Hierarchy
    ) -> dict[Selector, Sequence[Hit]]:
        """See what became of the cards that the same question had reached before."""
        question = f"{zlib.crc32(repr(sorted(map(repr, ask.selectors))).encode()):08x}"
        same = ask.known.notes.get(ASKED) == question
        self.learned[ASKED] = question
        vanished = Vanished(self.fetched, ask.known, self.learned)
        if not same or not vanished.find():
            return hits
        labels = [link.label for link in hits if isinstance(link, ByLabel)]
        vanished.keep(card for card in vanished.strays.values() if carries(card, labels))
        reached = {hit.card for link, _, _ in self.reach.queries for hit in self.reach.hits[link]}
        for link, missed in vanished.found_by(self.reach.queries, reached).items():
            self.reach.hits[link] += missed
        under = vanished.under(hierarchy.descended)
        hits = self.reach.of(hits)
        apart = [
            *self.reach.apart(hits),
            *(card for card in under if card.level is Level.CONTAINER),
        ]
        hierarchy.descend(card for card in apart if card.id not in hierarchy.descended)
        hierarchy.ascend()
        self.altered = self.has_strays = vanished.kept
        return hits

    def _prepare(self, ask: Ask, hierarchy: Hierarchy) -> None:
        """Ask what the site calls what we ask for, and what needn't wait."""
        fetched, own = self.fetched, self.reach.own
        boards = [link for link in ask.selectors if isinstance(link, ByBoard)]
        queries = [unordered(link.query) for link in ask.selectors if isinstance(link, ByQuery)]
        questions: list[Callable[[], Any]] = [
            partial(identity.address, fetched),
            partial(identity.fields, fetched, ask.estimates, self.learned),
            *(partial(own, link, partial(read_board, fetched.wire, link)) for link in boards),
            *hierarchy.foresee(),
            *fetched.foresee(
                query for query in queries if not fetched.compares(self.reach.size(query))
            ),
        ]
        fetched.address, known, *read = fetched.wire.together(questions)
        self.reach.boards = {
            link: board for link, board in zip(boards, read, strict=False) if board
        }
        estimated = [board.estimation for board in self.reach.boards.values() if board.estimation]
        points = jira_fields.points_fields(ask.estimates, known, estimated)
        fetched.card_fields = replace(
            fetched.site.card_fields(known), estimates=points, numbers=jira_fields.numbers(known)
        )
        self._distrust()

    def _distrust(self) -> None:
        """Cards that were fetched with other fields, or from elsewhere, compare with nothing."""
        fetched = self.fetched
        made = f"{fetched.card_fields.recipe} {fetched.address}"
        recipe = f"{zlib.crc32(made.encode()):08x}"
        if fetched.known.notes.get("made") != recipe:
            fetched.forget()
        self.learned["made"] = recipe
        fetched.watch.on_note("made", recipe)

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
