"""When things happen in an office, and chance that falls the same way every time."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time, timedelta

OPENS = time(8, 30, tzinfo=UTC)
MINUTES = 8 * 60
FRIDAY = 4
FIRST_WEEK = date(2026, 10, 1)
NOW = datetime(2026, 11, 21, 6, 15, tzinfo=UTC)


def dice(*words: object) -> int:
    """Throw a large number for these words; the same words give the same number."""
    digest = hashlib.sha256("|".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:6], "big")


def at_work(day: date, *words: object) -> datetime:
    """Return a moment of that day in office hours."""
    return datetime.combine(day, OPENS) + timedelta(minutes=dice(day, *words) % MINUTES)


def morning(day: date, minutes: int = 0) -> datetime:
    """Return so many minutes after the office opens."""
    return datetime.combine(day, OPENS) + timedelta(minutes=minutes)


def workdays_before(day: date, count: int) -> date:
    """Return the day so many working days earlier."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() <= FRIDAY
    return day


def week(number: int) -> list[date]:
    """Return the working days of a week of the quarter, from Thursday to Wednesday, until now."""
    first = FIRST_WEEK + timedelta(weeks=number)
    days = [first + timedelta(days=each) for each in range(7)]
    return [each for each in days if each.weekday() <= FRIDAY and each < NOW.date()]
