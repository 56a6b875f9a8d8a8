"""When reviews are, by the teams' own clock, and for which of them a report is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reviews import Review
from connectors.errors import ConfigurationError
from syncer.review.calendar import day, due, last_meeting, meetings, next_meeting

LONDON = Review(every="2 weeks", starts="2026-10-08T10:00", timezone="Europe/London")


def at(text):
    """Read a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change():
    """Across the end of summer time the meeting keeps its wall clock and moves in UTC."""
    begun = list(islice(meetings(LONDON, at("2026-10-01T00:00")), 3))
    assert begun == [at("2026-10-08T09:00"), at("2026-10-22T09:00"), at("2026-11-05T10:00")]


def test_before_the_first_meeting_there_is_no_last_one():
    """Nothing was reviewed before the calendar starts, and the first meeting is next."""
    now = at("2026-10-08T08:59")
    assert last_meeting(LONDON, now) is None
    assert next_meeting(LONDON, now) == at("2026-10-08T09:00")


def test_a_meeting_that_begins_now_is_the_last_one():
    """At its very start a meeting has begun: the next one is a fortnight on."""
    now = at("2026-10-08T09:00")
    assert last_meeting(LONDON, now) == now
    assert next_meeting(LONDON, now) == at("2026-10-22T09:00")


@pytest.mark.parametrize(
    ("now", "meeting"),
    [
        ("2026-10-07T08:59", None),
        ("2026-10-07T09:00", "2026-10-08T09:00"),
        ("2026-10-08T08:59", "2026-10-08T09:00"),
        ("2026-10-08T09:00", None),
    ],
)
def test_a_report_is_due_from_the_window_to_the_meetings_start(now, meeting):
    """The prepare window holds its first moment and not the meeting's own."""
    assert due(LONDON, at(now)) == (at(meeting) if meeting else None)


def test_a_window_longer_than_the_interval_names_the_nearest_meeting():
    """With overlapping windows the meeting that comes first is the due one."""
    review = LONDON.model_copy(update={"every": "1 day", "prepare": timedelta(days=3)})
    assert due(review, at("2026-10-08T12:00")) == at("2026-10-09T09:00")


def test_a_monthly_meeting_on_the_31st_is_on_the_last_day_of_short_months():
    """No month is skipped for being short."""
    review = Review(every="month", starts="2026-10-31T10:00")
    begun = list(islice(meetings(review, at("2026-10-01T00:00")), 5))
    assert [m.strftime("%m-%d") for m in begun] == ["10-31", "11-30", "12-31", "01-31", "02-28"]


def test_a_time_that_the_clocks_skip_is_as_much_later():
    """Half past one doesn't exist on the last Sunday of March in London: half past two does."""
    review = Review(every="day", starts="2026-03-28T01:30", timezone="Europe/London")
    assert next_meeting(review, at("2026-03-28T12:00")) == at("2026-03-29T01:30")


def test_a_start_with_an_offset_is_carried_to_the_zone():
    """A moment with its offset means that moment, and recurs by the zone's wall clock."""
    review = LONDON.model_copy(update={"starts": "2026-10-08T11:00+02:00"})
    assert next_meeting(review, at("2026-10-01T00:00")) == at("2026-10-08T09:00")


@pytest.mark.parametrize("every", ["", "fortnightly", "0 weeks", "2 weeks ago"])
def test_an_interval_we_cant_read_is_said_with_what_to_write(every):
    """The message shows a right one."""
    review = LONDON.model_copy(update={"every": every})
    with pytest.raises(ConfigurationError, match="2 weeks"):
        next_meeting(review, at("2026-10-08T09:00"))


def test_a_start_we_cant_read_is_said_with_what_to_write():
    """The message shows a right one."""
    review = LONDON.model_copy(update={"starts": "next Thursday"})
    with pytest.raises(ConfigurationError, match="2026-10-08T10:00"):
        next_meeting(review, at("2026-10-08T09:00"))


