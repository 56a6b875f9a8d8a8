"""What changed in a KR's scope since the last review, split into its causes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncer.core.records import Event, State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from syncer.core.records import Entry, Progress
    from syncer.review.history import KrHistory


@dataclass(frozen=True, slots=True)
class Counts:
    """Cards done, remaining and dropped at a moment."""

    done: int = 0
    remaining: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """The ledger between two moments.

    `done` to `removed` count events: a card finished twice counts twice, with
    its reopening between. `before` plus the events is the present, always.
    `done_again` of the done came back from being dropped; the other parts say
    from which state cards were reopened, dropped and removed.
    """

    since: datetime
    before: Counts
    done: int = 0
    added: int = 0
    reopened: int = 0
    dropped: int = 0
    removed: int = 0

    @property
    def moved(self) -> bool:
        """Whether anything happened."""
        return any((self.done, self.added, self.reopened, self.dropped, self.removed))


AFTER = {
    Event.ADDED: State.REMAINING,
    Event.REOPENED: State.REMAINING,
    Event.DONE: State.DONE,
    Event.DROPPED: State.DROPPED,
    Event.REMOVED: None,
}
"""What a card counts as after an event; None is "not in the KR"."""


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
    gain = Counter(AFTER[entry.event] for entry in later)
    gain.subtract(Counter(entry.was for entry in later))
    return Delta(
        since=since,
        before=Counts(
            done=now.done - gain[State.DONE],
            remaining=now.remaining - gain[State.REMAINING],
            dropped=now.dropped - gain[State.DROPPED],
        ),
        done=events[Event.DONE],
        added=events[Event.ADDED],
        reopened=events[Event.REOPENED],
        dropped=events[Event.DROPPED],
        removed=events[Event.REMOVED],
    )
