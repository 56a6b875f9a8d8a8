"""What may be checked in: numbers on their way, of key results whose period isn't closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.core.period import period_of
from syncer.report.text import number, plain, quantity
from syncer.review.calendar import next_meeting

if TYPE_CHECKING:
    from datetime import datetime

    from config.okrs import Metric, Okrs
    from syncer.core.records import CheckIn


def metric_of(okrs: Okrs, subject: str) -> Metric | None:
    """Give a KR's number; None for one without, and for an objective."""
    return next((kr.metric for _, kr in okrs.key_results() if kr.id == subject), None)


def refusal(okrs: Okrs, checkin: CheckIn, now: datetime) -> str | None:
    """Say why a check-in can't be taken; None where it can.

    An objective has no number. What is closed is scored until the first review
    after its end, which has its closing (rule 12).
    """
    objective = next(
        objective
        for objective in okrs.objectives
        if checkin.subject in {objective.id, *(kr.id for kr in objective.key_results)}
    )
    if checkin.value is not None and checkin.subject == objective.id:
        return f"{checkin.subject} is an objective, which has no number; check its KRs in"
    span = period_of(okrs, objective.period, objective.team)
    review = okrs.review_of(objective.team)
    closing = next_meeting(review, span.ends) if span and review else None
    if span is not None and closing is not None and span.ends <= now and closing < now:
        return (
            f"{objective.period} is closed: {checkin.subject} could be checked in until "
            f"the review of {closing:%Y-%m-%d %H:%M} UTC"
        )
    return None


def far_off(metric: Metric | None, value: float | None) -> str | None:
    """Say that a number is beyond start or target by more than the whole way; None if it isn't."""
    if metric is None or value is None:
        return None
    way = abs(metric.target - metric.start)
    low, high = sorted((metric.start, metric.target))
    if low - way <= value <= high + way:
        return None
    goal = f"from {number(metric.start)} to {quantity(metric.target, metric.unit)}"
    return f"{number(value)} is far off its way {goal}"


def check_taken(okrs: Okrs, checkin: CheckIn, now: datetime) -> None:
    """Raise `ConfigurationError` for a check-in that can't be taken."""
    problem = refusal(okrs, checkin, now)
    if problem is not None:
        raise ConfigurationError(problem)


def said_back(checkin: CheckIn) -> str:
    """Say what was taken: "confidence 6, value 95, note: two teams left"."""
    parts = []
    if checkin.confidence is not None:
        parts.append(f"confidence {checkin.confidence}")
    if checkin.value is not None:
        parts.append(f"value {number(checkin.value)}")
    texts = {"note": checkin.note, "risk": checkin.risk, "ask": checkin.ask}
    parts += [f"{name}: {plain(text, 200)}" for name, text in texts.items() if text]
    return ", ".join([*parts, *(["the ask is answered"] if checkin.answered else [])])
