"""The store of a large organisation at the end of a quarter: made-up, the same each time.

It is written by the store's own code, reading by reading, as a quarter of runs would.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bench import worlds
from config.load import load
from syncer.core.ledger import compare
from syncer.core.records import CheckIn, JudgedCard, Reading, State, ThreadName, Write
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


@dataclass(frozen=True, slots=True)
class Past:
    """How much there is to look back on: KRs, ten to a team, and ledger entries over all."""

    key_results: int
    entries: int

    def of(self, number: int) -> int:
        """How many of the entries the so manieth KR has, from 1."""
        before = self.entries * (number - 1) // self.key_results
        return self.entries * number // self.key_results - before


def fill(folder: Path, past: Past, now: datetime) -> str:
    """Put an okrs.yaml and a store with its past into a folder; the store's URL."""
    url = f"sqlite:///{folder / 'okr-sync.db'}"
    began = now - timedelta(weeks=WEEKS)
    (folder / "okrs.yaml").write_text(okrs(past, began), encoding="utf-8")
    with open_store(url) as store:
        store.define(load(folder / "okrs.yaml"), began)
        for number in range(1, past.key_results + 1):
            _live(store, worlds.kr(number), past.of(number), began, now)
        store.add_checkins(_said(past, began))
    return url


def okrs(past: Past, began: datetime) -> str:
    """An okrs.yaml in which ten KRs are a team's, under two objectives; one review a fortnight."""
    metric = {"start": 100, "target": 60, "unit": "s"}
    key_results = [
        {
            "id": worlds.kr(number),
            "title": f"Editors wait {number} % less for a page",
            "metric": metric,
            "links": [{"source": "jira"}],
        }
        for number in range(1, past.key_results + 1)
    ]
    objectives = [
        worlds.objective(f"O-{first}", f"Team {1 + first // 10}", key_results[first : first + 5])
        for first in range(0, past.key_results, 5)
    ]
    review = {"every": "2 weeks", "starts": f"{began + timedelta(days=3):%Y-%m-%dT%H:%M}"}
    sources = {"jira": {"kind": "jira", "url": "https://acme.example"}}
    return worlds.as_yaml(sources, objectives, review=review)


def _live(store: Store, kr: str, entries: int, began: datetime, now: datetime) -> None:
    """Write a KR's runs, evenly over the quarter."""
    cards: dict[str, JudgedCard] = {}
    step = (now - began) / (entries / AT_ONCE + 1)
    for first in range(0, entries, AT_ONCE):
        at = began + first / AT_ONCE * step
        store.apply([_run(kr, cards, range(first, min(first + AT_ONCE, entries)), at)], at)


def _run(kr: str, cards: dict[str, JudgedCard], events: range, at: datetime) -> Write:
    """What a run writes that finds this: of two events one adds a card, one moves it on."""
    before = dict(cards)
    for event in events:
        card, older = f"{kr}-{event // 2}", f"{kr}-{event // 2 - AT_ONCE}"
        if event % 26 == 25:  # noqa: PLR2004 - now and then an older one goes
            del cards[older]
        elif event % 18 == 17:  # noqa: PLR2004 - or comes back
            back = cards[older].state is not State.REMAINING
            cards[older] = cards[older]._replace(state=State.REMAINING if back else State.DONE)
        elif event % 2:
            state = State.DROPPED if event % 22 == 1 else State.DONE
            cards[card] = cards[card]._replace(state=state)
        else:
            cards[card] = _card(kr, event // 2)
    touched = [card for card in cards.values() if before.get(card.id) != card]
    return Write(
        kr=kr,
        read_at={"jira": at},
        reading=Reading(kr, at, count(cards.values())),
        upserts=tuple(touched),
        gone=tuple(("jira", id_) for id_ in before if id_ not in cards),
        entries=compare(kr, before.values(), cards.values(), at),
    )


def _card(kr: str, number: int) -> JudgedCard:
    key = f"{kr}-{number}"
    return JudgedCard(
        source="jira",
        id=key,
        key=key,
        title=f"{worlds.SUMMARY} ({number})",
        url=f"https://acme.example/browse/{key}",
        state=State.REMAINING,
        rule="its status category is To Do",
        via=(f"label {kr}",),
        thread=ThreadName.DISCOVERY if number % 6 == 0 else ThreadName.DELIVERY,
        points=float(number % 8) if number % 4 else None,
    )


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
