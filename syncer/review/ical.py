"""The meetings of one name in an iCalendar text: moments, and nothing else that is in there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.meetings import Review

BACK = timedelta(days=400)  # far enough for the last meeting of anything yearly
AHEAD = timedelta(days=400)


def with_calendar(review: Review, text: str, now: datetime) -> Review:
    """Give the review with the `dates` of its `event` around now, out of a calendar's text.

    The event's summary is compared whole, without regard to case. Cancelled
    ones are left out, moved ones are where they were moved to; a day without a
    time begins at midnight. What has no zone is by the review's clock. Raises
    `ConfigurationError` where the text is no calendar or has no such event.
    """
    name = (review.event or "").strip().casefold()
    zone = ZoneInfo(review.timezone)
    try:
        events = recurring_ical_events.of(Calendar.from_ical(text)).between(now - BACK, now + AHEAD)
        found = sorted(set(_moments(events, name, zone)))
    except (ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        message = "review: the calendar isn't one that we can read; give an iCalendar (.ics) file"
        raise ConfigurationError(message) from error
    if not found:
        message = f"review.event: the calendar has no meeting called {review.event!r} around now"
        raise ConfigurationError(message)
    dates = tuple(at.isoformat() for at in found)
    return review.model_copy(update={"dates": dates, "event": None, "ical": None})


def _moments(events: list[Any], name: str, zone: ZoneInfo) -> Iterator[datetime]:
    for event in events:
        summary = str(event.get("SUMMARY", "")).strip().casefold()
        cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
        if summary == name and not cancelled:
            yield _utc(event.start, zone)


def _utc(start: Any, zone: ZoneInfo) -> datetime:
    moment = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
