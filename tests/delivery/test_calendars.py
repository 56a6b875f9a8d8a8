"""Meetings out of an iCalendar file or URL: read now, or as last known."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from connectors.errors import RejectedError
from syncer.publish import feeds
from tests.delivery.receivers import nobody, served

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//acme//EN
BEGIN:VEVENT
UID:1
DTSTAMP:20260901T000000Z
SUMMARY:OKR review
DTSTART;TZID=Europe/London:20261008T100000
RRULE:FREQ=WEEKLY;INTERVAL=2
ATTENDEE;CN=Persephone Planted:mailto:persephone@acme.example
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTAMP:20260901T000000Z
SUMMARY:Search review
DTSTART:20261119T090000Z
END:VEVENT
END:VCALENDAR
"""
MOVED = ICS.replace(
    "END:VEVENT\n",
    """END:VEVENT
BEGIN:VEVENT
UID:1
DTSTAMP:20260901T000000Z
RECURRENCE-ID;TZID=Europe/London:20261119T100000
SUMMARY:OKR review
DTSTART;TZID=Europe/London:{}
END:VEVENT
""",
    1,
)
EVENT = "review: {event: OKR review, timezone: Europe/London}\n"


class Feed:
    """A calendar on the web."""

    def __init__(self) -> None:
        self.text, self.status = ICS, "200 OK"

    def __call__(self, environ, start):
        """Take a request."""
        assert environ["PATH_INFO"] == "/private-hush-hush/basic.ics"
        content = self.text.encode()
        kind = "text/calendar" if content.startswith(b"BEGIN") else "text/html"
        start(self.status, [("Content-Type", kind), ("Content-Length", str(len(content)))])
        return [content]


@pytest.fixture
def feed(desk):
    """A calendar whose URL the desk's environment holds."""
    calendar = Feed()
    desk.write(EVENT)
    with served(calendar) as url:
        desk.environ["OKR_SYNC_REVIEW__ICAL"] = f"{url}/private-hush-hush/basic.ics"
        yield calendar


def test_a_calendars_meeting_is_due_like_any(desk, feed):
    """Read over HTTP, by the clock of its own zone."""
    assert feed.text == ICS
    assert desk.due().code == 0
    assert desk.reports() == ["review-2026-11-19.html"]


def test_a_file_is_as_good_as_a_url(desk):
    """Its path is from where okrs.yaml is."""
    (desk.folder / "meetings.ics").write_text(ICS)
    desk.write(EVENT.replace("{", "{ical: meetings.ics, "))
    assert desk.due().code == 0
    assert desk.reports() == ["review-2026-11-19.html"]


def test_teams_share_a_calendar_with_their_own_events(desk, feed):
    """One feed, two names, each its report; it is asked once."""
    assert feed.text == ICS
    desk.write(EVENT, "reviews: {Search: {event: search review}}\n")
    assert desk.due().code == 0
    assert desk.reports() == ["review-2026-11-19-search.html", "review-2026-11-19.html"]


@pytest.mark.parametrize(
    ("to", "now", "day"),
    [
        ("20261120T140000", "2026-11-19T15:00+00:00", "2026-11-20"),
        ("20261119T140000", "2026-11-19T12:00+00:00", "2026-11-19"),
    ],
)
def test_a_moved_meetings_report_is_made_for_where_it_is_now(desk, feed, to, now, day):
    """Not for the moment that it was moved from, when it would be over."""
    feed.text = MOVED.format(to)
    desk.now = datetime.fromisoformat(now)
    assert desk.due().code == 0
    assert desk.reports() == [f"review-{day}.html"]


def test_a_meeting_moved_within_its_day_has_no_second_report(desk, feed):
    """The report of the day is there already; one moved to another day is a new meeting."""
    desk.due()
    feed.text = MOVED.format("20261119T150000")
    desk.now = datetime.fromisoformat("2026-11-19T12:00+00:00")
    assert desk.due().out == "no report is due\n"
    feed.text = MOVED.format("20261123T100000")
    desk.now = datetime.fromisoformat("2026-11-22T12:00+00:00")
    assert desk.due().out.endswith("review-2026-11-23.html\n")


@pytest.mark.parametrize("broken", ["500 Internal Server Error", "404 Not Found", "a page", "gone"])
def test_a_calendar_that_cant_be_read_is_used_as_last_known(desk, feed, broken):
    """The report is still made in time; what is wrong, and as of when it was used, is said."""
    desk.wait(-48 * 3600)
    assert desk.due().out == "no report is due\n"
    desk.wait(48 * 3600)
    with nobody() as url:
        if broken == "a page":
            feed.text = "<html>Sign in</html>"
        elif broken == "gone":
            desk.environ["OKR_SYNC_REVIEW__ICAL"] = f"{url}/private-hush-hush/basic.ics"
        else:
            feed.status = broken
        made = desk.due()
    assert (made.code, desk.reports()) == (1, ["review-2026-11-19.html"])
    assert "the calendar of the reviews: " in made.err
    assert "used as of 2026-11-16 12:00 UTC" in made.err
    assert "hush-hush" not in made.printed


