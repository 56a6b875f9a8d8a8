"""The report of now or of a moment, as `report --json` and its siblings give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncer.publish.calendars import read_calendars
from syncer.publish.making import briefing_of
from syncer.publish.moments import moment_of
from syncer.report.json_document import document

if TYPE_CHECKING:
    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.review.briefing import Briefing


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
    """Write the report of now, or as of a day or moment.

    `team` is a name as the file spells it, None for all. Raises `ConfigurationError` like
    `moment_of`.
    """
    now = context.now()
    at = moment_of(as_of, okrs, now) if as_of else now
    with context.store(settings, okrs.workspace, create=False) as store:
        known, problems = read_calendars(settings, context.clock, okrs, store, at, keep=False)
        return WrittenReport(briefing_of(store, known, at, team), known, tuple(problems))
