"""How times are written in okrs.yaml: days, moments, zones, intervals and rules."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator

from config.types import Text, listed_texts
from config.wording import nearest
from connectors.redaction import quoted

_STANDARD = re.compile(r"[12][0-9]{3}(-Q[1-4])?")
_EVERY = re.compile(r"(?:[1-9][0-9]{0,2}\s+)?(?:day|week|month|year)s?", re.IGNORECASE)
_DURATION = re.compile(
    r"([0-9]{1,6})\s*(weeks?|days?|hours?|minutes?|mins?|[wdhm])(?![a-z])", re.IGNORECASE
)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = timedelta(days=366)
_YEARS = range(1970, 9000)


def is_standard_period(name: str) -> bool:
    """Tell whether a period's name says its dates: a quarter's or a year's."""
    return _STANDARD.fullmatch(name.upper()) is not None


def _period(name: str) -> str:
    """Spell a quarter as quarters are; any other name is one of `periods`, or of none."""
    return name.upper() if is_standard_period(name) else name


def _rule(text: str) -> str:
    """Keep an RFC 5545 rule without its name; reviews are a day apart at the least."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415 - only a file with a rule needs it

    rule = text.strip().removeprefix("RRULE:").upper()
    often = re.search(r"FREQ=(?:HOUR|MINUTE|SECOND)LY", rule)
    try:
        rrulestr(rule.replace("Z", ""), dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 - any clock's
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        often = often or re.search("", rule)
    if often or not re.fullmatch(r"[A-Z0-9=;,+-]+", rule):
        message = f"is {quoted(text)}; write a rule like FREQ=WEEKLY;INTERVAL=2;BYDAY=TH"
        raise ValueError(message)
    return rule


def _every(text: str) -> str:
    if not _EVERY.fullmatch(text):
        message = f"is {quoted(text)}; write for example 2 weeks, 10 days or month"
        raise ValueError(message)
    return text


def _moment(text: str) -> str:
    """Keep an ISO date and time as written; one that calendars can't reckon with is wrong."""
    try:
        moment = datetime.fromisoformat(text)
        year = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC).year
    except (ValueError, OverflowError):
        year = 0
    if year not in _YEARS:
        message = f'is {quoted(text)}, which is no date and time; write one like "2026-10-08T10:00"'
        raise ValueError(message)
    return text


def _day(value: Any) -> Any:
    """Read "2026-04-06"; anything but a text is left as it is."""
    if not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None or day.year not in _YEARS:
        message = f"is {quoted(value)}, which is no day; write one like 2026-04-06"
        raise ValueError(message)
    return day


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        near = nearest(name, available_timezones()) or "one like Europe/London"
        message = f"is {quoted(name)}, which is no time zone; write {near}"
        raise ValueError(message) from error
    return name


def _duration(value: Any) -> Any:
    """Read "24h", "2d", "1 day" or "1d 12h"; anything but a text is left as it is."""
    if not isinstance(value, str):
        return value
    total = timedelta()
    for amount, unit in _DURATION.findall(value):
        total += timedelta(**{_UNITS[unit[0].lower()]: int(amount)})
    if _DURATION.sub("", value).strip() or not timedelta() < total <= _LONGEST:
        message = f"is {quoted(value)}; write for example 24h, 2d, 30m or 1 day, up to a year"
        raise ValueError(message)
    return total


PeriodName = Annotated[Text, AfterValidator(_period)]
Every = Annotated[Text, AfterValidator(_every)]
Moment = Annotated[Text, AfterValidator(_moment)]
Dates = Annotated[tuple[Moment, ...], BeforeValidator(listed_texts)]
Day = Annotated[date, BeforeValidator(_day)]
Rule = Annotated[Text, AfterValidator(_rule)]
Zone = Annotated[Text, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