def test_a_calendar_that_was_never_read_has_no_meetings(desk, feed):
    """Nothing is guessed, and it is said."""
    feed.status = "404 Not Found"
    failed = desk.due()
    assert (failed.code, desk.reports()) == (1, [])
    assert "no meeting of it is known" in failed.err


def test_status_knows_the_calendar_as_last_read(desk, feed):
    """It asks nobody, and counts from the last meeting that the store knows of."""
    desk.due()
    feed.status = "500 Internal Server Error"
    rows = json.loads(desk.run("status", "--json").out)["key_results"]
    assert {row["since_last_review"]["since"] for row in rows} == {"2026-11-05T10:00:00Z"}


def test_a_report_by_hand_reads_the_calendar_and_makes_no_store(desk, feed):
    """Without `--due` nothing is written but the file."""
    assert feed.text == ICS
    before = (desk.folder / "okr-sync.db").read_bytes()
    made = desk.run("report", "--format", "json")
    report = json.loads((desk.folder / "reports" / "review-2026-11-19.json").read_text())
    assert (made.code, report["since"]) == (0, "2026-11-05T10:00:00Z")
    assert (desk.folder / "okr-sync.db").read_bytes() == before


def test_nobody_invited_gets_into_the_store(desk, feed):
    """Of a calendar only moments are kept, and neither its URL nor a name is."""
    assert "Persephone" in feed.text
    desk.due()
    stored = b"".join(path.read_bytes() for path in desk.folder.glob("okr-sync.db*"))
    assert b"ersephone" not in stored
    assert b"hush-hush" not in stored
    assert b"2026-12-03T10:00:00+00:00" in stored


def test_a_file_that_isnt_there_is_said(desk):
    """With its name as okrs.yaml has it."""
    desk.write(EVENT.replace("{", "{ical: meetings.ics, "))
    failed = desk.due()
    assert (failed.code, "meetings.ics can't be read: No such file" in failed.err) == (1, True)


def test_an_event_without_any_calendar_stops_the_run(desk):
    """Exit 2, with the variable to set."""
    desk.write(EVENT)
    stopped = desk.due()
    assert (stopped.code, "OKR_SYNC_REVIEW__ICAL" in stopped.err) == (2, True)


class Elsewhere:
    """A published calendar behind redirects; `targets` are where each request is sent on."""

    def __init__(self, *targets: str) -> None:
        self.targets, self.asked = list(targets), 0

    def __call__(self, _environ, start):
        """Take a request."""
        self.asked += 1
        if self.targets:
            start("302 Found", [("Location", self.targets.pop(0)), ("Content-Length", "0")])
            return [b""]
        start("200 OK", [("Content-Type", "text/calendar"), ("Content-Length", str(len(ICS)))])
        return [ICS.encode()]


def redirected(desk, *targets):
    """Make what is due by a calendar that redirects so."""
    site = Elsewhere(*targets)
    desk.write(EVENT)
    with served(site) as url:
        desk.environ["OKR_SYNC_REVIEW__ICAL"] = f"{url}/hush-hush.ics"
        return desk.due(), site.asked


def test_a_calendar_is_read_where_it_redirects_to(desk):
    """A few times, by whole and by relative addresses."""
    made, asked = redirected(desk, "/b.ics?sig=hush-hush", "c.ics", "../d.ics")
    assert (made.code, desk.reports(), asked) == (0, ["review-2026-11-19.html"], 4)


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("http://calendar.example/hush-hush", "isn't https"),
        ("ftp://127.0.0.1/hush-hush", "isn't https"),
        ("file:///etc/hush-hush", "isn't https"),
        ("/again", "more than 5 times"),
    ],
)
def test_a_redirect_that_isnt_to_be_followed_is_said_without_its_address(desk, target, why):
    """In the clear to another machine, to something else than the web, or forever."""
    failed, asked = redirected(desk, *[target] * 9)
    assert (failed.code, why in failed.err) == (1, True)
    assert asked == (6 if target == "/again" else 1)
    assert "hush-hush" not in failed.printed


@pytest.mark.parametrize(
    "location",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.8]/x",
        "https://2130706433/x",
        "https://0/x",
        "webcal://192.168.1.1/x",
    ],
)
def test_a_calendar_from_outside_leads_nobody_into_an_inside_network(location):
    """However the address is written."""
    with pytest.raises(RejectedError, match="inside network"):
        feeds._target("https://93.184.216.34/a", "https://93.184.216.34/a", location, inside=False)


@pytest.mark.parametrize("scheme", ["webcal", "WEBCAL", "Webcals"])
def test_webcal_is_https_in_any_case(desk, scheme):
    """Nobody answers there, and the message says neither where nor what else it was."""
    desk.write(EVENT)
    desk.environ["OKR_SYNC_REVIEW__ICAL"] = f"{scheme}://127.0.0.1:9/hush-hush.ics"
    failed = desk.due()
    assert (failed.code, "no meeting of it is known" in failed.err) in ((1, True), (2, False))
    assert "hush-hush" not in failed.printed
