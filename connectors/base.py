"""What every tracker is to us: selectors go in, neutral cards come out; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from connectors.errors import SourceError


class Level(StrEnum):
    """Where a card stands in its tracker's hierarchy; a flat tracker has only `BASE`.

    An `ITEM` of a card's checklist counts only where a link takes the card
    apart, and is judged with its card.
    """

    ITEM = "item"
    SUBTASK = "sub-task"
    BASE = "base"
    CONTAINER = "container"


class Category(StrEnum):
    """How far a workflow status is, by the tracker's own language-independent key."""

    NEW = "new"
    ACTIVE = "indeterminate"
    DONE = "done"
    UNDEFINED = "undefined"


CATEGORIES = {category.value: category for category in Category}
"""By value, for where a hundred thousand are looked up."""


class Column(StrEnum):
    """Where a card's status stands on the board that reached it."""

    LAST = "last"
    OTHER = "other"
    NONE = "none"


class Scope(StrEnum):
    """Which part of a board a link takes."""

    BOARD = "board"
    ACTIVE_SPRINT = "active-sprint"
    SPRINT = "sprint"
    SPRINTS = "sprints"


class Card(NamedTuple):
    """One issue or card, as its tracker tells it, in nobody's vocabulary.

    `id` is the tracker's own and never changes; `key` is what people call it.
    `parent` is the id of the card above, None where there is none or it can't
    be seen. A field that the tracker doesn't have is None or empty: `category`
    and `status` on a tracker of lists, `list_name` on a tracker of workflows.
    `not_work` says why something on a board isn't work ("template", "separator",
    "board card", "link card"), None for work. `estimates` pairs a points field
    as the configuration names it ("auto", "Story Points") with its value; a
    field without a value is absent. `finished` is when the card came into its
    present done state, as far as the tracker tells in the same answer. `standing_id`
    is the tracker's own id of the status or list that it stands in. `end_dates` are
    the two that `finished` was chosen from, where a tracker tells two that differ:
    when the card came into that state, and when it was resolved.
    """

    source: str
    id: str
    key: str
    title: str
    url: str
    level: Level = Level.BASE
    parent: str | None = None
    kind: str = ""
    labels: tuple[str, ...] = ()
    status: str | None = None
    category: Category | None = None
    resolution: str | None = None
    list_name: str | None = None
    complete: bool = False
    archived: bool = False
    not_work: str | None = None
    estimates: tuple[tuple[str, float], ...] = ()
    created: datetime | None = None
    finished: datetime | None = None
    standing_id: str = ""
    end_dates: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class ByLabel:
    """Everything that carries this label, whole and without regard to case."""

    label: str


@dataclass(frozen=True, slots=True)
class ByEpic:
    """These cards by key; a container stands for what is under it."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ByQuery:
    """What a query in the tracker's own language finds; `children` takes containers apart."""

    query: str
    children: bool = False


@dataclass(frozen=True, slots=True)
class ByBoard:
    """What is on one board, or on any of several; narrowed by label, lists or sprint.

    `lists` are names, patterns or ids (`patterns.matching`); empty for all. With the
    scope `SPRINTS`, `since` is when the closed sprints that count begin.
    """

    boards: tuple[str, ...]
    label: str | None = None
    lists: tuple[str, ...] = ()
    scope: Scope = Scope.BOARD
    sprint: str | None = None
    children: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ByKey:
    """What a key that only this tracker's links have names: `milestone: v1`."""

    key: str
    values: tuple[str, ...]


Selector = ByLabel | ByEpic | ByQuery | ByBoard | ByKey


