"""The meetings of one name in an iCalendar text: moments, and nothing else that is in there."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.timezone import tzp

from connectors.errors import ConfigurationError
from connectors.patterns import folded
from syncer.review.called_off import called_off, without_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import tzinfo

    from config.reviews import Review

REACH = timedelta(days=400)
"""How far from now meetings are looked for: enough for the last and next of anything yearly."""

_TOO_OFTEN = frozenset(("HOURLY", "MINUTELY", "SECONDLY"))
_OWN_ZONE = "X-WR-TIMEZONE"
_END_OF_DAY = time(23, 59, 59)

# Exchange names zones "(UTC+00:00) Dublin, Edinburgh", and not all put that into quotation
# marks, as RFC 5545, 3.2 asks of what holds a colon or a comma; some keep them in the name.
_FOLD = re.compile(r"\r?\n[ \t]")
_BARE_ZONE = re.compile(
    r"(?mi)^([A-Z-]+;(?:[^\n\":]*;)?TZID=)([^\n\"]+?)((?:;[A-Z-]+=[^;:\n]*)*:\d{8})"
)
_QUOTED_ZONE = re.compile(r"(?mi)^TZID:\"(.*)\"(\r?)$")


def with_calendar(review: Review, text: str, now: datetime) -> Review:
    """Give the review with the `dates` of its `event` around now, out of a calendar's text.

    The event's summary is compared whole, as people see it. A series is known by
    its own summary; one of its meetings that was renamed is known by its new name,
    and is still the series' where that holds the old one. What was called off is
    left out, by STATUS or by a word before or behind the summary; what was moved is
    where it was moved to (RFC 5545: EXDATE, RECURRENCE-ID). A day without a time
    begins at midnight. What has no zone is by the calendar's X-WR-TIMEZONE, else
    by the review's clock. Raises `ConfigurationError` where the text is no calendar
    or has no such event.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they quote what stands in the calendar
            occurrences = list(_occurrences(review, text, now))
    except Exception as error:
        message = "review: the calendar isn't one that we can read; give an iCalendar (.ics) file"
        raise ConfigurationError(message) from error
    if not occurrences:
        message = f"review.event: the calendar has no meeting called {review.event!r} around now"
        raise ConfigurationError(message)
    dates = sorted({at for at, off in occurrences if not off})
    return review.model_copy(update={"dates": tuple(at.isoformat() for at in dates), "ical": None})


def _occurrences(review: Review, text: str, now: datetime) -> Iterator[tuple[datetime, bool]]:
    """Yield the event's meetings in all calendars of the text, and whether each was called off."""
    calendars = icalendar.Calendar.from_ical(_repaired(text), multiple=True)
    if not calendars:
        message = "holds no calendar"
        raise ValueError(message)
    for calendar in calendars:
        zone = _zone(calendar) or ZoneInfo(review.timezone)
        series = _Series(calendar, folded(review.event or ""), zone)
        yield from series.meetings(now)


def _repaired(text: str) -> str:
    """Put zones' names into quotation marks where they miss, and take off those in a name."""
    unfolded = _FOLD.sub("", text)
    return _QUOTED_ZONE.sub(r"TZID:\1\2", _BARE_ZONE.sub(r'\1"\2"\3', unfolded))


def _zone(calendar: Any) -> tzinfo | None:
    """Give the zone that a calendar names for all that has none; None for one that nobody knows."""
    name = str(calendar.get(_OWN_ZONE, "")).strip()
    return tzp.timezone(name) if name else None


class _Series:
    """The events of a name in a calendar, with the series that they are in.

    `zone` is the clock of what has none; with X-WR-TIMEZONE also of what is told in UTC.
    """

    def __init__(self, calendar: Any, name: str, zone: tzinfo) -> None:
        self._name, self._zone = name, zone
        self._events = [event for event in calendar.walk("VEVENT") if "DTSTART" in event]
        self._named = {_id(event) for event in self._events if self._bears(event)}
        own = {_id(event) for event in self._events if self._bears(event) and _is_master(event)}
        self._own = own
        self._moved = _zone(calendar) is not None
        self._zones = calendar.walk("VTIMEZONE")

    def meetings(self, now: datetime) -> Iterator[tuple[datetime, bool]]:
        """Yield when the meetings around now begin, and whether each was called off."""
        events: Iterable[Any] = recurring_ical_events.of(self._alone()).between(
            now - REACH, now + REACH
        )
        for event in events:
            if self._bears(event) or (_id(event) in self._own and self._is_renamed(event)):
                off = str(event.get("STATUS", "")).upper() == "CANCELLED"
                yield _utc(event["DTSTART"].dt, self._zone), off or called_off(_title(event))

    def _bears(self, event: Any) -> bool:
        """Tell whether an event bears the name, also with a word that calls it off."""
        return folded(without_call(_title(event))) == self._name

    def _is_renamed(self, event: Any) -> bool:
        title = folded(_title(event))
        return not title or self._name in title

    def _alone(self) -> icalendar.Calendar:
        """Copy the named events with their whole series, and the zones that they are in."""
        out = icalendar.Calendar()
        for zone in self._zones:
            out.add_component(zone)
        for event in self._events:
            if _id(event) in self._named:
                self._by_own_clock(event)
                out.add_component(event)
        return out

    def _by_own_clock(self, event: Any) -> None:
        """Move what has no clock, or UTC's for want of one, to the calendar's; mend the ends."""
        for name in ("DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"):
            for value in _listed(event.get(name)):
                for moment in getattr(value, "dts", [value]):
                    moment.dt = self._local(moment.dt)
        for rule in _listed(event.get("RRULE")):
            _refuse_often(rule)
            if "UNTIL" in rule:
                rule["UNTIL"] = [self._end(until, event["DTSTART"].dt) for until in rule["UNTIL"]]

    def _local(self, moment: Any) -> Any:
        if not self._moved or not isinstance(moment, datetime):
            return moment
        told_in_utc = moment.tzinfo is not None and moment.tzname() == "UTC"
        if told_in_utc:
            return moment.astimezone(self._zone)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._zone)

    def _end(self, until: Any, start: Any) -> Any:
        """Give the last moment of a series: a day is meant whole, by the event's own clock."""
        if not isinstance(start, datetime):
            return until.date() if isinstance(until, datetime) else until
        if not isinstance(until, datetime):
            until = datetime.combine(until, _END_OF_DAY)
        if start.tzinfo is None:
            return until.astimezone(self._zone).replace(tzinfo=None) if until.tzinfo else until
        own = until if until.tzinfo else until.replace(tzinfo=start.tzinfo)
        return own.astimezone(UTC)


def _listed(value: Any) -> list[Any]:
    """Give a property's values: none, one, or several."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _is_master(event: Any) -> bool:
    return "RECURRENCE-ID" not in event


def _id(event: Any) -> str:
    return str(event.get("UID", id(event)))


def _title(event: Any) -> str:
    return str(event.get("SUMMARY", ""))


def _refuse_often(rule: Any) -> None:
    """Refuse what recurs within a day: it is no review, and it would fill the memory."""
    if _TOO_OFTEN & {str(often).upper() for often in rule.get("FREQ", ())}:
        message = "recurs within a day"
        raise ValueError(message)


def _utc(start: Any, zone: tzinfo) -> datetime:
    moment = start if isinstance(start, datetime) else datetime.combine(start, time.min)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
