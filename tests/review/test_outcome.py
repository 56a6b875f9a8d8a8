"""A key result's own number and its confidence, out of what was said in check-ins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.okrs import KeyResult, Metric, Objective
from syncer.core.period import period
from syncer.core.records import CheckIn
from syncer.review.history import KrHistory
from syncer.review.outcome import confidence, outcome

QUARTER = period("2026-Q4")
REVIEW = datetime(2026, 11, 5, 10, tzinfo=UTC)
MIDDLE = datetime(2026, 11, 16, tzinfo=UTC)
OBJECTIVE = Objective(id="A", title="Aim", team="Team", period="2026-Q4")


def a_kr(metric, *values):
    """A KR whose number the team told, some days after the quarter began."""
    checkins = (
        CheckIn("A-1", QUARTER.begins + timedelta(days=day), value=value) for day, value in values
    )
    kr = KeyResult(id="A-1", title="KR", metric=metric)
    return KrHistory(OBJECTIVE, kr, checkins=tuple(checkins))


def moods(*scores):
    """Scores a week apart, from the quarter's second day on."""
    return tuple(
        CheckIn("A-1", QUARTER.begins + timedelta(days=1, weeks=week), confidence=score)
        for week, score in enumerate(scores)
    )


@pytest.mark.parametrize(
    ("start", "target", "value", "reached"),
    [(100, 90, 95, 0.5), (3, 45, 24, 0.5), (0, 10, -5, -0.5), (10, 0, -2, 1.2), (0, 10, 0, 0.0)],
)
def test_the_way_is_the_same_up_and_down(start, target, value, reached):
    """How far a number has come is told from start to target, whichever is higher."""
    number = outcome(a_kr(Metric(start=start, target=target), (3, value)), QUARTER, REVIEW, MIDDLE)
    assert number.reached == reached
    assert number.reached_expected == 0.5


def test_a_number_is_compared_with_what_it_was_at_the_last_review():
    """`before` is the last that was told by then; `moved_at` when it became another."""
    kr = a_kr(Metric(start=0, target=10), (3, 2), (20, 4), (40, 5), (41, 5))
    number = outcome(kr, QUARTER, REVIEW, MIDDLE)
    assert (number.before, number.value) == (4, 5)
    assert number.moved_at == QUARTER.begins + timedelta(days=40)
    assert number.told_at == QUARTER.begins + timedelta(days=41)


def test_what_was_never_told_is_none():
    """No value, no way, no earlier value; without a period nothing is expected."""
    number = outcome(a_kr(Metric(start=0, target=10)), None, None, MIDDLE)
    assert (number.value, number.reached, number.before, number.expected) == (None,) * 4
    assert (number.reached_expected, number.told_at, number.moved_at) == (None,) * 3


def test_the_files_number_stands_where_nobody_told_another():
    """The file's `current` is a value without a time."""
    number = outcome(a_kr(Metric(start=0, target=10, current=4)), QUARTER, REVIEW, MIDDLE)
    assert (number.value, number.told_at) == (4, None)


@pytest.mark.parametrize(
    "metric", [None, Metric(start=5, target=6).model_copy(update={"target": 5})]
)
def test_without_a_way_to_go_there_is_no_outcome(metric):
    """A KR without a number, or whose target is its start, has none to show."""
    assert outcome(a_kr(metric), QUARTER, REVIEW, MIDDLE) is None


@pytest.mark.parametrize(
    ("scores", "peak"),
    [
        ((8, 7, 7, 5), 8),
        ((5, 8, 8, 6), 8),
        ((8, 6, 7), None),
        ((8, 5, 7, 6), 7),
        ((7, 7, 7), None),
        ((7,), None),
        ((), None),
    ],
)
def test_the_peak_is_where_the_present_fall_began(scores, peak):
    """Walking back as long as scores were not lower, the highest is the peak of the fall."""
    assert confidence(moods(*scores), None).peak == peak


def test_of_equal_peaks_the_last_is_where_the_fall_began():
    """A score that held for weeks began to fall at its last telling."""
    mood = confidence(moods(8, 8, 8, 6), None)
    assert mood.peak_at == QUARTER.begins + timedelta(days=15)


def test_the_change_is_counted_from_the_last_review():
    """Up and down are since the review; unknown is no change."""
    assert confidence(moods(8, 8, 8, 8, 8, 8, 5), REVIEW).change == -3
    assert confidence(moods(8), None).change == 0
    assert confidence((), REVIEW).change == 0


def test_a_checkin_without_a_score_says_nothing_of_confidence():
    """A note leaves the last score as it was."""
    note = CheckIn("A-1", MIDDLE, note="all well")
    mood = confidence((*moods(8), note), None)
    assert (mood.score, mood.said_at) == (8, QUARTER.begins + timedelta(days=1))
