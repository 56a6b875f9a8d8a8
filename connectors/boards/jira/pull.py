"""One pull from a Jira site: what to ask next, given what has come so far."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Column, Hit, Known, Level, Pull
from connectors.boards.jira import cards as jira_cards
from connectors.boards.jira import identity
from connectors.boards.jira.boards import JiraBoard, read_board
from connectors.boards.jira.fetching import LARGE, LINKS_OWN, Intake, Part
from connectors.boards.jira.hierarchy import Hierarchy
from connectors.boards.jira.jql import AT_ONCE, chunks, unordered, within
from connectors.errors import NotFoundError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from connectors.base import Ask, Card, Selector
    from connectors.boards.jira.fetching import Scope


@dataclass
class Reading:
    """One pull under way; `here` is what has come."""

    here: Intake
    boards: dict[ByBoard, JiraBoard] = field(default_factory=dict)
    found: dict[Selector, list[Hit]] = field(default_factory=dict)
    problems: dict[Selector, SourceError] = field(default_factory=dict)
    learned: dict[str, str] = field(default_factory=dict)

    def answer(self, ask: Ask) -> Pull:
        """Ask for everything and put it together."""
        here = self.here
        with here.wire.beside(partial(identity.identify, here)) as here.identified:
            hits = self._ask(ask)
        return Pull(
            source=here.access.name,
            read_at=here.now,
            cards=here.cards,
            hits=hits,
            problems=self.problems,
            ways={one: tuple(board.queries) for one, board in self.boards.items()},
            notes=self._notes(),
            learned=self.learned,
            comparable=len(here.cards) > LARGE,
        )

    def _ask(self, ask: Ask) -> dict[Selector, tuple[Hit, ...]]:
        epics = [one for one in ask.selectors if isinstance(one, ByEpic)]
        keys = dict.fromkeys(key for one in epics for key in one.keys)
        hierarchy = Hierarchy(self.here, tuple(keys))
        found = self._search(ask.selectors, self._prepare(ask, hierarchy))
        self._name(epics, hierarchy.find(found))
        hits = {one: tuple(self._hits(one)) for one in ask.selectors if one not in self.problems}
        hierarchy.recognise(self.here.cards[hit.card] for some in hits.values() for hit in some)
        hierarchy.descend(self._apart(hits))
        hierarchy.ascend()
        return hits

    def _prepare(self, ask: Ask, hierarchy: Hierarchy) -> tuple[str, ...]:
        """Ask what the site calls what we ask for, and what needn't wait; gives the labels."""
        here = self.here
        boards = [one for one in ask.selectors if isinstance(one, ByBoard)]
        labels = [one.label for one in ask.selectors if isinstance(one, ByLabel)]
        queries = [unordered(one.query) for one in ask.selectors if isinstance(one, ByQuery)]
        questions: list[Callable[[], Any]] = [
            partial(identity.address, here),
            partial(identity.fields, here, ask.estimates, self.learned),
            partial(here.site.spellings, labels) if labels else tuple,
            *(partial(self._own, one, partial(read_board, here.wire, one)) for one in boards),
            *hierarchy.foresee(),
            *here.foresee(one for one in queries if not here.compares(self._size(one))),
        ]
        here.address, known, spelled, *read = here.wire.together(questions)
        self.boards = {one: board for one, board in zip(boards, read, strict=False) if board}
        estimated = [board.estimation for board in self.boards.values() if board.estimation]
        points = jira_cards.points_fields(ask.estimates, known, estimated)
        here.wanted = replace(here.site.wanted(known), estimates=points)
        self._distrust()
        return tuple(spelled)

    def _distrust(self) -> None:
        """Cards that were fetched with other fields, or from elsewhere, compare with nothing."""
        here = self.here
        made = f"{zlib.crc32(repr((here.wanted, here.address)).encode()):08x}"
        if here.known.notes.get("made") != made:
            here.known = Known(notes=here.known.notes)
        self.learned["made"] = made
        here.watch.noted("made", made)

    def _search(self, wanted: Sequence[Selector], spelled: Sequence[str]) -> list[str]:
        """The ids that the queries, the boards and the labels find."""
        asked: list[tuple[Selector, str, str]] = []
        for one in wanted:
            if isinstance(one, ByQuery):
                asked.append((one, f"jql {one.query}", unordered(one.query)))
            elif isinstance(one, ByBoard) and one in self.boards:
                asked += [(one, *question) for question in self.boards[one].queries.items()]
        owners: list[Selector | None] = [one for one, _, _ in asked]
        scopes: list[Scope] = [[Part(query, self._size(query))] for _, _, query in asked]
        for some in chunks(spelled, AT_ONCE):
            owners.append(None)
            scopes.append([Part(within("labels", some), self._labelled_before(some))])

        def guarded(number: int, question: Callable[[], list[str]]) -> list[str]:
            owner = owners[number]
            return question() if owner is None else self._own(owner, question) or []

        found = self.here.find(scopes, guarded)
        for (one, way, query), ids in zip(asked, found, strict=False):
            self.found.setdefault(one, []).extend(Hit(card, way) for card in ids)
            if len(ids) > LARGE:
                self.learned[_sized(query)] = str(len(ids))
        return [one for ids in found for one in ids]

    def _size(self, query: str) -> int:
        return int(self.here.known.notes.get(_sized(query), "0"))

    def _labelled_before(self, labels: Sequence[str]) -> int:
        wanted = set(labels)
        return sum(not wanted.isdisjoint(card.labels) for card in self.here.known.cards.values())

    def _own(self, one: Selector, question: Callable[[], Any]) -> Any:
        """Ask; what is this link's own fault becomes its problem and the answer None."""
        try:
            return question()
        except LINKS_OWN as error:
            with self.here.lock:
                self.problems[one] = error
            return None

    def _name(self, links: Sequence[ByEpic], ids: Mapping[str, str]) -> None:
        """Say of each epic link what it reached; a key that isn't there is its problem."""
        for link in links:
            missing = [key for key in link.keys if not self._is_ours(ids.get(key))]
            if missing:
                self.problems[link] = NotFoundError(
                    f"{self.here.access.name}: epic {', '.join(missing)} isn't there, or this "
                    "account can't see it"
                )
            else:
                self.found[link] = [
                    Hit(ids[key], f"epic {self.here.cards[ids[key]].key}") for key in link.keys
                ]

    def _is_ours(self, card: str | None) -> bool:
        if card is None:
            return False
        projects = self.here.access.projects
        return not projects or self.here.cards[card].key.rpartition("-")[0] in projects

    def _hits(self, one: Selector) -> Iterator[Hit]:
        if isinstance(one, ByLabel):
            yield from self._labelled(one.label)
            return
        columns = self.boards[one].columns if isinstance(one, ByBoard) else None
        for hit in dict.fromkeys(self.found[one]):
            card = self.here.cards.get(hit.card)
            # Found by the search and gone before it was fetched: gone.
            if card is not None and columns is not None:
                yield hit._replace(column=columns.get(card.place, Column.NONE))
            elif card is not None:
                yield hit

    def _labelled(self, label: str) -> Iterator[Hit]:
        wanted = label.casefold()
        for card in self.here.cards.values():
            if any(one.casefold() == wanted for one in card.labels) and self._is_ours(card.id):
                yield Hit(card.id, f"label {label} on {card.key}")

    def _apart(self, hits: dict[Selector, tuple[Hit, ...]]) -> list[Card]:
        """The containers that stand for what is under them."""
        cards = self.here.cards
        return [
            cards[hit.card]
            for one, reached in hits.items()
            for hit in reached
            if not isinstance(one, ByQuery | ByBoard) or one.children
            if cards[hit.card].level is Level.CONTAINER
        ]

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"{self.here.access.name}: no field is named {name}; points count nowhere"
            for name, ids in self.here.wanted.estimates.items()
            if not ids and name != jira_cards.AUTO
        )


def _sized(query: str) -> str:
    """Under which note the size of a query's answer is kept."""
    return f"size {zlib.crc32(query.encode()):08x}"
