"""The closing of a period: how far its targets were reached, and what came on the way.

Cards are those of the period's end, as the first whole reading after it finds them
dated; scores those said until the first review after it, for teams score their
quarter once it is over. Both stay as they are from then on (rule 12).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from syncer.core.past import PUT_IN, TAKEN_OUT
from syncer.core.period import period_of
from syncer.review.calendar import next_meeting
from syncer.review.delta import delta
from syncer.review.freshness import last_read_after, synced_at
from syncer.review.history import as_of
from syncer.review.outcome import confidence, outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.period import Period
    from syncer.core.records import Change, Progress
    from syncer.review.delta import Delta
    from syncer.review.history import KrHistory
    from syncer.review.outcome import Confidence, Outcome

GRACE = timedelta(weeks=2)  # for the last scores
_AHEAD = timedelta(weeks=4)  # before the end: when confidence should have told
_STRETCH = (0.7, 0.8)  # of the way, on average: what stretch goals aim for
_SURE, _UNSURE = 7, 5  # of ten
_SHORT = 0.6  # of the way: less is well short of what was hoped for


class Verdict(StrEnum):
    """How an average compares with the 70 to 80 % that stretch goals aim for."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


class Foresight(StrEnum):
    """How confidence, four weeks before the end, compares with what came."""

    RIGHT = "right"
    TOO_SURE = "too sure"
    TOO_CAREFUL = "too careful"


@dataclass(frozen=True, slots=True)
class KrClosing:
    """A KR at its period's end.

    `score` is how much of its way was gone, cut to 0 to 1; None where it has no
    number or nobody told one. `scope` is the ledger of the whole period, None
    for one never read; `done` and `left` are the cards at its end. `ahead` is the
    confidence four weeks before the end. `changes` are those of its definition.
    `counted_at` is of when the cards are: the end, or the last reading before it where
    none came after; None for one never read. `taken_out_at` is when it left the file
    while the period was on and others stayed: it has no part in the average.
    """

    id: str
    title: str
    quality: str | None
    number: Outcome | None
    score: float | None
    scope: Delta | None
    done: int
    left: int
    confidence: Confidence
    ahead: int | None
    changes: tuple[Change, ...]
    counted_at: datetime | None = None
    taken_out_at: datetime | None = None

    @property
    def foresight(self) -> Foresight | None:
        """Tell whether confidence knew; None where it or the score is missing."""
        if self.score is None or self.ahead is None:
            return None
        if self.ahead >= _SURE and self.score < _SHORT:
            return Foresight.TOO_SURE
        if self.ahead <= _UNSURE and self.score >= _STRETCH[0]:
            return Foresight.TOO_CAREFUL
        return Foresight.RIGHT


@dataclass(frozen=True, slots=True)
class Closing:
    """One team's period, closed; KRs in the file's order."""

    period: str
    ended: datetime
    team: str
    key_results: tuple[KrClosing, ...]

    @property
    def average(self) -> float | None:
        """Average the scores of the KRs that have one; None where none has."""
        krs = [kr for kr in self.key_results if kr.taken_out_at is None]
        scores = [kr.score for kr in krs if kr.score is not None]
        return sum(scores) / len(scores) if scores else None

    @property
    def verdict(self) -> Verdict | None:
        """Compare the average with what stretch goals aim for; None without one."""
        return None if self.average is None else verdict(self.average)


def verdict(average: float) -> Verdict:
    """Compare an average, as it is shown in whole percent, with 70 to 80."""
    shown = round(100 * average)
    if shown < round(100 * _STRETCH[0]):
        return Verdict.BELOW
    return Verdict.ABOVE if shown > round(100 * _STRETCH[1]) else Verdict.WITHIN


def closings(
    okrs: Okrs, histories: Iterable[KrHistory], since: datetime | None, now: datetime
) -> tuple[Closing, ...]:
    """Close what ended after `since`, each team's periods for themselves, whatever the file has.

    A KR that was taken out before the end is told of as such, unless all of the
    period's were: then the file was made ready for the next period early.
    """
    ended: dict[tuple[str, Period], list[KrHistory]] = {}
    for history in histories:
        team = history.objective.team
        span = period_of(okrs, history.objective.period, team)
        if span is not None and span.ends <= now and (since is None or span.ends > since):
            ended.setdefault((team, span), []).append(history)
    return tuple(
        close(team, span, _at_the_end(krs, span), now, _scored_until(okrs, team, span))
        for (team, span), krs in ended.items()
    )


def _at_the_end(histories: list[KrHistory], span: Period) -> list[KrHistory]:
    out = [history.taken_out_at for history in histories if history.taken_out_at is not None]
    early = len(out) == len(histories) and max(out) < span.ends
    last = max(out) if early else span.ends
    return [
        replace(history, taken_out_at=None)
        if history.taken_out_at is not None and history.taken_out_at >= last
        else history
        for history in histories
        if history.taken_out_at is None or history.taken_out_at > span.begins
    ]


def _scored_until(okrs: Okrs, team: str, span: Period) -> datetime | None:
    review = okrs.review_of(team)
    return next_meeting(review, span.ends) if review else None


def close(
    team: str,
    period: Period,
    histories: Iterable[KrHistory],
    now: datetime,
    scored_until: datetime | None = None,
) -> Closing:
    """Draw up a team's closing of a period that has ended by `now`."""
    until = min(now, scored_until or period.ends + GRACE)
    krs = tuple(_close(history, period, until) for history in histories)
    return Closing(period.text, period.ends, team, krs)


def _close(history: KrHistory, period: Period, scored_until: datetime) -> KrClosing:
    scored = as_of(history, scored_until)
    at_end = as_of(history, period.ends)
    final = last_read_after(history, period.ends)
    known = as_of(history, final) if final else at_end
    known = replace(
        known,
        key_result=at_end.key_result,
        checkins=scored.checkins,
        changes=at_end.changes,
        reported=scored.reported,
    )
    number = outcome(known, period, period.begins, period.ends)
    reading = known.state.reading
    scope = None if reading is None else _scope(known, reading.progress, period)
    mood = confidence(known.checkins, None)
    return KrClosing(
        id=known.key_result.id,
        title=known.key_result.title,
        quality=known.key_result.quality,
        number=number,
        score=_score(number),
        scope=scope,
        done=reading.progress.done if reading else 0,
        left=reading.progress.remaining if reading else 0,
        confidence=mood,
        ahead=_at(mood.series, period.ends - _AHEAD),
        changes=tuple(
            change
            for change in known.changes
            if change.at >= period.begins and change.field not in {PUT_IN, TAKEN_OUT}
        ),
        counted_at=period.ends if final else synced_at(at_end),
        taken_out_at=history.taken_out_at,
    )


def _scope(history: KrHistory, progress: Progress, period: Period) -> Delta:
    """Count from the period's beginning, or from the first reading where that was later."""
    first = history.readings[0].at if history.readings else period.begins
    return delta(history.entries, progress, max(first, period.begins))


def _score(number: Outcome | None) -> float | None:
    if number is None or number.reached is None:
        return None
    return min(1.0, max(0.0, number.reached))


def _at(series: Sequence[tuple[datetime, int]], moment: datetime) -> int | None:
    """Tell the score that stood at a moment; None before the first."""
    earlier = [score for at, score in series if at <= moment]
    return earlier[-1] if earlier else None
