"""Dates of meetings out of calendars as real calendar programs write them."""

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
    ("text", "message"),
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
def test_without_such_a_meeting_there_is_one_clear_message(text, message):
    """A sign-in page is no calendar, and a calendar without the event is of no use."""
    with pytest.raises(ConfigurationError, match=message):
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


def test_a_series_is_known_by_its_own_name_and_its_meetings_by_theirs():
    """One meeting called a review makes none of its series; one renamed away is none."""
    borrowed = moved("SUMMARY:OKR review", "DTSTART:20261113T100000Z")
    weekly = borrowed.replace("SUMMARY:OKR review", "SUMMARY:Weekly", 1)
    assert with_calendar(REVIEW, weekly, NOW).dates == ("2026-11-13T10:00:00+00:00",)
    lent = moved("SUMMARY:Planning", "DTSTART:20261112T100000Z")
    assert [text[8:10] for text in with_calendar(REVIEW, lent, NOW).dates] == ["05", "19"]
    nameless = moved("DTSTART:20261113T100000Z")
    assert [text[8:10] for text in with_calendar(REVIEW, nameless, NOW).dates] == ["05", "13", "19"]


@pytest.mark.parametrize(
    "summary",
    ["Abgesagt: OKR review", "Canceled: Cancelled: OKR review", "[Annulé] OKR review", "Off"],
)
def test_where_all_was_called_off_there_is_no_meeting(summary):
    """It is no fault of the calendar, and nothing that was known before counts."""
    off = ["STATUS:CANCELLED"] if summary == "Off" else []
    name = "OKR review" if summary == "Off" else summary
    text = one_event([f"SUMMARY:{name}", *off, "DTSTART:20261106T100000Z"])
    review = with_calendar(REVIEW, text, NOW)
    assert (review.dates, next_meeting(review, NOW)) == ((), None)


@pytest.mark.parametrize(
    "until", ["20261119", "20261119T200000", "20261119T235959", "20261120T010000Z"]
)
def test_a_series_last_day_belongs_to_it(until):
    """UNTIL as a day, by the event's own clock, or in UTC: each includes the evening's meeting."""
    lines = ["SUMMARY:OKR review", "DTSTART;TZID=America/New_York:20261105T200000"]
    text = one_event([*lines, f"RRULE:FREQ=WEEKLY;UNTIL={until}"])
    assert with_calendar(REVIEW, text, NOW).dates[-1] == "2026-11-20T01:00:00+00:00"
    assert len(with_calendar(REVIEW, text, NOW).dates) == 3


@pytest.mark.parametrize(
    ("start", "until", "last"),
    [
        ("DTSTART:20261105T200000", "20261119", "2026-11-19T20:00:00+00:00"),
        ("DTSTART:20261105T200000", "20261119T200000Z", "2026-11-19T20:00:00+00:00"),
        ("DTSTART;VALUE=DATE:20261105", "20261119T000000Z", "2026-11-19T00:00:00+00:00"),
        ("DTSTART;VALUE=DATE:20261105", "20261119", "2026-11-19T00:00:00+00:00"),
    ],
)
def test_a_series_without_a_zone_ends_by_the_reviews_clock(start, until, last):
    """Whether its end is told as a day, as a local time or in UTC."""
    text = one_event(["SUMMARY:OKR review", start, f"RRULE:FREQ=WEEKLY;UNTIL={until}"])
    assert with_calendar(REVIEW, text, NOW).dates[-1] == last


@pytest.mark.parametrize("zone", ["Europe/Berlin", "W. Europe Standard Time"])
def test_a_calendars_own_zone_is_that_of_what_has_none(zone):
    """X-WR-TIMEZONE: floating times, days, and series told in UTC, which then keep its clock."""

    def last(*lines):
        text = one_event(["SUMMARY:OKR review", *lines])
        text = text.replace("BEGIN:VEVENT", f"X-WR-TIMEZONE:{zone}\r\nBEGIN:VEVENT", 1)
        return with_calendar(REVIEW, text, NOW).dates[-1][:16]

    weekly = "RRULE:FREQ=WEEKLY;UNTIL=20261029"
    assert last("DTSTART:20261022T100000", weekly) == "2026-10-29T09:00"
    assert last("DTSTART:20261022T080000Z", weekly) == "2026-10-29T09:00"
    assert last("DTSTART;VALUE=DATE:20261022") == "2026-10-21T22:00"
    assert last("DTSTART;TZID=Asia/Tokyo:20261022T100000") == "2026-10-22T01:00"
    skipped = "EXDATE:20261029T090000Z"
    assert last("DTSTART:20261022T080000Z", weekly, skipped) == "2026-10-22T08:00"


def test_a_zone_of_the_calendar_that_nobody_knows_is_left():
    """The review's own clock is better than none."""
    text = one_event(["SUMMARY:OKR review", "DTSTART:20261106T100000"])
    text = text.replace("BEGIN:VEVENT", "X-WR-TIMEZONE:Atlantis\r\nBEGIN:VEVENT", 1)
    assert with_calendar(REVIEW, text, NOW).dates == ("2026-11-06T10:00:00+00:00",)


def test_several_calendars_in_a_file_are_read():
    """Each with its own zones, as programs write that export a whole mailbox."""
    other = one_event(["SUMMARY:okr  REVIEW", "DTSTART:20261105T100000Z"])
    first = one_event(["SUMMARY:Lunch", "DTSTART:20261106T100000Z"])
    assert with_calendar(REVIEW, first + other, NOW).dates == ("2026-11-05T10:00:00+00:00",)
    assert len(with_calendar(REVIEW, CALENDAR + other, NOW).dates) == 6


@pytest.mark.parametrize("name", ["(UTC+00:00) Dublin, London", "GMT: Dublin, London; others"])
@pytest.mark.parametrize("written", ["{}", '"{}"'])
@pytest.mark.parametrize("defined", ["TZID:{}", 'TZID:"{}"'])
def test_names_of_zones_may_hold_anything(name, written, defined):
    """Exchange's hold colons, commas and quotation marks, at times without what RFC 5545 asks."""
    text = CALENDAR.replace("TZID:Europe/London", defined.format(name))
    text = text.replace("TZID=Europe/London", f"TZID={written.format(name)}")
    text = text.replace(":20261008T100000\nRRULE", ":20261008T1\n 00000\nRRULE")
    assert with_calendar(REVIEW, text, NOW).dates == with_calendar(REVIEW, CALENDAR, NOW).dates
