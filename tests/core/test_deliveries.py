"""What reports and deliveries are known by."""

from __future__ import annotations

from syncer.core.deliveries import PROGRAMME, DeliveryStatus, MeetingReport, Occasion, Purpose
from tests.core.worlds import AT


def test_what_is_sent_is_known_by_its_purpose_calendar_and_day():
    """A reminder is no report, and a team's meeting none of the programme's on the same day."""
    report = Occasion(Purpose.REPORT, PROGRAMME, "2026-11-19")
    others = {
        Occasion(Purpose.REMINDER, PROGRAMME, "2026-11-19"),
        Occasion(Purpose.REPORT, "Publishing", "2026-11-19"),
        Occasion(Purpose.REPORT, PROGRAMME, "2026-12-03"),
    }
    assert report not in others
    assert report == Occasion(Purpose("report"), "", "2026-11-19")


def test_a_claimed_report_has_no_files_yet():
    """Until it is made nobody can be sent one; and what is on its way isn't sent."""
    report = MeetingReport("Publishing", "2026-11-19", AT)
    assert (report.made_at, report.files) == (None, ())
    assert DeliveryStatus.SENDING is not DeliveryStatus.SENT
