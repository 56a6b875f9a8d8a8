"""The store of a large organisation at the end of a quarter: made-up, the same each time.

It is written by the store's own code, reading by reading, as a quarter of runs would.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bench import worlds
from config.load import load
from syncer.core.ledger import compare
from syncer.core.records import CheckIn, Event, JudgedCard, Reading, State, ThreadName, Write
from syncer.core.sums import count
from syncer.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from syncer.store.store import Store

WEEKS = 13
AT_ONCE = 3
"""Cards that a run finds changed: about two readings of a KR a working day."""
BEGUN_WITH = 20
ROUND = (
    *(Event.ADDED, Event.DONE, Event.ADDED, Event.DONE, Event.ADDED, Event.REOPENED, Event.DONE),
    *(Event.ADDED, Event.DONE, Event.DROPPED, Event.ADDED, Event.DONE, Event.REMOVED, Event.ADDED),
)
"""What happens to a KR's cards, over and over; the cards left stay about as many."""
BECOMES = {
    Event.DONE: State.DONE,
    Event.REOPENED: State.REMAINING,
    Event.DROPPED: State.DROPPED,
    Event.REMOVED: None,
}


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is to look back on: KRs, ten to a team, and ledger entries over all."""

    key_results: int
    entries: int

    def of(self, number: int) -> int:
        """How many of the entries the so manieth KR has, from 1."""
        upto = (self.entries * n // self.key_results for n in (number - 1, number))
        first, last = upto
        return last - first


def fill(folder: Path, past: Past, now: datetime) -> str:
    """Put an okrs.yaml and a store with its past into a folder; the store's URL."""
    url = f"sqlite:///{folder / 'okr-sync.db'}"
    began = now - timedelta(weeks=WEEKS)
    (folder / "okrs.yaml").write_text(okrs(past, began, now), encoding="utf-8")
    with open_store(url) as store:
        store.define(load(folder / "okrs.yaml"), began)
        for number in range(1, past.key_results + 1):
            _live(store, Scope(worlds.kr(number)), past.of(number), began, now)
        store.add_checkins(_said(past, began))
    return url


def okrs(past: Past, began: datetime, now: datetime) -> str:
    """An okrs.yaml in which ten KRs are a team's, under two objectives; one review a fortnight."""
    first = began + timedelta(days=3)
    lines = [
        'sources: {jira: {kind: jira, url: "https://acme.example"}}',
        f'review: {{every: 2 weeks, starts: "{first:%Y-%m-%dT%H:%M}"}}',
        "objectives:",
    ]
    for number in range(1, past.key_results + 1):
        if number % 5 == 1:
            lines.append(f"  - id: O-{number}")
            lines.append(f"    title: Publishing is ready for launch day, part {number}")
            lines.append(f"    team: Team {1 + (number - 1) // 10}")
            lines.append(f'    period: "{now.year}"')
            lines.append("    key_results:")
        lines.append(
            f"      - {{id: {worlds.kr(number)}, title: Editors wait {number} % less for a page, "
            "metric: {start: 100, target: 60, unit: s}, links: [{source: jira}]}"
        )
    return "\n".join([*lines, ""])


@dataclass
class Scope:
    """A KR's cards on their way through the quarter."""

    kr: str
    cards: dict[str, JudgedCard] = field(default_factory=dict)
    remaining: deque[str] = field(default_factory=deque)
    done: deque[str] = field(default_factory=deque)
    made: int = 0

    def happen(self, event: Event) -> tuple[JudgedCard | None, JudgedCard | None]:
        """Let one thing happen to one card; the card before and after."""
        if event is Event.ADDED:
            return None, self._added()
        before = self.cards[self._next(event)]
        state = BECOMES[event]
        if state is None:
            del self.cards[before.id]
            return before, None
        after = self.cards[before.id] = before._replace(state=state)
        if state is State.DONE:
            self.done.append(after.id)
        elif state is State.REMAINING:
            self.remaining.append(after.id)
        return before, after

    def _next(self, event: Event) -> str:
        return (self.done if event is Event.REOPENED else self.remaining).popleft()

    def _added(self) -> JudgedCard:
        self.made += 1
        key = f"{self.kr}-{self.made}"
        card = JudgedCard(
            source="jira",
            id=key,
            key=key,
            title=f"{worlds.SUMMARY} ({self.made})",
            url=f"https://acme.example/browse/{key}",
            state=State.REMAINING,
            rule="its status category is To Do",
            via=(f"label {self.kr}",),
            thread=ThreadName.DISCOVERY if self.made % 6 == 0 else ThreadName.DELIVERY,
            points=float(self.made % 8) if self.made % 4 else None,
        )
        self.cards[key] = card
        self.remaining.append(key)
        return card


def _live(store: Store, scope: Scope, entries: int, began: datetime, now: datetime) -> None:
    """Write a KR's runs, evenly over the quarter."""
    events = list(_events(entries))
    runs = [events[:BEGUN_WITH]]
    runs += [events[n : n + AT_ONCE] for n in range(BEGUN_WITH, entries, AT_ONCE)]
    step = (now - began) / (len(runs) + 1)
    for number, happening in enumerate(runs):
        at = began + number * step
        store.apply([_run(scope, happening, at)], at)


def _events(entries: int) -> Iterator[Event]:
    for n in range(entries):
        yield Event.ADDED if n < BEGUN_WITH else ROUND[(n - BEGUN_WITH) % len(ROUND)]


def _run(scope: Scope, happening: list[Event], at: datetime) -> Write:
    """What a run writes that finds this: each card's own entry, and the reading after it."""
    steps = [scope.happen(event) for event in happening]
    entries = [
        entry
        for before, after in steps
        for entry in compare(scope.kr, _known(before), _known(after), at)
    ]
    touched = {one.id for step in steps for one in step if one is not None}
    return Write(
        kr=scope.kr,
        read_at={"jira": at},
        reading=Reading(scope.kr, at, count(scope.cards.values())),
        upserts=tuple(scope.cards[id_] for id_ in touched if id_ in scope.cards),
        gone=tuple(("jira", id_) for id_ in touched if id_ not in scope.cards),
        entries=tuple(entries),
    )


def _known(card: JudgedCard | None) -> list[JudgedCard]:
    return [] if card is None else [card]


def _said(past: Past, began: datetime) -> Iterator[CheckIn]:
    """A score of every KR a week; each fifth KR has a risk in the last one, each ninth an ask."""
    for number in range(1, past.key_results + 1):
        for week in range(WEEKS):
            last = week == WEEKS - 1
            yield CheckIn(
                subject=worlds.kr(number),
                at=began + timedelta(weeks=week, hours=number % 40),
                confidence=(number + week // 3) % 8 + 2,
                value=100.0 - week * (number % 4),
                note=f"Week {week}: {worlds.SUMMARY}",
                risk=worlds.SUMMARY if last and number % 5 == 0 else "",
                ask=worlds.SUMMARY if last and number % 9 == 0 else "",
            )
