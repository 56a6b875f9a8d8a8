"""What "2026-Q4" means by whose clock, and how much of it is gone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from config.okrs import Okrs
from config.periods import PeriodDates
from config.reviews import Review
from syncer.core.period import period, period_of


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026-Q1", "2026-01-01T00:00", "2026-03-31T23:00"),
        ("2026-Q4", "2026-09-30T23:00", "2027-01-01T00:00"),
        ("2026", "2026-01-01T00:00", "2027-01-01T00:00"),
    ],
)
def test_a_period_is_whole_days_of_the_teams_clock(text, begins, ends):
    """A quarter in London begins at London's midnight, in summer an hour before UTC's."""
    span = period(text, "Europe/London")
    assert [f"{m:%Y-%m-%dT%H:%M}" for m in (span.begins, span.ends)] == [begins, ends]


@pytest.mark.parametrize("text", ["", "2026-Q5", "autumn", "0000", "9999", "2026-q4x"])
def test_what_is_no_period_is_none(text):
    """Nothing is guessed from a text that names no quarter or year."""
    assert period(text) is None


def test_the_share_that_is_gone_stays_between_nothing_and_all():
    """Before its beginning nothing is gone, after its end all is."""
    quarter = period("2026-Q4")
    assert quarter.gone(datetime(2026, 11, 16, tzinfo=UTC)) == 0.5
    assert quarter.gone(datetime(2026, 1, 1, tzinfo=UTC)) == 0.0
    assert quarter.gone(datetime(2028, 1, 1, tzinfo=UTC)) == 1.0


OWN = {
    "FY27-Q1": PeriodDates(begins=date(2026, 4, 6), ends=date(2026, 7, 5)),
    "2026-q2": PeriodDates(begins=date(2026, 5, 1), ends=date(2026, 5, 31)),
}


def test_an_organisations_own_period_is_whole_days_the_last_one_too():
    """By the clock of the reviews, which in Auckland is half a day ahead."""
    span = period("FY27-Q1", "Pacific/Auckland", OWN)
    assert span.begins == datetime(2026, 4, 5, 12, tzinfo=UTC)
    assert span.ends == datetime(2026, 7, 5, 12, tzinfo=UTC)


def test_a_name_of_ones_own_goes_before_the_calendars():
    """Whatever its case; and the file says by which clock."""
    assert period("2026-Q2", own=OWN).begins == datetime(2026, 5, 1, tzinfo=UTC)
    okrs = Okrs(sources={}, objectives=(), periods=OWN)
    assert period_of(okrs, "FY27-Q1").begins == datetime(2026, 4, 6, tzinfo=UTC)
    review = Review(every="week", starts="2026-01-01T10:00", timezone="Pacific/Auckland")
    theirs = okrs.model_copy(update={"reviews": {"Team": review}})
    assert period_of(theirs, "2026-Q4", "Team").begins == datetime(2026, 9, 30, 11, tzinfo=UTC)
