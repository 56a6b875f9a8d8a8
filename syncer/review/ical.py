"""The meetings of one name in an iCalendar text: moments, and nothing else that is in there."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from config.reviews import Review

REACH = timedelta(days=400)
"""How far from now meetings are looked for: enough for the last and next of anything yearly."""

_CALLED_OFF = ("cancelled:", "canceled:")  # how calendars retitle what was called off
_TOO_OFTEN = frozenset(("HOURLY", "MINUTELY", "SECONDLY"))


def with_calendar(review: Review, text: str, now: datetime) -> Review:
    """Give the review with the `dates` of its `event` around now, out of a calendar's text.

    The event's summary is compared whole, without regard to case. Cancelled
    ones are left out, moved ones are where they were moved to, also if they
    were renamed with it (RFC 5545: STATUS, EXDATE, RECURRENCE-ID); a day without
    a time begins at midnight. What has no zone is by the review's clock. Raises
    `ConfigurationError` where the text is no calendar or has no such event.
    """
    zone = ZoneInfo(review.timezone)
    try:
        series = _series(icalendar.Calendar.from_ical(text), review.event or "")
        moments = sorted(set(_moments(_occurrences(series, now), zone)))
    except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
        message = "review: the calendar isn't one that we can read; give an iCalendar (.ics) file"
        raise ConfigurationError(message) from error
    if not moments:
        message = f"review.event: the calendar has no meeting called {review.event!r} around now"
        raise ConfigurationError(message)
    dates = tuple(at.isoformat() for at in moments)
    return review.model_copy(update={"dates": dates, "event": None, "ical": None})


def _series(calendar: Any, name: str) -> icalendar.Calendar:
    """Take out the events of the name with their whole series, and the zones that they are in."""
    events = [event for event in calendar.walk("VEVENT") if "DTSTART" in event]
    ids = {_id(event) for event in events if _title(event) == _folded(name)}
    out = icalendar.Calendar()
    for zone in calendar.walk("VTIMEZONE"):
        out.add_component(zone)
    for event in events:
        if _id(event) in ids:
            _refuse_often(event)
            out.add_component(event)
    return out


def _id(event: Any) -> str:
    return str(event.get("UID", id(event)))


def _title(event: Any) -> str:
    return _folded(str(event.get("SUMMARY", "")))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _refuse_often(event: Any) -> None:
    """Refuse what recurs within a day: it is no review, and it would fill the memory."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if _TOO_OFTEN & {str(often).upper() for often in rule.get("FREQ", ())}:
            message = "recurs within a day"
            raise ValueError(message)


def _occurrences(series: icalendar.Calendar, now: datetime) -> list[Any]:
    return list(recurring_ical_events.of(series).between(now - REACH, now + REACH))


def _moments(events: Iterable[Any], zone: ZoneInfo) -> Iterator[datetime]:
    for event in events:
        off = str(event.get("STATUS", "")).upper() == "CANCELLED"
        if not off and not _title(event).startswith(_CALLED_OFF):
            yield _utc(event["DTSTART"].dt, zone)


def _utc(start: Any, zone: ZoneInfo) -> datetime:
    moment = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
