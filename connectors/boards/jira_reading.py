"""One pull from a Jira site: what to ask next, given what has come so far."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, ByEpic, ByLabel, ByQuery, Column, Hit, Known, Level, Pull
from connectors.boards import jira_cards
from connectors.boards import jira_introduction as introduction
from connectors.boards.jira_boards import JiraBoard, read_board
from connectors.boards.jira_intake import LARGE, Intake, Scope
from connectors.boards.jql import AT_ONCE, chunks, numbered, unordered, within
from connectors.errors import NotFoundError, RejectedError, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from connectors.base import Ask, Card, Selector
    from connectors.boards.jira_cards import Json

LINKS_OWN = (RejectedError, NotFoundError)
"""Errors that are one link's own fault; any other is the source's."""


class OutdatedError(Exception):
    """What was assumed isn't so: everything has to be read anew."""


@dataclass
class Reading:
    """One pull under way; `here` is what has come."""

    here: Intake
    boards: dict[ByBoard, JiraBoard] = field(default_factory=dict)
    found: dict[Selector, list[Hit]] = field(default_factory=dict)
    problems: dict[Selector, SourceError] = field(default_factory=dict)
    learned: dict[str, str] = field(default_factory=dict)
    assumed: dict[str, Card] = field(default_factory=dict)

    def answer(self, ask: Ask) -> Pull:
        """Ask for everything and put it together."""
        spelled = self._prepare(ask)
        self._search(ask.selectors, spelled)
        self._find_epics([one for one in ask.selectors if isinstance(one, ByEpic)])
        hits = {one: tuple(self._hits(one)) for one in ask.selectors if one not in self.problems}
        self._raise(self.here.cards[hit.card] for reached in hits.values() for hit in reached)
        self._descend(self._apart(hits))
        self._ascend()
        self._name_parents()
        here = self.here
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

    def _prepare(self, ask: Ask) -> tuple[str, ...]:
        """Who are we, and what the site calls what we ask for, in one wave; gives the labels."""
        here = self.here
        boards = [one for one in ask.selectors if isinstance(one, ByBoard)]
        labels = [one.label for one in ask.selectors if isinstance(one, ByLabel)]
        questions: list[Callable[[], Any]] = [
            partial(introduction.identify, here),
            partial(introduction.address, here),
            partial(introduction.fields, here, ask.estimates, self.learned),
            partial(here.site.spellings, labels) if labels else tuple,
        ]
        questions += [
            partial(self._own, one, partial(read_board, here.wire, one)) for one in boards
        ]
        _, here.address, known, spelled, *read = here.wire.together(questions)
        self.boards = {one: board for one, board in zip(boards, read, strict=True) if board}
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

    def _search(self, wanted: Sequence[Selector], spelled: Sequence[str]) -> None:
        """Bring what the queries, the boards and the labels find."""
        asked: list[tuple[Selector, str, str]] = []
        for one in wanted:
            if isinstance(one, ByQuery):
                asked.append((one, f"jql {one.query}", unordered(one.query)))
            elif isinstance(one, ByBoard) and one in self.boards:
                asked += [(one, *question) for question in self.boards[one].queries.items()]
        owners: list[Selector | None] = [one for one, _, _ in asked]
        scopes = [Scope(query, self._size(query)) for _, _, query in asked]
        for some in chunks(spelled, AT_ONCE):
            owners.append(None)
            scopes.append(Scope(within("labels", some), self._labelled_before(some)))

        def guarded(number: int, question: Callable[[], list[str]]) -> list[str]:
            owner = owners[number]
            return question() if owner is None else self._own(owner, question) or []

        found = self.here.find(scopes, guarded)
        for (one, way, query), ids in zip(asked, found, strict=False):
            self.found.setdefault(one, []).extend(Hit(card, way) for card in ids)
            if len(ids) > LARGE:
                self.learned[_sized(query)] = str(len(ids))
        self.here.bring(one for ids in found for one in ids)

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

    def _find_epics(self, links: Sequence[ByEpic]) -> None:
        """Find each link's epics by key, following those that moved to a new one."""
        here = self.here
        keys = list(dict.fromkeys(key for one in links for key in one.keys))
        self.assumed = self._known_epics(set(keys) - here.by_key().keys())
        here.cards |= self.assumed
        ids = here.by_key()
        here.fetch(key for key in keys if key not in ids)
        ids = here.by_key()
        ids |= {key: one for key in keys if key not in ids and (one := self._moved(key))}
        for link in links:
            missing = [key for key in link.keys if not self._is_ours(ids.get(key))]
            if missing:
                self.problems[link] = NotFoundError(
                    f"{here.access.name}: epic {', '.join(missing)} isn't there, or this "
                    "account can't see it"
                )
            else:
                self.found[link] = [
                    Hit(ids[key], f"epic {here.cards[ids[key]].key}") for key in link.keys
                ]

    def _known_epics(self, keys: set[str]) -> dict[str, Card]:
        """Known containers that the next question can prove along with what is under them."""
        known = self.here.known
        epics = {
            card.id: card
            for card in known.cards.values()
            if card.key in keys and card.level is Level.CONTAINER
        }
        under = sum(card.parent in epics for card in known.cards.values())
        return epics if known.since is not None and under > LARGE else {}

    def _moved(self, key: str) -> str | None:
        """The id of the issue that an old key leads to; alone, since the answer bears the new."""
        issues: list[Json] = []
        self.here.site.issues([key], self.here.wanted.all, issues.extend)
        self.here.take(issues)
        return str(issues[0]["id"]) if issues else None

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
                yield replace(hit, column=columns.get(card.place, Column.NONE))
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

    def _descend(self, containers: Iterable[Card]) -> None:
        """Fetch everything under these, level by level."""
        here = self.here
        done: set[str] = set()
        while above := [one for one in dict.fromkeys(containers) if one.id not in done]:
            done |= {card.id for card in above}
            names = {name for card in above for name in (card.id, card.key)}
            size = sum(card.parent in names for card in here.known.cards.values())
            under = self._under(above, size)
            here.bring(under)
            # Under an epic there is nothing that could stand above epics.
            higher = {one for card in above if not _is_epic(card) for one in (card.id, card.key)}
            below = [here.cards[one] for one in under if one in here.cards]
            self._raise(card for card in below if card.parent in higher)
            containers = [
                here.cards[card.id]
                for card in below
                if here.cards[card.id].level is Level.CONTAINER
            ]

    def _raise(self, cards: Iterable[Card]) -> None:
        """Make containers of what stands above epics, where that isn't told with it."""
        base = {card.key: card for card in cards if card.level is Level.BASE}
        for key in self.here.site.above_epics([*base.values()]):
            self.here.cards[base[key].id] = replace(base[key], level=Level.CONTAINER)

    def _under(self, above: Sequence[Card], size: int) -> list[str]:
        """The ids of what is one level under these, and of the assumed ones among them."""
        here = self.here
        queries = here.site.under(above, here.wanted)
        assumed = [card.id for card in above if card.id in self.assumed]
        for number, some in enumerate(chunks(assumed, AT_ONCE)):
            queries[number] = f"{queries[number]} OR {numbered('id', some)}"
        # Those that are as known come back from what is known; the others are fetched.
        for one in assumed:
            del here.cards[one]
        try:
            found = here.find([Scope(query, size) for query in queries], _asked)
        except RejectedError as error:
            # An epic that was deleted makes Jira refuse the question that names it.
            raise OutdatedError if assumed else error from error
        ids = [one for some in found for one in some]
        if any(here.cards.get(one) != self.assumed[one] for one in assumed):
            raise OutdatedError
        self.assumed = {}
        return ids

    def _ascend(self) -> None:
        """Fetch what reached cards stand under: their thread may be written there."""
        here = self.here
        asked: set[str] = set()
        while above := self._parents() - here.cards.keys() - here.by_key().keys() - asked:
            asked |= above
            here.fetch(sorted(above))

    def _parents(self) -> set[str]:
        return {card.parent for card in self.here.cards.values() if card.parent}

    def _name_parents(self) -> None:
        """Where a parent was told by key, put its id."""
        ids = self.here.by_key()
        for card in list(self.here.cards.values()):
            if card.parent in ids:
                self.here.cards[card.id] = replace(card, parent=ids[card.parent])

    def _notes(self) -> tuple[str, ...]:
        return tuple(
            f"{self.here.access.name}: no field is named {name}; points count nowhere"
            for name, ids in self.here.wanted.estimates.items()
            if not ids and name != jira_cards.AUTO
        )


def _is_epic(card: Card) -> bool:
    return card.kind.casefold() == jira_cards.EPIC


def _asked(_: int, question: Callable[[], list[str]]) -> list[str]:
    return question()


def _sized(query: str) -> str:
    """Under which note the size of a query's answer is kept."""
    return f"size {zlib.crc32(query.encode()):08x}"
