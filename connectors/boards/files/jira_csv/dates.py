"""Times as an export writes them: in the account's format and language, without a zone; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from connectors.boards.files.jira_csv.words import AFTERNOON, FORENOON, MONTHS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS = range(1990, 2200)
_CENTURY = 2000
_NOON = 12
_MONTHS_A_YEAR = 12
_FOUR_DIGITS = 1000

_TIME = r"(?:\D+?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.]\d{2}(?:[.,]\d+)?)?)?(?P<rest>.*)"
_NAMED = re.compile(
    r"(?P<first>\d{1,4})[\s/.\u5e74-]+(?:de\s+)?(?P<month>[^\W\d_]+|\d{1,2}\s?[\u6708\uc6d4])\.?"
    r"[\s/.\u5e74-]+(?:de\s+)?(?P<last>\d{1,4})" + _TIME
)
_NUMBERS = re.compile(
    r"(?P<first>\d{1,4})\s?[/.\u5e74-]\s?(?P<month>\d{1,2})\s?[/.\u6708-]\s?(?P<last>\d{1,4})\u65e5?"
    + _TIME
)
_OFFSET = re.compile(r"(?:Z|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))\Z")


@dataclass(frozen=True, slots=True)
class Dates:
    """How one export writes its times, by all the times in it; `zone` is the account's.

    `month_first` is None where day and month can't be told apart: such times aren't
    guessed at.
    """

    zone: tzinfo
    month_first: bool | None = None

    @classmethod
    def of(cls, texts: Iterable[str], zone: tzinfo) -> Dates:
        """Find out which number is the month, from those that can be no month."""
        pairs = [
            (int(match["first"]), int(match["month"]))
            for match in map(_NUMBERS.match, texts)
            if match and int(match["first"]) < _FOUR_DIGITS
        ]
        day_first = any(first > _MONTHS_A_YEAR for first, _ in pairs)
        month_first = any(other > _MONTHS_A_YEAR for _, other in pairs)
        return cls(zone, None if day_first == month_first else month_first)

    def moment(self, text: str) -> datetime | None:
        """Give a moment with its zone; None for none, and for one that can't be read for sure."""
        text = text.strip()
        match = _NUMBERS.match(text) or _NAMED.match(text)
        day = self._day(match) if match else None
        if match is None or day is None:
            return None
        try:
            moment = datetime(*day, _hour(match), int(match["minute"] or 0), tzinfo=self.zone)
        except ValueError:
            return None
        if moment.year not in YEARS:
            return None
        offset = _OFFSET.search(text) if match["hour"] else None
        return _shifted(moment, offset) if offset else moment

    def _day(self, match: re.Match[str]) -> tuple[int, int, int] | None:
        first, last = int(match["first"]), int(match["last"])
        month = _month(match["month"])
        if month is None:
            return None
        if first >= _FOUR_DIGITS:
            return first, month, last
        year = last if last >= _FOUR_DIGITS else _CENTURY + last
        if match.re is _NAMED:
            return year, month, first
        if self.month_first is None:
            return None
        return (year, first, month) if self.month_first else (year, month, first)


def _month(text: str) -> int | None:
    if digits := re.match(r"\d+", text):
        return int(digits[0])
    return MONTHS.get(plain(text))


def _hour(match: re.Match[str]) -> int:
    """Give the hour of the day; the half of the day stands before or behind the time."""
    hour = int(match["hour"] or 0)
    between = match.string[match.end("last") : match.start("hour")] if match["hour"] else ""
    half = {plain(between), plain(match["rest"])}
    if half & AFTERNOON and hour < _NOON:
        return hour + _NOON
    return 0 if half & FORENOON and hour == _NOON else hour


def _shifted(moment: datetime, offset: re.Match[str]) -> datetime:
    """Give a moment that tells its distance from Greenwich itself."""
    minutes = int(offset["hours"] or 0) * 60 + int(offset["minutes"] or 0)
    distance = timedelta(minutes=-minutes if offset["sign"] == "-" else minutes)
    return moment.replace(tzinfo=UTC) - distance
