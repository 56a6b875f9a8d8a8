"""The time that an objective is for: a quarter, a year or an organisation's own, by its clock."""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.okrs import Okrs

_TEXT = re.compile(r"(\d{4})(?:-[Qq]([1-4]))?")
_DAY = timedelta(days=1)


class Days(Protocol):
    """A period's first and last day, as okrs.yaml has those of an organisation's own."""

    @property
    def begins(self) -> date:
        """The first day."""
        ...  # pragma: no cover

    @property
    def ends(self) -> date:
        """The last day, which is in it."""
        ...  # pragma: no cover


class Period(NamedTuple):
    """From the first moment of its first day to the first moment after its last, in UTC."""

    text: str
    begins: datetime
    ends: datetime

    def gone(self, now: datetime) -> float:
        """Tell how much of the period is over, 0 to 1."""
        return min(1.0, max(0.0, (now - self.begins) / (self.ends - self.begins)))


def period(
    text: str, timezone: str | ZoneInfo = "UTC", own: Mapping[str, Days] | None = None
) -> Period | None:
    """Read a period by name: one of an organisation's own, "2026-Q4" or "2026".

    Its days are whole ones by the clock of `timezone`. None for any other name.
    """
    days = _own(text, own or {}) or _of_the_calendar(text)
    if days is None:
        return None
    zone = timezone if isinstance(timezone, ZoneInfo) else ZoneInfo(timezone)
    first, after = (datetime(d.year, d.month, d.day, tzinfo=zone).astimezone(UTC) for d in days)
    return Period(text, first, after)


def period_of(okrs: Okrs, name: str, team: str | None = None) -> Period | None:
    """Read a period by the clock of the reviews, which is the programme's where it has one."""
    review = okrs.review or (okrs.reviews.get(team) if team else None)
    return period(name, review.timezone if review else "UTC", getattr(okrs, "periods", None))


def _own(text: str, own: Mapping[str, Days]) -> tuple[date, date] | None:
    """The first day and the day after the last; a name that is written exactly goes first."""
    for name, days in sorted(own.items(), key=lambda named: named[0] != text):
        if name.casefold() == text.casefold():
            return days.begins, days.ends + _DAY
    return None


def _of_the_calendar(text: str) -> tuple[date, date] | None:
    match = _TEXT.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) < MAXYEAR:
        return None
    year, quarter = int(match[1]), match[2] and int(match[2])
    if not quarter:
        return date(year, 1, 1), date(year + 1, 1, 1)
    after = (year, 3 * quarter + 1) if quarter < 4 else (year + 1, 1)  # noqa: PLR2004 - quarters
    return date(year, 3 * quarter - 2, 1), date(*after, 1)
