"""What stands under a Jira site's containers, and what its cards stand under."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.base import Level
from connectors.boards.jira.accounting import obtain, read_issue
from connectors.boards.jira.cards import EPIC
from connectors.boards.jira.fetching import LARGE, FetchedIssues, Part
from connectors.boards.jira.jql import AT_ONCE, chunks, numbered, packed
from connectors.errors import RejectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from connectors.base import Card
    from connectors.boards.jira.fetching import Scope

ROOM = 0.95
"""How full a page is planned to be: what is under containers grows between two runs."""

UNSEEN = "unseen"
"""The note that tells which parents can't be seen, and since when that was found out."""

UNSEEN_FOR = timedelta(hours=24)


class OutdatedError(Exception):
    """What was assumed isn't so: everything has to be read anew."""


@dataclass
class Hierarchy:
    """The levels of one pull.

    `named` are the keys that links name, most of them epics'. `assumed` are
    known containers, by id, that are taken as unchanged until the question for
    what is under them proves it; `descended` are the ids and keys of those that
    were taken apart. `learned` gets a note of the parents that can't be seen. `altered`
    is whether cards were made otherwise than they came, `has_found` whether anything
    stands under any of them.
    """

    fetched: FetchedIssues
    named: Sequence[str]
    learned: dict[str, str]
    assumed: dict[str, Card] = field(default_factory=dict)
    descended: set[str] = field(default_factory=set)
    altered: bool = False
    has_found: bool = False

    def foresee(self) -> list[Callable[[], None]]:
        """Questions for what is under the named ones, before it is known what they are.

        Comes before `find`: it is what finds out which of them can be assumed.
        """
        fetched = self.fetched
        self.assumed = self._assumable()
        if fetched.compares(0) or self.assumed:
            return []
        runs = (run for keys in chunks(self.named, AT_ONCE) for run in self._runs(keys, {}))
        return fetched.foresee(fetched.site.under(run, fetched.card_fields) for run in runs)

    def find(self, ids: Iterable[str]) -> dict[str, str]:
        """Bring what searches have found, and the named ones; gives the ids of these, by key.

        One that moved to a new key is followed; one that isn't there is absent.
        """
        fetched, cards = self.fetched, self.fetched.cards
        by_key = cards.ids_of(self.named)
        self.assumed = {
            id_: card
            for id_, card in self.assumed.items()
            if id_ in cards.shelf and card.key not in by_key
        }
        cards |= self.assumed
        by_key |= {card.key: id_ for id_, card in self.assumed.items()}
        fetched.bring(ids, [*(key for key in self.named if key not in by_key), *fetched.ahead])
        by_key = cards.ids_of(self.named)
        moved = {key: self._moved(key) for key in self.named if key not in by_key}
        return by_key | {key: id_ for key, id_ in moved.items() if id_}

    def descend(self, containers: Iterable[Card]) -> None:
        """Fetch everything under these, level by level."""
        fetched = self.fetched
        while above := [
            card for card in dict.fromkeys(containers) if card.id not in self.descended
        ]:
            self.descended |= {name for card in above for name in (card.id, card.key)}
            under = self._under(above)
            # Under an epic there is nothing that could stand above epics.
            higher = {name for card in above if not _is_epic(card) for name in (card.id, card.key)}
            cards = fetched.cards
            self.recognise(
                id_ for id_ in under if id_ in cards and cards.shape(id_).parent in higher
            )
            containers = cards.containers(under)

    def ascend(self) -> None:
        """Fetch what reached cards stand under: their thread may be written there."""
        fetched = self.fetched
        asked: set[str] = set()
        while above := self._absent(self.fetched.cards.parents()) - asked:
            asked |= above
            fetched.fetch(sorted(above))
            self._obtain(above)
        self._name_parents()

    def recognise(self, ids: Iterable[str]) -> None:
        """Make containers of what stands above epics, where that isn't told with it."""
        if self.fetched.card_fields.levels:
            return
        cards = self.fetched.cards.only(ids).values()
        base = {card.key: card for card in cards if card.level is Level.BASE}
        for key in self.fetched.site.above_epics([*base.values()]):
            self.fetched.cards[base[key].id] = base[key]._replace(level=Level.CONTAINER)
            self.altered = True

    def _assumable(self) -> dict[str, Card]:
        """Known containers that the next question can prove along with what is under them."""
        shelf, keys = self.fetched.cards.shelf, set(self.named)
        containers = shelf.only(shelf.containers)
        epics = {id_: card for id_, card in containers.items() if card.key in keys}
        under = sum(len(shelf.children.get(id_, ())) for id_ in epics)
        return epics if self.fetched.known.since is not None and under > LARGE else {}

    def _moved(self, key: str) -> str | None:
        """The id of the issue that an old key leads to; alone, since the answer bears the new."""
        issue = read_issue(self.fetched, key, self.fetched.card_fields.all)
        if issue is None:
            return None
        self.fetched.take([issue])
        return str(issue["id"])

    def _under(self, above: Sequence[Card]) -> list[str]:
        """Bring what is one level under these; gives its ids, and the assumed ones among these."""
        fetched = self.fetched
        names = {name: card.key for card in above for name in (card.id, card.key)}
        shelf = fetched.cards.shelf
        size: Counter[str] = Counter()
        done: Counter[str] = Counter()
        for name, key in names.items():
            size[key] += len(shelf.children.get(name, ()))
            done[key] += len(shelf.done.intersection(shelf.children.get(name, ())))
        under = self._ask(above, self._scopes(above, size, done))
        self.has_found = self.has_found or bool(under)
        # What is no longer found under these has gone elsewhere, or was on its way.
        known = {id_ for name in names for id_ in shelf.children.get(name, ())}
        fetched.bring(under, sorted(known.difference(under)))
        proven = (card for card in above if card.id in self.assumed)
        if not all(_stands_for(fetched.cards.get(card.id), card) for card in proven):
            raise OutdatedError
        self.assumed = {}
        return under

    def _scopes(self, above: Sequence[Card], size: Counter[str], done: Counter[str]) -> list[Scope]:
        """The questions for what is under these; `size` and `done` count what was, by key."""
        assumed = {card.key: card.id for card in above if card.id in self.assumed}

        def part(run: Sequence[str]) -> Part:
            return Part(
                self._query(run, assumed),
                sum(size[key] for key in run),
                sum(done[key] for key in run),
            )

        # Those that a first wave may have asked for stay together: their answer is fetched.
        keys = {card.key for card in above}
        groups = [key for key in self.named if key in keys], sorted(keys - {*self.named})
        return [
            [part(run) for run in self._runs(names, size)]
            for group in groups
            for names in chunks(group, AT_ONCE)
        ]

    def _ask(self, above: Sequence[Card], scopes: Sequence[Scope]) -> list[str]:
        """The ids that the scopes hold."""
        assumed = [card.id for card in above if card.id in self.assumed]
        # Those that are as known come back from what is known; the others are fetched.
        for id_ in assumed:
            del self.fetched.cards[id_]
        try:
            answers = self.fetched.find(scopes, lambda _, question: question())
        except RejectedError as error:
            # An epic that was deleted makes Jira refuse the question that names it.
            raise OutdatedError if assumed else error from error
        return [id_ for ids in answers for id_ in ids]

    def _query(self, keys: Sequence[str], assumed: Mapping[str, str]) -> str:
        query = self.fetched.site.under(keys, self.fetched.card_fields)
        ids = [assumed[key] for key in keys if key in assumed]
        return f"{query} OR {numbered('id', ids)}" if ids else query

    def _runs(self, keys: Sequence[str], size: Mapping[str, int]) -> Iterator[Sequence[str]]:
        """As many in one question as fit a page, as far as their `size` is known."""
        site = self.fetched.site
        usual = site.page // site.containers
        sizes = [1 + (size.get(key) or usual) for key in keys]
        return packed(keys, sizes, int(site.page * ROOM))

    def _obtain(self, parents: set[str]) -> None:
        """Ask again for the parents that weren't given: a card's thread may be written there.

        Of those that the account can't see Jira has to say so only once a day.
        """
        fetched = self.fetched
        noted = json.loads(self.learned.get(UNSEEN) or fetched.known.notes.get(UNSEEN, "{}"))
        if not noted or fetched.now - datetime.fromisoformat(noted["at"]) >= UNSEEN_FOR:
            noted = {"at": fetched.now.isoformat(), "parents": []}
        missing = self._absent(parents) - {*noted["parents"]}
        if missing:
            obtain(fetched, sorted(missing), fetched.take)
            unseen = sorted({*noted["parents"], *self._absent(missing)})
            self.learned[UNSEEN] = json.dumps({**noted, "parents": unseen})

    def _absent(self, names: set[str]) -> set[str]:
        cards = self.fetched.cards
        absent = {name for name in names if name not in cards}
        keys = {name for name in absent if not name.isdecimal()}
        return absent - cards.ids_of(keys).keys()

    def _name_parents(self) -> None:
        """Where a parent was told by key, put its id."""
        cards = self.fetched.cards
        ids = cards.ids_of({name for name in cards.parents() if not name.isdecimal()})
        below = [id_ for shape, group in cards.shapes() if shape.parent in ids for id_ in group]
        for id_, card in cards.only(below).items():
            cards[id_] = card._replace(parent=ids[card.parent or ""])
            self.altered = True


def _is_epic(card: Card) -> bool:
    return card.kind.casefold() == EPIC


def _stands_for(card: Card | None, assumed: Card) -> bool:
    """Whether a card still is what was assumed: a container with this key."""
    return card is not None and (card.key, card.level) == (assumed.key, assumed.level)
