"""What changed in a KR's scope since the last review, split into its causes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from syncer.core.ledger import state_after
from syncer.core.records import Event, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from syncer.core.records import Entry, Progress
    from syncer.review.history import KrHistory


class Counts(NamedTuple):
    """Cards done, remaining and dropped at a moment."""

    done: int = 0
    remaining: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """All cards in the KR's scope."""
        return self.done + self.remaining + self.dropped


class DoneAmong(NamedTuple):
    """How many of a delta's cards were done: before they went, or when they came.

    Of the added these are the ones that came done; they are among the delta's `done`.
    """

    added: int = 0
    reopened: int = 0
    dropped: int = 0
    removed: int = 0
    linked: int = 0
    unlinked: int = 0


class Delta(NamedTuple):
    """The ledger between two moments, as a row that adds up.

    `done` to `removed` count events: a card finished twice counts twice, with its
    reopening between. `linked` and `unlinked` are the cards that came and went
    because links or rules were edited; they are in none of the others. Cards in all:
    before + added + linked - removed - unlinked = now. Cards done: before + done +
    `of_done.linked` - `of_done.reopened`, `dropped`, `removed` and `unlinked` = now.
    `rebuilt` is whether any of it was worked out from the trackers' dates and not
    seen at the time.
    """

    since: datetime
    before: Counts
    done: int = 0
    added: int = 0
    reopened: int = 0
    dropped: int = 0
    removed: int = 0
    linked: int = 0
    unlinked: int = 0
    of_done: DoneAmong = DoneAmong()
    now: Counts = Counts()
    rebuilt: bool = False

    @property
    def moved(self) -> bool:
        """Whether anything happened."""
        happened = (self.done, self.added, self.reopened, self.dropped, self.removed)
        return any((*happened, self.linked, self.unlinked))


def since(history: KrHistory, review: datetime | None) -> datetime | None:
    """Tell from when to count: the last review, else the first reading that was really seen."""
    seen = (reading.at for reading in history.readings if not reading.rebuilt)
    return review or next(seen, None)


def delta(entries: Iterable[Entry], now: Progress, since: datetime) -> Delta:
    """Count what happened after a moment, and what there was before it.

    `now` is the progress that the entries lead to. What there was is worked
    out backwards from it, by what each card was (`Entry.was`).
    """
    later = [entry for entry in entries if entry.at > since]
    events = Counter(entry.event for entry in later)
    gain = Counter(map(state_after, later))
    gain.subtract(Counter(entry.was for entry in later))
    return Delta(
        since=since,
        before=Counts(
            done=now.done - gain[State.DONE],
            remaining=now.remaining - gain[State.REMAINING],
            dropped=now.dropped - gain[State.DROPPED],
        ),
        **{event.value: events[event] for event in Event},
        of_done=_done_among(later),
        now=Counts(now.done, now.remaining, now.dropped),
        rebuilt=any(entry.rebuilt for entry in later),
    )


def _done_among(later: Iterable[Entry]) -> DoneAmong:
    later = tuple(later)
    was_done = Counter(entry.event for entry in later if entry.was is State.DONE)
    new = {(e.source, e.id, e.at) for e in later if e.event is Event.ADDED}
    came_done = {(e.source, e.id, e.at) for e in later if e.event is Event.DONE} & new
    linked = sum(e.event is Event.LINKED and e.state is State.DONE for e in later)
    return DoneAmong(
        added=len(came_done),
        reopened=was_done[Event.REOPENED],
        dropped=was_done[Event.DROPPED],
        removed=was_done[Event.REMOVED],
        linked=linked,
        unlinked=was_done[Event.UNLINKED],
    )