class Hit(NamedTuple):
    """A selector reached a card: which, and how ("label PUB-1 on PUB-120").

    `column` is where the card stands on the board that reached it; None where
    no board did, or the tracker has no columns.
    """

    card: str
    via: str
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What earlier runs brought from a source.

    `cards` are as last fetched, by id, some perhaps of a read that broke off.
    What changed after `since` may be missing in them; None: nothing is known.
    `notes` are the connector's own, on what the service has been seen to permit.
    `whole` is when a pull was read whose cards these are; None where something came since.
    """

    cards: Mapping[str, Card] = field(default_factory=dict)
    since: datetime | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    whole: datetime | None = None


class Changes(NamedTuple):
    """What may be otherwise in a pull than in the one that was read at `since`.

    `cards` are ids, those that are gone too; `hits` the selectors that may reach other
    cards, or by other ways, though these be the same. Labels are on the cards.
    """

    since: datetime
    cards: frozenset[str]
    hits: frozenset[Selector] = frozenset()


@dataclass(frozen=True, slots=True)
class Ask:
    """One run's whole question to one source.

    `estimates` are the points fields wanted, as the configuration names them.
    `full` asks for everything anew, whatever is known.
    """

    selectors: tuple[Selector, ...]
    estimates: tuple[str, ...] = ()
    full: bool = False
    known: Known = field(default_factory=Known)


@dataclass(frozen=True)
class Pull:
    """One source's whole answer to one `Ask`.

    `cards` holds every card that a selector hit and everything under a hit
    container, by id. `hits` has an entry for every selector that was answered
    whole (an empty one where it reached nothing); a selector that wasn't is in
    `problems` instead. `lists` are each board's lists, archived ones too, names
    by id, under the board as the selector named it. `ways` are those in which a
    board's link reaches cards now ("board 42, sprint Sprint 12"), where that may
    change by itself. `notes` are what `check` should pass on as warnings;
    `learned` what the connector wants to find in `Known.notes`. `comparable`
    says that the next pull is cheaper if it knows these cards; `kept` that it wants
    to know them all the same, so as to notice which are missing. `names` are
    the names that cards bear, by what (folded) the account's language calls them,
    where that is another. `changes` tells from `Known.whole`; None: all may be otherwise.
    """

    source: str
    read_at: datetime
    cards: Mapping[str, Card]
    hits: Mapping[Selector, Sequence[Hit]]
    problems: Mapping[Selector, SourceError] = field(default_factory=dict)
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ways: Mapping[Selector, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict)
    comparable: bool = False
    kept: bool = False
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    changes: Changes | None = None

    @cached_property
    def below(self) -> Mapping[str, Sequence[Card]]:
        """The cards that stand directly under each card, by its id; found out once for all KRs."""
        children: dict[str, list[Card]] = {}
        for card in self.cards.values():
            if card.parent is not None:
                children.setdefault(card.parent, []).append(card)
        return children


class Watch(NamedTuple):
    """Whoever wants to know how a pull goes; all are called from any thread.

    `progressed` gets how many cards are there and how many will be; `on_cards`
    each batch of cards as it is fetched; `on_note` a note for `Known.notes` that
    those cards need if the pull breaks off.
    """

    progressed: Callable[[int, int], None] = lambda *_: None
    on_cards: Callable[[Sequence[Card]], None] = lambda *_: None
    on_note: Callable[[str, str], None] = lambda *_: None


@dataclass(frozen=True, slots=True)
class Access:
    """What a connector needs to reach its service; never printed whole.

    `url` is the server without an API path. `email` is only for services that
    sign in with one; `key` only for those that know applications apart.
    `options` are the source's own keys in okrs.yaml, as its kind declares them.
    """

    name: str
    kind: str
    url: str
    email: str | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    key: str | None = field(default=None, repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """The environment variable that holds the token, for messages."""
        return f"OKR_SYNC_SOURCES__{self.name.upper().replace('-', '_')}__TOKEN"


class BoardSource(Protocol):
    """A tracker, configured and ready to be asked."""

    name: str

    def pull(self, ask: Ask, watch: Watch) -> Pull:
        """Answer the whole question or raise a `SourceError`; never a part of it."""
        ...  # pragma: no cover