@given(
    st.integers(0, 1500 * 24 * 60).map(lambda m: at("2026-11-01T00:00") + timedelta(minutes=m)),
    st.sampled_from(["Europe/London", "America/New_York", "Pacific/Kiritimati", "Asia/Tokyo"]),
    st.sampled_from(["1 day", "3 days", "1 week", "2 weeks", "1 month"]),
)
def test_last_and_next_are_neighbours_around_now(now, timezone, every):
    """No meeting lies between the last and the next, and both keep the wall clock."""
    review = Review(every=every, starts="2026-10-08T10:00", timezone=timezone)
    last, coming = last_meeting(review, now), next_meeting(review, now)
    assert last <= now < coming
    assert next_meeting(review, last) == coming
    assert last.astimezone(ZoneInfo(timezone)).hour == 10


BY_RULE = Review(
    rrule="FREQ=MONTHLY;BYDAY=1TH,3TH", starts="2026-10-01T10:00", timezone="Europe/London"
)


def test_a_rule_recurs_by_the_wall_clock_too():
    """First and third Thursdays at ten, whatever the clocks do."""
    begun = list(islice(meetings(BY_RULE, at("2026-10-01T10:00")), 3))
    assert begun == [at("2026-10-15T09:00"), at("2026-11-05T10:00"), at("2026-11-19T10:00")]
    assert last_meeting(BY_RULE, at("2026-11-10T00:00")) == at("2026-11-05T10:00")


def test_a_rule_may_end():
    """After its last meeting there is no next one, and none is due."""
    rule = BY_RULE.model_copy(update={"rrule": "FREQ=WEEKLY;UNTIL=20261015T090000Z"})
    assert next_meeting(rule, at("2026-10-14T12:00")) == at("2026-10-15T09:00")
    assert next_meeting(rule, at("2026-10-15T09:00")) is None
    assert due(rule, at("2026-10-16T00:00")) is None


@pytest.mark.parametrize(
    "until", ["20261015", "20261015T100000", "20261015T090000Z", "20261015t090000z"]
)
def test_a_rules_last_day_belongs_to_it(until):
    """As a day, by the reviews' clock, or in UTC."""
    rule = BY_RULE.model_copy(update={"rrule": f"FREQ=WEEKLY;UNTIL={until}"})
    assert [f"{at:%d}" for at in meetings(rule, at("2026-10-01T12:00"))] == ["08", "15"]


def test_a_rule_we_cant_read_is_said_with_what_to_write():
    """The message shows a right one."""
    rule = BY_RULE.model_copy(update={"rrule": "FREQ=SOMETIMES"})
    with pytest.raises(ConfigurationError, match="FREQ=WEEKLY"):
        next_meeting(rule, at("2026-10-08T09:00"))


BY_DATES = Review(
    dates=("2026-11-05T10:00", "2026-10-08T10:00", "2026-12-03T10:00+00:00"),
    timezone="Europe/London",
)


def test_dates_are_meetings_in_their_own_order():
    """Each by the zone's clock or its own offset, sorted, and then no more."""
    begun = list(meetings(BY_DATES, at("2026-10-01T00:00")))
    assert begun == [at("2026-10-08T09:00"), at("2026-11-05T10:00"), at("2026-12-03T10:00")]
    assert last_meeting(BY_DATES, at("2026-11-05T10:00")) == at("2026-11-05T10:00")
    assert last_meeting(BY_DATES, at("2026-10-01T00:00")) is None
    assert next_meeting(BY_DATES, at("2026-12-03T10:00")) is None


def test_a_meeting_that_is_only_named_is_never_guessed():
    """As long as its calendar wasn't read it has no dates, and none is due."""
    review = Review(event="OKR review", ical="meetings.ics")
    assert next_meeting(review, at("2026-10-08T09:00")) is None
    assert last_meeting(review, at("2026-10-08T09:00")) is None
    assert due(review, at("2026-10-08T09:00")) is None


def test_a_review_that_tells_no_time_is_said_with_what_to_write():
    """The message shows a right one."""
    with pytest.raises(ConfigurationError, match="every: 2 weeks"):
        next_meeting(Review(), at("2026-10-08T09:00"))


def test_a_meetings_day_is_that_of_the_teams_clock():
    """A meeting in the morning of Tokyo is on the day before in UTC, and on its own day there."""
    review = Review(every="week", starts="2026-10-08T08:00", timezone="Asia/Tokyo")
    assert day(review, at("2026-10-07T23:00")).isoformat() == "2026-10-08"
