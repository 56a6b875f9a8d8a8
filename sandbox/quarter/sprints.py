"""The fortnights: sprints in Jira, and which card is planned in which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.quarter.batches import StoryEvent
from sandbox.quarter.working_hours import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.quarter.batches import Batch

FIRST = datetime(2026, 10, 1, 9, tzinfo=UTC)
LENGTH = timedelta(days=14)
CLOSES = timedelta(minutes=-15)
COUNT = 5
SERIES = {"team": "Publishing sprint", "squad": "Accessibility sprint"}


@dataclass(frozen=True, slots=True)
class Fortnight:
    """A sprint of one series, from its planning to its review."""

    series: str
    number: int

    @property
    def name(self) -> str:
        """What the sprint is called."""
        return f"{SERIES[self.series]} {self.number + 1}"

    @property
    def starts(self) -> datetime:
        """When it is planned and started."""
        return FIRST + self.number * LENGTH

    @property
    def ends(self) -> datetime:
        """When it is closed: just before the next one starts."""
        return self.starts + LENGTH + CLOSES


def series_of(batch: Batch) -> str | None:
    """Return whose sprints a batch is worked on in."""
    return None if not batch.sprints else ("squad" if batch.sprints == "squad" else "team")


def fortnights() -> tuple[Fortnight, ...]:
    """Return all sprints that the teams have planned, future ones too."""
    return tuple(Fortnight(series, number) for series in SERIES for number in range(COUNT))


def turns() -> Iterator[StoryEvent]:
    """Tell when sprints start and end, and that a Done list is archived with each end."""
    for each in fortnights():
        yield StoryEvent(each.starts, "sprint", each.name, "begin")
        yield StoryEvent(each.ends, "sprint", each.name, "close")
    for number in range(COUNT):
        yield StoryEvent(Fortnight("team", number).ends, "quality", "Done", "turn")


def planned(batch: Batch, events: Iterable[StoryEvent]) -> Iterator[StoryEvent]:
    """Plan each card of a batch into the sprints in which somebody works on it."""
    series = series_of(batch)
    if series is None:
        return
    cards: dict[str, list[StoryEvent]] = {}
    for event in events:
        cards.setdefault(event.card, []).append(event)
    for card, happened in cards.items():
        if happened[0].more.get("type") not in ("Epic", "Sub-task"):
            yield from _plans(series, card, sorted(happened, key=lambda each: each.at))


def _plans(series: str, card: str, happened: list[StoryEvent]) -> Iterator[StoryEvent]:
    written = happened[0]
    worked = [each.at for each in happened if each.verb in ("start", "finish", "reopen")]
    if not worked:
        return
    still = not any(each.verb == "finish" for each in happened)
    last = NOW if still else max(worked)
    inside: list[str] = []
    for number in range(COUNT):
        sprint = Fortnight(series, number)
        if sprint.starts <= last and sprint.starts + LENGTH > min(worked):
            inside.append(sprint.name)
            at = max(sprint.starts, written.at) + timedelta(minutes=5)
            yield StoryEvent(at, written.where, card, "plan", {"sprints": tuple(inside)})
