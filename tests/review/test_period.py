from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncer.core.period import period


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
    found = period(text, "Europe/London")
    assert [f"{m:%Y-%m-%dT%H:%M}" for m in (found.begins, found.ends)] == [begins, ends]


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
