"""How far a KR's cards may get, as a range, or why that can't be said.

Monte Carlo on the KR's own weeks: each trial walks into the future with weeks
drawn from the last ones, a week's throughput together with its growth of scope
(T. Magennis, "Forecasting and Simulating Software Development Projects", 2011;
D. Vacanti, "When Will It Be Done?", 2020). Few weeks tell little: so each trial
first weighs the weeks anew by the Bayesian bootstrap (D. Rubin, Annals of
Statistics 9, 1981), which carries what we don't know about the pace into the
range. Its Dirichlet has the weight n - 3 instead of n: the mean of n weeks then
spreads about as Student's t has it, and the bounds hold in a back-test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from syncer.core.ledger import state_after
from syncer.core.records import Event, State
from syncer.review.walking import FAR, Trial, Week, all_walks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from syncer.core.period import Period
    from syncer.core.records import Entry, Progress
    from syncer.review.history import KrHistory

TRIALS = 400
WEEKS = 8  # of history, at most: older ones are another team's pace
_FEWEST = 4
_LONGEST = 60  # weeks of a trial: more than any period has
_SPECK = 1e-9  # keeps weights that all but vanish from adding up to nothing
_WEEK = timedelta(weeks=1)
_LOW, _HIGH = 60, 339  # places in 400 sorted trials: 15 in 100 are beyond each


class Dice(Protocol):
    """What `random.Random` gives; handed in, so that a report is repeatable."""

    def random(self) -> float:
        """Give a number from 0 to below 1."""
        ...  # pragma: no cover

    def gammavariate(self, alpha: float, beta: float) -> float:
        """Give a number of the gamma distribution."""
        ...  # pragma: no cover

    def choices(
        self, population: Sequence[int], *, cum_weights: Sequence[float], k: int
    ) -> list[int]:
        """Draw k times, by weight, putting back."""
        ...  # pragma: no cover


Draws = Callable[[int], "Sequence[Trial]"]
"""Gives the trials for so many past weeks; KRs with as many may share them."""


def draw(dice: Dice, count: int) -> tuple[Trial, ...]:
    """Draw the trials for `count` past weeks, four or more.

    They don't depend on the KR, so that a report draws once for all of its KRs.
    """
    return tuple(_drawn(dice, count) for _ in range(TRIALS))


def _drawn(dice: Dice, count: int) -> Trial:
    weight = (count - 3) / count
    weights = tuple(accumulate(dice.gammavariate(weight, 1.0) + _SPECK for _ in range(count)))
    return Trial(dice.choices(range(count), cum_weights=weights, k=_LONGEST), dice.random())


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high; each bound holds about 85 times in 100."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the cards will be at `by`: how many done, how many in all; and when all are done.

    Cards in all are those done and remaining. `done` never begins below what is done
    today. `early` and `late` bound the day on which all are done in the same way;
    None is "not within 26 weeks". `chance` is the share of trials in which all were
    done by then.
    """

    by: datetime
    weeks: int
    done: Range
    all: Range
    chance: float
    early: datetime | None
    late: datetime | None

    @property
    def short(self) -> bool:
        """Whether even its best end is short of the cards (rule 16)."""
        return self.done.high < self.all.low


@dataclass(frozen=True, slots=True)
class NoForecast:
    """No forecast, and why."""

    reason: str


def forecast(
    history: KrHistory, now: datetime, span: Period | None, draws: Draws
) -> Forecast | NoForecast:
    """Forecast a KR's cards to the end of its period, or refuse with the reason."""
    reading = history.state.reading
    progress = None if reading is None else reading.progress
    reason = _groundless(progress, now, span)
    if reason or progress is None or span is None:
        return NoForecast(reason)
    weeks = past_weeks(history, now, span.begins)
    if len(weeks) < _FEWEST:
        known = "1 whole week" if len(weeks) == 1 else f"{len(weeks)} whole weeks"
        return NoForecast(f"{known} of history; it takes {_FEWEST}")
    if not any(week.done > 0 for week in weeks[-_FEWEST:]):
        return NoForecast("no card done in four weeks")
    return project(weeks, (progress.done, progress.remaining), now, span.ends, draws)


def _groundless(progress: Progress | None, now: datetime, span: Period | None) -> str:
    """Say why there is nothing to forecast; empty where there is."""
    if progress is None:
        return "its cards were not read yet"
    if progress.percent is None:
        return "no card counts for it"
    if progress.remaining == 0:
        return "all its cards are done"
    if span is None:
        return "its period has no end that we can read"
    return "its period is over" if span.ends <= now else ""


def past_weeks(
    history: KrHistory, now: datetime, begins: datetime | None = None
) -> tuple[Week, ...]:
    """Cut the ledger into whole weeks back from now, at most eight, oldest first.

    The first load is no week's growth, and what came with it done is no week's
    throughput; cards that came and went by an edit of links or rules are neither.
    """
    if not history.readings:
        return ()
    count = max(0, min(WEEKS, (now - history.readings[0].at) // _WEEK))
    loaded = _first_load(history.entries, begins)
    bins: list[list[Entry]] = [[] for _ in range(count)]
    for entry in history.entries:
        week = (now - entry.at) // _WEEK
        if 0 <= week < count and entry.event not in _EDITS:  # what came later is no past week's
            bins[count - 1 - week].append(entry)
    return tuple(_week(entries, loaded) for entries in bins)


_EDITS = frozenset((Event.LINKED, Event.UNLINKED))
LOAD = timedelta(days=7)
"""What comes so long after a KR's first card, or its period's beginning, is its first load."""


def _first_load(
    entries: Sequence[Entry], begins: datetime | None
) -> dict[tuple[str, str], datetime]:
    """When each card of the first load came (rule 14)."""
    added = [entry for entry in entries if entry.event is Event.ADDED]
    first = min((entry.at for entry in entries), default=None)
    if first is None:
        return {}
    until = (first if begins is None else max(first, begins)) + LOAD
    return {(e.source, e.id): e.at for e in reversed(added) if e.at <= until}


def _week(entries: Iterable[Entry], loaded: Mapping[tuple[str, str], datetime]) -> Week:
    """Count a week; a card of the first load that came done, or given up, came so."""
    gain: Counter[State | None] = Counter()
    for entry in entries:
        if loaded.get((entry.source, entry.id)) != entry.at:
            gain[state_after(entry)] += 1
            gain[entry.was] -= 1
    return Week(gain[State.DONE], gain[State.DONE] + gain[State.REMAINING])


def project(
    weeks: Sequence[Week], counts: tuple[int, int], now: datetime, ends: datetime, draws: Draws
) -> Forecast:
    """Walk the trials over four weeks or more; `counts` are the cards done and remaining."""
    horizon = min((ends - now) / _WEEK, _LONGEST - 1)
    walks = all_walks(weeks, counts, horizon, draws(len(weeks)))
    done = sorted(max(counts[0], walk.done) for walk in walks)
    every = sorted(walk.done + walk.remaining for walk in walks)
    finish = sorted(walk.finished for walk in walks)
    return Forecast(
        by=ends,
        weeks=len(weeks),
        done=Range(done[_LOW], done[_HIGH]),
        all=Range(every[_LOW], every[_HIGH]),
        chance=sum(walk.remaining == 0 for walk in walks) / TRIALS,
        early=_day(now, finish[_LOW]),
        late=_day(now, finish[_HIGH]),
    )


def _day(now: datetime, weeks: float) -> datetime | None:
    return None if weeks > FAR else now + weeks * _WEEK
