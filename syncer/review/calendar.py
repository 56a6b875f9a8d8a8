"""When the review meetings are, by wall clock where the teams are, and which one is due."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.okrs import Review

_EVERY = re.compile(r"(?:(\d+)\s+)?(day|week|month|year)s?", re.IGNORECASE)
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
    rule, zone = _rule(review), ZoneInfo(review.timezone)
    local = rule.before(_wall(now, zone) + _SLACK, inc=True)
    while local is not None and _utc(local, zone) > now:
        local = rule.before(local)
    return None if local is None else _utc(local, zone)


def next_meeting(review: Review, now: datetime) -> datetime:
    """Tell the first meeting that begins after `now`, in UTC."""
    return next(meetings(review, now))


def due(review: Review, now: datetime) -> datetime | None:
    """Tell the meeting in whose `prepare` window we are, in UTC; None outside of any.

    The window ends when the meeting begins: there is no report for one that is over.
    """
    meeting = next_meeting(review, now)
    return meeting if meeting - review.prepare <= now else None


def meetings(review: Review, after: datetime) -> Iterator[datetime]:
    """Yield the meetings that begin after this moment, in UTC, without end."""
    zone = ZoneInfo(review.timezone)
    for local in _rule(review).xafter(_wall(after, zone) - _SLACK, inc=True):
        if (moment := _utc(local, zone)) > after:
            yield moment


def _rule(review: Review) -> rrule.rrule:
    """Recur by wall clock; a monthly meeting on the 31st is on a short month's last day."""
    every = _EVERY.fullmatch(review.every.strip())
    if every is None or every[1] == "0":
        message = f"review.every: {review.every!r} is no interval; write for example '2 weeks'"
        raise ConfigurationError(message)
    unit, start, interval = _UNITS[every[2].lower()], _start(review), int(every[1] or 1)
    if unit != rrule.MONTHLY or start.day <= _SHORTEST_MONTH:
        return rrule.rrule(unit, start, interval, cache=True)
    last_of = range(_SHORTEST_MONTH, start.day + 1)
    return rrule.rrule(unit, start, interval, bymonthday=last_of, bysetpos=-1, cache=True)


def _start(review: Review) -> datetime:
    """Read the first meeting as wall clock; one with an offset is carried to the zone."""
    try:
        start = datetime.fromisoformat(review.starts)
    except ValueError as error:
        message = f"review.starts: {review.starts!r} is no moment; write 2026-10-08T10:00"
        raise ConfigurationError(message) from error
    return start if start.tzinfo is None else _wall(start, ZoneInfo(review.timezone))


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Tell the moment of a wall-clock time; one that the clocks skip is as much later."""
    return local.replace(tzinfo=zone).astimezone(UTC)
