"""The report of now or of a moment, as `report --json` and its siblings give it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from connectors.errors import ConfigurationError
from syncer.publish.calendars import read_calendars
from syncer.publish.making import briefing_of
from syncer.report.json_document import document

if TYPE_CHECKING:
    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.review.briefing import Briefing

_LAST_OF_A_SECOND = 999_999


@dataclass(frozen=True)
class WrittenReport:
    """A briefing, the file with its calendars' meetings, and what of these couldn't be read."""

    briefing: Briefing
    okrs: Okrs
    problems: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Give the document of `report`."""
        return document(self.briefing)


def write_report(
    context: Context, okrs: Okrs, settings: Settings, *, team: str | None, as_of: str | None
) -> WrittenReport:
    """Write the report of now, or as of a day or moment; raises `ConfigurationError` like `moment`.

    `team` is a name as the file spells it, None for all.
    """
    now = context.now()
    at = moment(as_of, okrs, now) if as_of else now
    with context.store(settings, okrs.workspace, create=False) as store:
        known, problems = read_calendars(settings, context.clock, okrs, store, at, keep=False)
        return WrittenReport(briefing_of(store, known, at, team), known, tuple(problems))


def moment(text: str, okrs: Okrs, now: datetime) -> datetime:
    """A day means its end, or now on the present day; a time without zone is the review's.

    A moment is all of its second: reports tell theirs without fractions.
    """
    zone = okrs.timezone()
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"--as-of {text}: give a day (2026-11-19) or a moment (2026-11-19T10:00)"
        ) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone)
    if len(text.strip()) <= len("2026-11-19"):
        start = datetime.combine(at.date(), time.min, zone)
        at = min(start + timedelta(days=1), now) if start <= now else start
    if at > now:
        raise ConfigurationError(f"--as-of {text}: that is in the future")
    return min(at.replace(microsecond=at.microsecond or _LAST_OF_A_SECOND), now)
