"""What a KR is really about: its number against the target, and the team's confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from syncer.review.freshness import value, values
from syncer.review.history import until

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from config.okrs import Metric
    from syncer.core.period import Period
    from syncer.core.records import CheckIn
    from syncer.review.history import KrHistory


class Outcome(NamedTuple):
    """A KR's number. `value` is None where it was never told, `before` where not by the review.

    `expected` is where a straight line from start to target has it by now, None
    without a period. `told_at` is when the value was last told, None where only
    the file has one. `moved_at` is when it last became another. `series` are
    all tellings, oldest first.
    """

    start: float
    target: float
    unit: str
    value: float | None
    before: float | None
    expected: float | None
    told_at: datetime | None
    moved_at: datetime | None
    series: tuple[tuple[datetime, float], ...]

    @property
    def reached(self) -> float | None:
        """How much of the way from start to target is gone: 0 at the start, 1 at the target.

        Below 0 where it went the wrong way, above 1 beyond the target.
        """
        return None if self.value is None else self._way(self.value)

    @property
    def reached_expected(self) -> float | None:
        """How much of the way should be gone by now."""
        return None if self.expected is None else self._way(self.expected)

    def _way(self, value: float) -> float:
        return (value - self.start) / (self.target - self.start)


def outcome(
    history: KrHistory, period: Period | None, review: datetime | None, now: datetime
) -> Outcome | None:
    """Draw up a KR's number; None where it has none."""
    metric = history.key_result.metric
    if metric is None or metric.start == metric.target:
        return None
    series = values(history)
    earlier = [value for at, value in series if review and at <= review]
    return Outcome(
        start=metric.start,
        target=metric.target,
        unit=metric.unit,
        value=value(history),
        before=earlier[-1] if earlier else None,
        expected=_expected(metric, period, now),
        told_at=series[-1][0] if series else None,
        moved_at=_moved_at(metric, series),
        series=series,
    )


def _expected(metric: Metric, period: Period | None, now: datetime) -> float | None:
    if period is None:
        return None
    return metric.start + (metric.target - metric.start) * period.gone(now)


def _moved_at(metric: Metric, series: Sequence[tuple[datetime, float]]) -> datetime | None:
    """Tell when the number last became another; None where it is the start's still."""
    moved, last = None, metric.start
    for at, stated in series:
        if stated != last:
            moved, last = at, stated
    return moved


class Confidence(NamedTuple):
    """A team's scores, 0 to 10. `score` is None where it never gave one.

    `before` is the score by the last review, `before_that` by the one before. `peak`
    and `peak_at` are where the present fall began, None where the last step wasn't down.
    """

    score: int | None
    said_at: datetime | None
    before: int | None
    peak: int | None
    peak_at: datetime | None
    series: tuple[tuple[datetime, int], ...]
    before_that: int | None = None

    @property
    def change_before(self) -> int:
        """By how much it rose from the review before the last to the last; 0 where not known."""
        known = self.before is not None and self.before_that is not None
        return (self.before or 0) - (self.before_that or 0) if known else 0

    @property
    def change(self) -> int:
        """By how much it rose since the last review; 0 where either isn't known."""
        return 0 if self.score is None or self.before is None else self.score - self.before


def confidence(
    checkins: tuple[CheckIn, ...],
    review: datetime | None,
    review_before: datetime | None = None,
) -> Confidence:
    """Draw up the scores among these check-ins, oldest first, seen from the last two reviews."""
    series = _scores(checkins)
    before = _scores(until(checkins, review)) if review else ()
    before_that = _scores(until(checkins, review_before)) if review_before else ()
    score = series[-1][1] if series else None
    peak = _peak(series)
    return Confidence(
        score=score,
        said_at=series[-1][0] if series else None,
        before=before[-1][1] if before else None,
        peak=peak[1] if peak else None,
        peak_at=peak[0] if peak else None,
        series=series,
        before_that=before_that[-1][1] if before_that else None,
    )


def _scores(checkins: Sequence[CheckIn]) -> tuple[tuple[datetime, int], ...]:
    return tuple((c.at, c.confidence) for c in checkins if c.confidence is not None)


def _peak(series: Sequence[tuple[datetime, int]]) -> tuple[datetime, int] | None:
    """Walk back as long as the scores before were not lower; the last highest is the peak."""
    if not series:
        return None
    peak = series[-1]
    for earlier, later in zip(reversed(series[:-1]), reversed(series[1:]), strict=True):
        if earlier[1] < later[1]:
            break
        if earlier[1] > peak[1]:
            peak = earlier
    return peak if peak[1] > series[-1][1] else None
