from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.reviews import Review
from connectors.errors import ConfigurationError
from syncer.review.calendar import last_meeting, meetings, next_meeting
from syncer.review.ical import with_calendar

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
REVIEW = Review(event="OKR review", ical="meetings.ics", timezone="Europe/London")
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//acme//EN
BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTAMP:20260901T000000Z
SUMMARY:OKR Review
DTSTART;TZID=Europe/London:20261008T100000
DTEND;TZID=Europe/London:20261008T103000
RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=6
EXDATE;TZID=Europe/London:20261119T100000
ORGANIZER;CN=Some Body:mailto:some.body@acme.example
END:VEVENT
BEGIN:VEVENT
UID:1
DTSTAMP:20260901T000000Z
RECURRENCE-ID;TZID=Europe/London:20261105T100000
SUMMARY:OKR Review
DTSTART;TZID=Europe/London:20261106T140000
DTEND;TZID=Europe/London:20261106T143000
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20260901T000000Z
SUMMARY:OKR review
STATUS:CANCELLED
DTSTART:20261110T100000Z
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTAMP:20260901T000000Z
SUMMARY:OKR review party
DTSTART:20261111T100000Z
END:VEVENT
END:VCALENDAR
"""


def at(text):
    """Read a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def one_event(lines):
    """A calendar of one event."""
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:9", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


def test_the_meetings_of_the_name_are_the_dates():
    """Recurring, moved, left out, cancelled, and others of a similar name: all as people mean."""
    review = with_calendar(REVIEW, CALENDAR, NOW)
    assert list(meetings(review, at("2026-10-01T00:00"))) == [
        at("2026-10-08T09:00"),
        at("2026-10-22T09:00"),
        at("2026-11-06T14:00"),
        at("2026-12-03T10:00"),
        at("2026-12-17T10:00"),
    ]
    assert last_meeting(review, NOW) == at("2026-10-22T09:00")


def test_only_moments_are_taken():
    """Nothing about whoever invited comes along."""
    assert "body" not in str(with_calendar(REVIEW, CALENDAR, NOW)).casefold()


def test_a_meeting_without_a_zone_is_by_the_reviews_clock():
    """A floating time, and a day without a time, are the teams' own."""
    floating = one_event(["SUMMARY:OKR review", "DTSTART:20261106T100000"])
    review = REVIEW.model_copy(update={"timezone": "Asia/Tokyo"})
    assert next_meeting(with_calendar(review, floating, NOW), NOW) == at("2026-11-06T01:00")
    whole_day = one_event(["SUMMARY:OKR review", "DTSTART;VALUE=DATE:20261106"])
    assert next_meeting(with_calendar(review, whole_day, NOW), NOW) == at("2026-11-05T15:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>Sign in</html>", "isn't one that we can read"),
        ("", "isn't one that we can read"),
        (
            one_event(["SUMMARY:Lunch", "DTSTART:20261106T100000Z"]),
            "no meeting called 'OKR review'",
        ),
        (one_event(["SUMMARY:OKR review", "DTSTART:20200106T100000Z"]), "no meeting called"),
        (one_event(["DTSTART:20261106T100000Z"]), "no meeting called"),
    ],
    ids=["a page", "nothing", "another", "long ago", "nameless"],
)
def test_without_such_a_meeting_there_is_one_clear_message(text, said):
    """A sign-in page is no calendar, and a calendar without the event is of no use."""
    with pytest.raises(ConfigurationError, match=said):
        with_calendar(REVIEW, text, NOW)


def moved(*lines):
    """A weekly meeting of which one was changed like this."""
    weekly = ["SUMMARY:OKR review", "DTSTART:20261105T100000Z", "RRULE:FREQ=WEEKLY;COUNT=3"]
    changed = ["BEGIN:VEVENT", "UID:9", "RECURRENCE-ID:20261112T100000Z", *lines]
    return one_event([*weekly, "END:VEVENT", *changed])


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["SUMMARY:OKR review (in room 5)", "DTSTART:20261113T100000Z"], ["05", "13", "19"]),
        (["SUMMARY:Canceled: OKR review", "DTSTART:20261112T100000Z"], ["05", "19"]),
        (["SUMMARY:Off", "STATUS:CANCELLED", "DTSTART:20261112T100000Z"], ["05", "19"]),
    ],
    ids=["renamed", "retitled as cancelled", "cancelled"],
)
def test_a_changed_meeting_is_known_by_its_series(lines, left):
    """One of a series stays a review whatever it was renamed to, unless it was called off."""
    review = with_calendar(REVIEW, moved(*lines), NOW)
    assert [f"{at:%d}" for at in meetings(review, NOW)] == left


@pytest.mark.parametrize("zone", ["GMT Standard Time", "/acme/Europe/London"])
def test_outlooks_own_names_of_zones_are_understood(zone):
    """A zone that only the calendar itself describes moves the meeting with the clocks."""
    text = CALENDAR.replace("Europe/London", zone)
    assert last_meeting(with_calendar(REVIEW, text, NOW), NOW) == at("2026-10-22T09:00")


def test_a_meeting_of_every_second_is_no_review():
    """A rule that would fill the memory is refused, not followed."""
    text = one_event(["SUMMARY:OKR review", "DTSTART:20261106T100000Z", "RRULE:FREQ=SECONDLY"])
    with pytest.raises(ConfigurationError, match="isn't one that we can read"):
        with_calendar(REVIEW, text, NOW)
