"""`okr-sync check` asks the calendars too, and misses no secret of a delivery."""

from __future__ import annotations

import pytest

from tests.delivery.desk import OBJECTIVES, REVIEW, deliver
from tests.delivery.receivers import served
from tests.delivery.test_calendars import EVENT, Feed

NO_LINKS = OBJECTIVES.replace(", links: [{source: jira}]", "").replace(
    "        links: [{source: jira}]\n", ""
)


@pytest.fixture
def check(desk):
    """Check a file with these lines at its end, whose links need no tracker."""

    def _check(*lines):
        (desk.folder / "okrs.yaml").write_text(NO_LINKS + "".join(lines))
        return desk.run("check")

    return _check


def test_a_calendar_that_cant_be_read_is_an_error(desk, check):
    """The reason, without the secret in its URL."""
    feed = Feed()
    with served(feed) as url:
        desk.environ["OKR_SYNC_REVIEW__ICAL"] = f"{url}/private-hush-hush/basic.ics"
        assert check(EVENT).code == 0
        feed.status = "403 Forbidden"
        refused = check(EVENT)
    assert refused.code == 1
    assert "error: review: the calendar of the reviews: calendar: GET: 403" in refused.out
    assert "check OKR_SYNC_REVIEW__ICAL" in refused.out
    assert "hush-hush" not in refused.printed


def test_a_name_that_no_meeting_has_is_an_error(desk, check):
    """A typing error in `event` would silently make no report ever."""
    (desk.folder / "meetings.ics").write_text(Feed().text)
    file = EVENT.replace("{", "{ical: meetings.ics, ")
    assert check(file).code == 0
    refused = check(file.replace("OKR review", "OKR revue"))
    assert (refused.code, "no meeting called 'OKR revue'" in refused.out) == (1, True)


def test_a_secret_that_a_delivery_lacks_is_an_error(desk, check):
    """With the variable to set, before the day of the meeting."""
    refused = check(deliver("slack: {}"))
    assert refused.code == 1
    assert (
        "error: deliver: deliver slack has no webhook; set OKR_SYNC_DELIVERY__SLACK" in refused.out
    )
    desk.environ["OKR_SYNC_DELIVERY__SLACK__WEBHOOK"] = "https://hooks.slack.com/services/hush"
    assert check(deliver("slack: {}")).code == 0


@pytest.mark.parametrize(
    ("minutes", "late", "warned"),
    [(60, 0, True), (15, 0, False), (30, 0, False), (15, 600, False), (31, 0, True)],
)
def test_a_timer_that_misses_a_window_is_told(desk, check, minutes, late, warned):
    """Most of the last runs lie further apart than `prepare`; an outage is one gap alone."""
    half_an_hour = REVIEW.replace("24h", "30m")
    desk.write(half_an_hour)
    for number in range(5):
        assert desk.due().code == 0
        desk.wait(60 * (minutes if number != 2 else max(late, minutes)) + number)
    result = check(half_an_hour)
    assert result.code == 0
    assert ("reports will be missed" in result.out) is warned
    assert (f"has run every {minutes} minutes, and `prepare` is 30" in result.out) is warned
