"""How a number came about, in one line for the people of an OKR tool; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.okr_tool import NOTE_LENGTH
from syncer.core.push import plain_number
from syncer.core.records import Event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""In English whatever the machine's locale."""

EVENTS = {
    Event.DONE: "+{} done",
    Event.ADDED: "+{} added",
    Event.REOPENED: "{} reopened",
    Event.DROPPED: "{} dropped",
    Event.REMOVED: "{} removed",
}


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What a note is made of; moments are by the teams' clock.

    `events` are counted since `since`. `value` is the key result's own number,
    where that is what goes out. `titles` are those of the cards done, where the
    tool may have them. `link` is where a report is, "" where that isn't known.
    """

    done: int
    remaining: int
    events: Mapping[Event, int]
    since: datetime | None
    read_at: datetime
    confidence: int | None = None
    confidence_before: int | None = None
    value: float | None = None
    unit: str = ""
    titles: tuple[str, ...] = ()
    link: str = ""


def push_note(facts: NoteFacts, length: int = NOTE_LENGTH) -> str:
    """Write the note in at most so many characters, whole words, the least needed left out."""
    length = min(length, NOTE_LENGTH)
    lead = " ".join([*_value(facts), _cards(facts)])
    read = facts.read_at
    origin = f"okr-sync, read {day_and_month(read)} {read:%H:%M}"
    link, titles, mood = facts.link, _titles(facts), _confidence(facts)
    for parts in (
        (lead, titles, mood, origin, link),
        (lead, mood, origin, link),
        (lead, mood, origin),
        (lead, origin),
    ):
        note = one_line(" ".join(part for part in parts if part))
        if len(note) <= length:
            return note
    return whole_words(one_line(lead), length)


def one_line(text: str) -> str:
    """Fold all space, line breaks too."""
    return " ".join(text.split())


def whole_words(text: str, length: int) -> str:
    """Cut a line after a whole word, with an ellipsis, to at most so many characters."""
    if len(text) <= length:
        return text
    if length < 1:
        return ""
    cut, _, rest = text[:length].rpartition(" ")
    return f"{(cut or rest[:-1]).rstrip(' .,:;')}…"


def day_and_month(moment: datetime) -> str:
    """Write a day as people say it: 9 Nov."""
    return f"{moment.day} {MONTHS[moment.month - 1]}"


def _value(facts: NoteFacts) -> Iterator[str]:
    if facts.value is not None:
        yield f"Now {plain_number(facts.value)} {facts.unit}".strip() + "."


def _cards(facts: NoteFacts) -> str:
    total = facts.done + facts.remaining
    counts = f"{facts.done} of {total} card{'' if total == 1 else 's'} done"
    if facts.since is None:
        return f"{counts}."
    changes = [EVENTS[event].format(n) for event in EVENTS if (n := facts.events.get(event, 0))]
    changed = f": {', '.join(changes)}" if changes else ", nothing new"
    return f"{counts}{changed} since {day_and_month(facts.since)}."


def _titles(facts: NoteFacts) -> str:
    return f"Done: {'; '.join(facts.titles)}." if facts.titles else ""


def _confidence(facts: NoteFacts) -> str:
    if facts.confidence is None:
        return ""
    before = facts.confidence_before
    was = "" if before in (None, facts.confidence) else f", was {before}"
    return f"Confidence {facts.confidence}{was}."
