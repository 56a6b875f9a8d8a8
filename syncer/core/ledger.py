"""What happened to a KR's scope: from cards before and cards now; pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from syncer.core.records import Entry, Event, Reading, State
from syncer.core.sums import Count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from syncer.core.records import JudgedCard

EVENTS: Mapping[tuple[State | None, State | None], tuple[Event, ...]] = {
    (None, State.REMAINING): (Event.ADDED,),
    (None, State.DONE): (Event.ADDED, Event.DONE),
    (None, State.DROPPED): (Event.ADDED, Event.DROPPED),
    (State.REMAINING, State.DONE): (Event.DONE,),
    (State.REMAINING, State.DROPPED): (Event.DROPPED,),
    (State.DONE, State.REMAINING): (Event.REOPENED,),
    (State.DONE, State.DROPPED): (Event.DROPPED,),
    (State.DROPPED, State.REMAINING): (Event.REOPENED,),
    (State.DROPPED, State.DONE): (Event.DONE,),
    (State.REMAINING, None): (Event.REMOVED,),
    (State.DONE, None): (Event.REMOVED,),
    (State.DROPPED, None): (Event.REMOVED,),
}
"""What a card's way from one state to another is called; None is "not in the KR"."""

AFTER = {
    Event.ADDED: State.REMAINING,
    Event.REOPENED: State.REMAINING,
    Event.DONE: State.DONE,
    Event.DROPPED: State.DROPPED,
    Event.REMOVED: None,
    Event.UNLINKED: None,
}
"""What a card counts as after an event; None is "not in the KR". A linked one says it itself."""

CardId = tuple[str, str]


def state_after(entry: Entry) -> State | None:
    """What a card counts as after an entry; None where it isn't in the KR any more."""
    return AFTER.get(entry.event, entry.state)


def counted(cards: Iterable[JudgedCard]) -> dict[CardId, JudgedCard]:
    """The cards that count, by source and id; ignored ones are not in the KR's scope."""
    return {(card.source, card.id): card for card in cards if card.state is not State.IGNORED}


def compare(
    kr: str, before: Iterable[JudgedCard], now: Iterable[JudgedCard], at: datetime
) -> tuple[Entry, ...]:
    """The ledger entries, at the time of this run, that lead from one set of cards to the other."""
    old, new = counted(before), counted(now)
    out: list[Entry] = []
    for card in sorted(old.keys() | new.keys()):
        was = old[card].state if card in old else None
        state = new[card].state if card in new else None
        if was is not state:
            out += _entries(kr, new.get(card) or old[card], was, EVENTS[was, state], at)
    return tuple(out)


def relink(
    kr: str, former: Iterable[JudgedCard], now: Iterable[JudgedCard], at: datetime
) -> tuple[Entry, ...]:
    """The entries that lead from how cards count by the former links and rules to how they do now.

    A card that only these made another state of is unlinked and linked again (rule 14).
    """
    old, new = counted(former), counted(now)
    out: list[Entry] = []
    for card in sorted(old.keys() | new.keys()):
        was = old[card].state if card in old else None
        state = new[card].state if card in new else None
        if was is state:
            continue
        if was is not None:
            out.append(_entry(kr, new.get(card) or old[card], Event.UNLINKED, was, at))
        if state is not None:
            linked = _entry(kr, new[card], Event.LINKED, None, at)
            out.append(linked._replace(state=state))
    return tuple(out)


def rebuild(kr: str, cards: Iterable[JudgedCard], at: datetime) -> tuple[Entry, ...]:
    """A first reading's ledger: the cards' past, as far as their tracker tells it, oldest first.

    A card was added when it was created and done or dropped when it came into
    that state. Where the tracker doesn't say when, it is taken as old: it must
    not look like fresh progress. Nothing is dated after `at`.
    """
    out: list[Entry] = []
    for card in counted(cards).values():
        begun = min(card.created or card.finished or at, at)
        ended = max(min(card.finished or begun, at), begun)
        added, *after = EVENTS[None, card.state]
        out.append(_entry(kr, card, added, None, begun, rebuilt=True))
        out += [_entry(kr, card, event, State.REMAINING, ended, rebuilt=True) for event in after]
    return tuple(sorted(out, key=lambda entry: (entry.at, entry.key, entry.was is not None)))


def rebuilt_readings(
    kr: str, cards: Iterable[JudgedCard], entries: Iterable[Entry], since: datetime, at: datetime
) -> tuple[Reading, ...]:
    """Readings at the end of each UTC day between two moments on which the counts changed.

    `entries` are the `rebuild` of the cards. The first reading stands at `since`,
    where the cards' past reaches back that far.
    """
    judged = counted(cards)
    past = Count()
    out: list[Reading] = []
    for day, day_entries in _days(entries, since):
        for entry in day_entries:
            card = judged[entry.source, entry.id]
            if entry.was is not None:
                past.add(card, entry.was, -1)
            past.add(card, AFTER[entry.event] or State.REMAINING)
        if day < at:
            out.append(Reading(kr, day, past.progress(), rebuilt=True))
    return tuple(out)


def _days(entries: Iterable[Entry], since: datetime) -> Iterator[tuple[datetime, list[Entry]]]:
    ends: dict[date, datetime] = {}

    def day(entry: Entry) -> datetime:
        if entry.at <= since:
            return since
        at = entry.at.astimezone(UTC).date()
        if at not in ends:
            ends[at] = datetime.combine(at, datetime.min.time(), UTC) + timedelta(days=1)
        return ends[at]

    for end, group in groupby(entries, key=day):
        yield end, list(group)


def _entries(
    kr: str, card: JudgedCard, was: State | None, events: tuple[Event, ...], at: datetime
) -> Iterator[Entry]:
    for event in events:
        yield _entry(kr, card, event, was, at)
        was = State.REMAINING


def _entry(
    kr: str,
    card: JudgedCard,
    event: Event,
    was: State | None,
    at: datetime,
    *,
    rebuilt: bool = False,
) -> Entry:
    identity = card.source, card.id, card.key, card.title, card.url
    return Entry(kr, at, event, *identity, was, card.thread, rebuilt, AFTER.get(event))
