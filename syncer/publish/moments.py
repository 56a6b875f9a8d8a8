"""Which moment a report looks back from: what `--as-of` and the page's days mean."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from config.okrs import Okrs

_LAST_OF_A_SECOND = 999_999
_FIRST_YEAR = 1970
"""Before it nothing was known; calendars end somewhere before."""


def moment_of(text: str, okrs: Okrs, now: datetime, named: str = "--as-of") -> datetime:
    """Read a day, which means its end, or now on the present one, or a moment.

    A time without zone is the review's. A moment is all of its second: reports tell
    theirs without fractions. Raises `ConfigurationError` for what is none, or in the
    future; `named` is what was asked for it.
    """
    zone = okrs.timezone()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"{named} {text}: give a day (2026-11-19) or a moment (2026-11-19T10:00)"
        ) from None
    if moment.year < _FIRST_YEAR:
        raise ConfigurationError(f"{named} {text}: nothing was known then")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if len(text.strip()) <= len("2026-11-19"):
        start = datetime.combine(moment.date(), time.min, zone)
        moment = min(start + timedelta(days=1), now) if start <= now else start
    if moment > now:
        raise ConfigurationError(f"{named} {text}: that is in the future")
    return min(moment.replace(microsecond=moment.microsecond or _LAST_OF_A_SECOND), now)
