"""When the review meetings are, by wall clock where the teams are, and which one is due."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import dropwhile
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from config.reviews import Review

_EVERY = re.compile(r"(?:(\d+)\s+)?(day|week|month|year)s?", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=(\d{8}T\d{6})Z", re.IGNORECASE)
_UNTIL_DAY = re.compile(r"(UNTIL=\d{8})(?![\dT])", re.IGNORECASE)
_STAMP = "%Y%m%dT%H%M%S"
_UNITS: dict[str, Literal[0, 1, 2, 3]] = {
    "day": rrule.DAILY,
    "week": rrule.WEEKLY,
    "month": rrule.MONTHLY,
    "year": rrule.YEARLY,
}
_SLACK = timedelta(days=2)  # more than any clock's distance from UTC, and its changes
_SHORTEST_MONTH = 28


def last_meeting(review: Review, now: datetime) -> datetime | None:
    """Tell the last meeting that has begun by `now`, in UTC; None before the first."""
    zone = ZoneInfo(review.timezone)
    if _told_by_date(review):
        return max((at for at in _dates(review, zone) if at <= now), default=None)
    rule = _rule(review, zone)
    local = rule.before(_wall(now, zone) + _SLACK, inc=True)
    while local is not None and _utc(local, zone) > now:
        local = rule.before(local)
    return None if local is None else _utc(local, zone)


def next_meeting(review: Review, now: datetime) -> datetime | None:
    """Tell the first meeting that begins after `now`, in UTC; None where the meetings end."""
    return next(meetings(review, now), None)


def due(review: Review, now: datetime) -> datetime | None:
    """Tell the meeting in whose `prepare` window we are, in UTC; None outside of any.

    The window ends when the meeting begins: there is no report for one that is over.
    """
    meeting = next_meeting(review, now)
    return meeting if meeting is not None and meeting - review.prepare <= now else None


def meetings(review: Review, after: datetime) -> Iterator[datetime]:
    """Yield the meetings that begin after this moment, in UTC; mostly without end.

    A meeting that is named by its `event` has the `dates` that were found in the
    calendar (`ical.py`), none as long as that wasn't read. Raises
    `ConfigurationError` for a rule that we can't read.
    """
    zone = ZoneInfo(review.timezone)
    if _told_by_date(review):
        yield from dropwhile(lambda at: at <= after, sorted(_dates(review, zone)))
        return
    for local in _rule(review, zone).xafter(_wall(after, zone) - _SLACK, inc=True):
        if (moment := _utc(local, zone)) > after:
            yield moment


def day(review: Review, meeting: datetime) -> date:
    """Tell a meeting's day where the teams are; a calendar's day has one report."""
    return _wall(meeting, ZoneInfo(review.timezone)).date()


def _told_by_date(review: Review) -> bool:
    return bool(review.dates or review.event)


def _rule(review: Review, zone: ZoneInfo) -> rrule.rrule | rrule.rruleset:
    """Recur by wall clock, from the rule or the interval."""
    if review.rrule:
        return _written(review.rrule, _start(review, zone), zone)
    if review.every:
        return _interval(review.every, _start(review, zone))
    message = "review: it tells no time; write for example every: 2 weeks"
    raise ConfigurationError(message)


def _written(rule: str, start: datetime, zone: ZoneInfo) -> rrule.rrule | rrule.rruleset:
    """Recur by a rule as in RFC 5545; a day as its end is meant whole, as people write it."""

    def walled(until: re.Match[str]) -> str:
        moment = datetime.strptime(until[1], _STAMP).replace(tzinfo=UTC)
        return f"UNTIL={_wall(moment, zone):{_STAMP}}"

    try:
        return rrule.rrulestr(
            _UNTIL.sub(walled, _UNTIL_DAY.sub(r"\1T235959", rule)), dtstart=start, cache=True
        )
    except ValueError as error:
        message = f"review.rrule: {rule!r} is no rule; write FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
        raise ConfigurationError(message) from error


def _interval(text: str, start: datetime) -> rrule.rrule:
    """Recur at an interval; a monthly meeting on the 31st is on a short month's last day."""
    every = _EVERY.fullmatch(text.strip())
    if every is None or every[1] == "0":
        message = f"review.every: {text!r} is no interval; write for example '2 weeks'"
        raise ConfigurationError(message)
    unit, interval = _UNITS[every[2].lower()], int(every[1] or 1)
    if unit != rrule.MONTHLY or start.day <= _SHORTEST_MONTH:
        return rrule.rrule(unit, start, interval, cache=True)
    last_of = range(_SHORTEST_MONTH, start.day + 1)
    return rrule.rrule(unit, start, interval, bymonthday=last_of, bysetpos=-1, cache=True)


def _start(review: Review, zone: ZoneInfo) -> datetime:
    """Tell the first meeting's wall clock."""
    return _wall(_moment(review.starts or "", "starts", zone), zone)


def _dates(review: Review, zone: ZoneInfo) -> list[datetime]:
    return [_moment(text, "dates", zone).astimezone(UTC) for text in review.dates]


def _moment(text: str, key: str, zone: ZoneInfo) -> datetime:
    """Read a moment; without an offset it is by the zone's clock."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"review.{key}: {text!r} is no moment; write 2026-10-08T10:00"
        raise ConfigurationError(message) from error
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Tell the moment of a wall-clock time; one that the clocks skip is as much later."""
    return local.replace(tzinfo=zone).astimezone(UTC)
