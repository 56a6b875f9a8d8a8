"""What the worker knows and keeps: judged cards, progress, readings, ledger entries; pure.

Those of which there are a hundred thousand are tuples, which are made several times faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class State(StrEnum):
    """What a card counts as; `IGNORED` cards were reached and left out."""

    DONE = "done"
    REMAINING = "remaining"
    DROPPED = "dropped"
    IGNORED = "ignored"


class ThreadName(StrEnum):
    """The two threads of work that a review hears about."""

    DISCOVERY = "discovery"
    DELIVERY = "delivery"


class Event(StrEnum):
    """What happened to a card in a KR's scope."""

    ADDED = "added"
    DONE = "done"
    REOPENED = "reopened"
    DROPPED = "dropped"
    REMOVED = "removed"
    LINKED = "linked"
    UNLINKED = "unlinked"


class JudgedCard(NamedTuple):
    """A card in one KR: what it counts as, by which rule, reached how.

    `rule` is a sentence for people. `via` are the ways it was reached, in the
    order of the KR's links. `points` is None without an estimate; 0 is one.
    `created` and `finished` are None where the tracker doesn't tell.
    """

    source: str
    id: str
    key: str
    title: str
    url: str
    state: State
    rule: str
    via: tuple[str, ...]
    thread: ThreadName = ThreadName.DELIVERY
    points: float | None = None
    created: datetime | None = None
    finished: datetime | None = None


def percent(done: int, remaining: int) -> float | None:
    """Done of done and remaining, to one decimal; None when no card counts.

    Never 100.0 while something remains and never 0.0 while something is done
    (rule 6).
    """
    total = done + remaining
    if total == 0:
        return None
    if remaining == 0:
        return 100.0
    if done == 0:
        return 0.0
    return min(max(round(100 * done / total, 1), 0.1), 99.9)


class Tally(NamedTuple):
    """Cards done and cards remaining."""

    done: int = 0
    remaining: int = 0

    @property
    def percent(self) -> float | None:
        """See `percent`."""
        return percent(self.done, self.remaining)


class PointsTally(NamedTuple):
    """Estimates of the counted cards, and how many of those have none."""

    done: float
    remaining: float
    unestimated: int


class Progress(NamedTuple):
    """A KR's cards, counted. `points` is None when no counted card has an estimate."""

    done: int = 0
    remaining: int = 0
    dropped: int = 0
    points: PointsTally | None = None
    discovery: Tally = Tally()
    delivery: Tally = Tally()

    @property
    def percent(self) -> float | None:
        """See `percent`."""
        return percent(self.done, self.remaining)


class Reading(NamedTuple):
    """A KR's progress at a moment; `rebuilt` when worked out afterwards, not seen then."""

    kr: str
    at: datetime
    progress: Progress
    rebuilt: bool = False


class Entry(NamedTuple):
    """A line of a KR's scope ledger.

    `was` is what the card counted as before, `state` what it counts as after; None
    when it wasn't in the KR, or isn't any more. `LINKED` and `UNLINKED` came or went
    because links or rules were edited: that is no progress (rule 14). `rebuilt` entries
    carry the time that the tracker tells, others the time of the run that saw them.
    """

    kr: str
    at: datetime
    event: Event
    source: str
    id: str
    key: str
    title: str
    url: str
    was: State | None = None
    thread: ThreadName = ThreadName.DELIVERY
    rebuilt: bool = False
    state: State | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """What a team said about a KR or an objective, by its id; None and "" are "not said".

    `confidence` is 0 to 10. `at` is the moment that it speaks of. `number` and
    `entered_at`, when it came in, are the store's; `undone_at` is when it was taken
    back, None where it stands. `answered` says that the open ask was answered.
    """

    subject: str
    at: datetime
    confidence: int | None = None
    value: float | None = None
    note: str = ""
    risk: str = ""
    ask: str = ""
    number: int | None = field(default=None, compare=False)
    entered_at: datetime | None = field(default=None, compare=False)
    undone_at: datetime | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run of the worker; `ended` and `exit_code` are None while it is on, or if it was killed.

    `process` says which one and where.
    """

    id: int
    command: str
    began: datetime
    ended: datetime | None = None
    exit_code: int | None = None
    stats: Mapping[str, float | str] = field(default_factory=dict)
    process: str = field(default="", compare=False)


class Change(NamedTuple):
    """A KR or objective whose definition changed: the `field` ("links"), before and after.

    `past.PUT_IN` has in `after`, `TAKEN_OUT` in `before` how it stood, as JSON: its title, and a
    KR's cards `done`, `remaining` and `dropped`, null where it was never read.
    """

    subject: str
    at: datetime
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class KrState:
    """All that the store knows of a KR now.

    `reading` and `cards` are the last trusted ones, None and empty for a KR
    never read. `read_at` is when each of its sources was last read whole, by
    name. `problem` says why the last run kept the old number, None if it didn't,
    and `problem_since` when the first of such runs in a row was. `counted_by` are
    the links and rules of the last trusted reading, by source (`core/counted_by.py`).
    `sums` is its exact count (`core/sums.py`), None where that isn't known.
    """

    reading: Reading | None = None
    cards: tuple[JudgedCard, ...] = ()
    read_at: Mapping[str, datetime] = field(default_factory=dict)
    problem: str | None = None
    problem_since: datetime | None = None
    counted_by: Mapping[str, str] = field(default_factory=dict)
    sums: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Write:
    """Record this, in one transaction.

    `reading` is None when the counts are as they were and only cards changed.
    `upserts` are the judged cards that differ from the stored ones, `gone` the
    (source, id) of those no longer reached. `rebuilt` are earlier readings,
    worked out on the first one. `counted_by` is to be kept in place of what is
    kept, None where it is the same. `remarks` is what should be known of the
    reading by source, None for nothing; a source that isn't in it keeps what it had.
    `sums` is the exact count to be kept, None where it is the same.
    """

    kr: str
    read_at: Mapping[str, datetime]
    reading: Reading | None
    upserts: tuple[JudgedCard, ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    rebuilt: tuple[Reading, ...] = ()
    counted_by: Mapping[str, str] | None = None
    remarks: Mapping[str, str | None] = field(default_factory=dict)
    sums: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Keep:
    """Nothing changed: note that we looked; the rest as in `Write`."""

    kr: str
    read_at: Mapping[str, datetime]
    counted_by: Mapping[str, str] | None = None
    remarks: Mapping[str, str | None] = field(default_factory=dict)
    sums: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refuse:
    """The number can't be believed: keep the old one, say why; `--force` overrides."""

    kr: str
    problem: str


@dataclass(frozen=True, slots=True)
class Fail:
    """The sources didn't give a whole answer: keep the old number, say why."""

    kr: str
    problem: str


Decision = Write | Keep | Refuse | Fail
