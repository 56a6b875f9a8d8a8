"""What has come from a Jira site in one pull, and the fewest requests for what is missing.

A scope is what some queries find. A small one is read whole each time: ids, then
the issues in bulk. A large one that is known from earlier runs is compared, in one
wave: its ids, the done ones among them, and what changed since; only what differs
is fetched. The ids catch what `updated` doesn't tell (deleted, moved out), the
done ones a status that was given another category. There is no slice of what
isn't done: Jira leaves issues without a category out of any `!=`.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from connectors.base import Known
from connectors.boards.jira import cards as jira_cards
from connectors.boards.jira.accounting import obtain
from connectors.boards.jira.changes import FULL, changed_since
from connectors.boards.jira.fields import CardFields
from connectors.boards.jira.jql import narrowed, packed
from connectors.boards.jira.witnesses import Renamed, renamed
from connectors.errors import NotFoundError, RejectedError, TransientError
from connectors.gathered import GatheredCards
from connectors.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from connectors.base import Access, Card, Watch
    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.client import JiraWire
    from connectors.boards.jira.site import Site

LARGE = 1000
"""Up to so many issues, reading all anew costs no more than comparing."""

IS_DONE = "statusCategory = Done"

ALL, DONE, CHANGED = "all", "done", "changed"
"""The slices of a scope."""

LINKS_OWN = (RejectedError, NotFoundError)
"""Errors that are one link's own fault; any other is the source's."""


class Part(NamedTuple):
    """A query, and how many issues it is expected to find, and how many done ones."""

    query: str
    size: int = 0
    done: int = 0


Scope = Sequence[Part]
"""Queries whose answers are read or compared together."""


@dataclass
class FetchedIssues:
    """The cards of one pull, by id; `known` are those of earlier ones.

    No card is taken before `identified` returns: it waits for the answer to who
    we are, and raises where the site doesn't know us.
    """

    access: Access
    wire: JiraWire
    site: Site
    watch: Watch
    known: Known
    now: datetime
    address: str = ""
    card_fields: CardFields = field(default_factory=lambda: CardFields(()))
    cards: GatheredCards = field(init=False)
    projects: tuple[str, ...] = ()
    locale: str = ""
    witnesses: dict[str, Card] = field(default_factory=dict)
    names: Renamed = field(default_factory=Renamed)
    expected: int = 0
    ahead: list[str] = field(default_factory=list)
    identified: Callable[[], object] = tuple
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Begin with no card."""
        self.cards = GatheredCards(self.shelf)

    @property
    def shelf(self) -> Shelf:
        """The known cards."""
        return Shelf.of(self.known.cards)

    def forget(self) -> None:
        """Compare with nothing; before any card has come."""
        self.known = Known(notes=self.known.notes)
        self.cards = GatheredCards(self.shelf)

    def compares(self, size: int) -> bool:
        """Whether a scope of this size is compared with what is known, or read whole."""
        # Cards of a read that broke off are too few to tell how large their scope is.
        broke_off = FULL not in self.known.notes
        return self.known.since is not None and (size > LARGE or broke_off)

    def foresee(self, queries: Iterable[str]) -> list[Callable[[], None]]:
        """Questions that a first wave may ask because a later one will; `ahead` gets the ids.

        One that fails will fail again where its answer is needed.
        """

        def ahead(query: str) -> None:
            with suppress(*LINKS_OWN):
                ids = self.site.ids(narrowed(query, self.projects))
                with self.lock:
                    self.ahead += ids

        return (
            [partial(ahead, query) for query in queries] if self.site.fields_known_upfront else []
        )

    def find(
        self, scopes: Sequence[Scope], guarded: Callable[[int, Callable[[], list[str]]], list[str]]
    ) -> list[list[str]]:
        """The ids that each scope has; what large ones are known to hold is taken as fetched.

        `guarded` asks one scope's question, by the scope's number, and may turn
        its failure into an empty answer.
        """
        # Only the first who asks brings witnesses along: then it matters what was there before.
        gathered = None if self.witnesses else set(self.cards)
        questions = [
            (number, slice_, question)
            for number, scope in enumerate(scopes)
            for slice_, question in self._questions(scope)
        ]
        asked = [partial(guarded, number, question) for number, _, question in questions]
        answers: list[dict[str, list[str]]] = [{} for _ in scopes]
        for (number, slice_, _), ids in zip(questions, self.wire.together(asked), strict=True):
            answers[number].setdefault(slice_, []).extend(ids)
        self._dismiss(answers)
        if gathered is not None:
            # Later scopes hold other cards that are called so; not all witnesses stay until then.
            self.names = renamed(self.witnesses, self.cards.fresh, self.shelf.groups)
        for slices in answers:
            if CHANGED in slices:
                self._trust(set(slices[ALL]), set(slices[DONE]), set(slices[CHANGED]))
        if gathered is not None:
            self._let_go(answers, gathered)
        return [
            list(dict.fromkeys(id_ for ids in slices.values() for id_ in ids)) for slices in answers
        ]

    def _questions(self, scope: Scope) -> Iterator[tuple[str, Callable[[], list[str]]]]:
        queries = [self._joined([part]) for part in scope]
        if not self.compares(sum(part.size for part in scope)):
            for query in queries:
                yield ALL, partial(self.site.whole, query, self.card_fields.all, self.take)
            return
        for query in queries:
            yield ALL, partial(self.site.ids, query)
        for parts in packed(scope, [part.done for part in scope], self.site.page):
            yield DONE, partial(self.site.ids, f"({self._joined(parts)}) AND {IS_DONE}")
        yield CHANGED, partial(changed_since, self, self._joined(scope))

    def _joined(self, scope: Scope) -> str:
        queries = [part.query for part in scope]
        whole = queries[0] if len(queries) == 1 else " OR ".join(f"({query})" for query in queries)
        return narrowed(whole, self.projects)

    def _let_go(self, answers: Sequence[dict[str, list[str]]], gathered: set[str]) -> None:
        """Forget the witnesses that no scope holds: they have gone where no link leads.

        What was `gathered` before is held by an earlier scope.
        """
        held = {id_ for slices in answers for ids in slices.values() for id_ in ids}
        for id_ in self.witnesses.keys() - held - gathered:
            self.cards.pop(id_, None)

    def _dismiss(self, answers: Sequence[dict[str, list[str]]]) -> None:
        """Take the witnesses out of what has changed in scopes that don't hold them."""
        for slices in answers:
            held = {id_ for name in (ALL, DONE) for id_ in slices.get(name, ())}
            others = self.witnesses.keys() - held
            if others and CHANGED in slices:
                slices[CHANGED] = [id_ for id_ in slices[CHANGED] if id_ not in others]

    def _trust(self, all_: set[str], done: set[str], changed: set[str]) -> None:
        """Take over the known cards that nothing contradicts; the others will be fetched."""
        shelf, names = self.cards.shelf, self.names
        likely = (all_ - changed) & shelf.ids
        likely -= shelf.shaped(lambda shape: shape.archived or names.doubts(shape))
        likely = (likely & done & shelf.done) | (likely - done - shelf.done)
        if names.statuses:
            called = shelf.shaped(lambda shape: shape.standing_id in names.statuses) & likely
            called -= self.cards.fresh.keys()
            self.cards |= {id_: names.called(card) for id_, card in shelf.only(called).items()}
            likely -= called
        self.cards.trust(likely)

    def fetch(self, named: Iterable[str]) -> None:
        """Bring those that haven't come yet; what doesn't come isn't there, or not for us."""
        new = [name for name in dict.fromkeys(named) if name not in self.cards]
        self.expected = len(self.cards) + len(new)
        self.site.issues(new, self.card_fields.all, self.take)

    def bring(self, ids: Iterable[str], also: Iterable[str] = ()) -> None:
        """Fetch what a search has just found; raises where most of it isn't given.

        What isn't given is asked for once more; a few may have been deleted meanwhile.
        But a stranger is given nothing, silently (JRACLOUD-93811), and that must not
        look like an empty board. What is fetched `also`, by id or key, may well not be there.
        """
        new = [id_ for id_ in dict.fromkeys(ids) if id_ not in self.cards]
        self.fetch([*also, *new])
        obtain(self, (id_ for id_ in new if id_ not in self.cards), self.take)
        absent = sum(id_ not in self.cards for id_ in new)
        if absent > max(1, len(new) / 2):
            raise TransientError(
                f"{self.access.name}: {absent} of {len(new)} issues that the search found were "
                "not given; if this goes on, look whether this account may still see them"
            )

    def take(self, issues: list[Json]) -> None:
        """Keep a batch; called from any thread."""
        self.identified()
        cards = [
            jira_cards.card(self.access.name, self.address, issue, self.card_fields)
            for issue in issues
        ]
        with self.lock:
            self.cards |= {card.id: card for card in cards}
            self.watch.progressed(len(self.cards), max(self.expected, len(self.cards)))
        self.watch.on_cards(cards)
