"""A forecast's trials, walked into the future week by week; pure."""

from __future__ import annotations

from itertools import accumulate
from math import floor, inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FAR = 26  # weeks beyond which a date says nothing


class Trial(NamedTuple):
    """What chance decides of a trial.

    `weeks` are the places of the past weeks that the coming ones repeat; the
    horizon's last, broken week happens where its share is above `broken`.
    """

    weeks: Sequence[int]
    broken: float


class Week(NamedTuple):
    """Cards done, net of reopened ones, and by how many the scope grew."""

    done: int
    grown: int


class Walk(NamedTuple):
    """A trial: the counts at the horizon, and after how many weeks nothing remained."""

    done: int
    remaining: int
    finished: float


def all_walks(
    weeks: Sequence[Week], counts: tuple[int, int], horizon: float, trials: Iterable[Trial]
) -> list[Walk]:
    """Walk trials from the cards done and remaining; `horizon` is in weeks."""
    takes_back = counts[1] <= 0 or any(week.done < 0 for week in weeks)
    gains = [week.done for week in weeks]
    changes = [] if takes_back else [week.grown - week.done for week in weeks]
    return [
        (changes and walk_by_sums(gains, changes, counts, horizon, trial))
        or walk_by_weeks(weeks, counts, horizon, trial)
        for trial in trials
    ]


def walk_by_sums(
    gains: Sequence[int],
    changes: Sequence[int],
    counts: tuple[int, int],
    horizon: float,
    trial: Trial,
) -> Walk | None:
    """Walk a trial by its sums alone; None where it finishes before the horizon.

    `gains` are how many cards each week does, `changes` by how many it changes what
    remains, which is something at first. No week takes back what was done: so as soon
    as the sum isn't above nothing, nothing remains. A report of 300 KRs walks a hundred
    thousand trials, so no Python runs for each of their weeks.
    """
    done, left = counts
    whole, part = divmod(horizon, 1)
    until = int(whole) + (trial.broken < part)
    coming = trial.weeks[: max(FAR, int(whole) + 1)]
    lefts = list(accumulate(map(changes.__getitem__, coming), initial=left))
    finished = inf
    if min(lefts) <= 0:
        finished = next(passed for passed, rest in enumerate(lefts) if rest <= 0)
        if finished <= until:
            return None
    return Walk(done + sum(map(gains.__getitem__, trial.weeks[:until])), lefts[until], finished)


def walk_by_weeks(
    weeks: Sequence[Week], counts: tuple[int, int], horizon: float, trial: Trial
) -> Walk:
    """Walk one trial; of the horizon's last, broken week all happens or nothing, by its share."""
    whole, part = divmod(horizon, 1)
    last = max(FAR, floor(horizon) + 1)
    done, left = at_horizon = counts
    finished = inf
    for passed, week in enumerate(trial.weeks[:last]):
        before = done, left
        gain, growth = weeks[week]
        done, left = done + gain, left + growth - gain
        if left < 0 or done < 0 or left + gain < 0:
            done, left = _bounded(before, weeks[week])
        if passed == whole:
            at_horizon = (done, left) if trial.broken < part else before
        if left == 0 and finished == inf:
            finished = passed + 1
        if finished < inf and passed >= whole:
            break
    return Walk(*at_horizon, finished)


def _bounded(counts: tuple[int, int], week: Week) -> tuple[int, int]:
    """Let a week happen: scope first, then what is done of it; neither falls below nothing."""
    done, left = counts[0], max(0, counts[1] + week.grown)
    moved = max(-done, min(week.done, left))
    return done + moved, left - moved
