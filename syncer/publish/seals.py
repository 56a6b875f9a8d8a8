"""A meeting's report as it was made: sealed once, and drawn from its seal ever after."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError, StoreError
from syncer.publish.making import briefing_of
from syncer.review.sealing import opened

if TYPE_CHECKING:
    from config.okrs import Okrs
    from syncer.core.deliveries import MeetingReport
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store


def seal(store: Store, report: MeetingReport, claim: str, content: bytes) -> bool:
    """Keep a report's content with its SHA-256; False where another run was quicker."""
    return store.seal_report(report, claim, content, hashlib.sha256(content).hexdigest())


def sealed_briefing(store: Store, calendar: str, day: str) -> Briefing | None:
    """Give what a meeting's report was made of; None where nothing was sealed.

    Raises `StoreError` where the seal is broken or can't be read any more.
    """
    kept = store.sealed_report(calendar, day)
    if kept is None:
        return None
    try:
        return opened(kept.content)
    except ValueError as error:
        whose = f" for {calendar}" if calendar else ""
        message = f"the store: the sealed report of {day}{whose} {error}"
        raise StoreError(f"{message}; draw it with the version that made it") from error


def made_briefing(store: Store, okrs: Okrs, report: MeetingReport) -> Briefing:
    """Give what a report was made of; one from before there were seals is written as of then."""
    kept = sealed_briefing(store, report.calendar, report.day)
    if kept is not None:
        return kept
    return briefing_of(store, okrs, report.made_at or report.meeting, report.calendar or None)


def briefing_on(store: Store, calendar: str, day: str) -> Briefing:
    """Give the sealed report of a day; raises `ConfigurationError` that says which there are."""
    briefing = sealed_briefing(store, calendar, day)
    if briefing is not None:
        return briefing
    days = [report.day for report in store.sealed_reports() if report.calendar == calendar]
    whose = f"of {calendar}'s own reviews" if calendar else "of the programme's reviews"
    known = f"there is {', '.join(days)}" if days else f"none {whose} is kept yet"
    raise ConfigurationError(f"--meeting {day}: no report {whose} on that day is kept; {known}")
