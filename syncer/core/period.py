"""The time that an objective is for: a quarter or a year, by the teams' clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from zoneinfo import ZoneInfo

_TEXT = re.compile(r"(\d{4})(?:-Q([1-4]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment of its first day to the first moment after its last, in UTC."""

    text: str
    begins: datetime
    ends: datetime

    def gone(self, now: datetime) -> float:
        """Tell how much of the period is over, 0 to 1."""
        return min(1.0, max(0.0, (now - self.begins) / (self.ends - self.begins)))


def period(text: str, timezone: str = "UTC") -> Period | None:
    """Read "2026-Q4" or "2026"; None for anything else."""
    match = _TEXT.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) < MAXYEAR:
        return None
    year, quarter = int(match[1]), match[2] and int(match[2])
    begins = (year, 3 * quarter - 2) if quarter else (year, 1)
    ends = (year, 3 * quarter + 1) if quarter and quarter < 4 else (year + 1, 1)  # noqa: PLR2004 - quarters
    zone = ZoneInfo(timezone)
    first, after = (datetime(y, m, 1, tzinfo=zone).astimezone(UTC) for y, m in (begins, ends))
    return Period(text, first, after)
