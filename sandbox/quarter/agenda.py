"""What the demo does besides the work: its credentials, its check-ins, the moments of its syncs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sandbox.quarter import jira_stage, trello_stage
from sandbox.quarter.batches import read
from sandbox.quarter.working_hours import NOW, dice

FIRST_MONDAY = datetime(2026, 10, 5, 14, tzinfo=UTC)
WEEKS = 7
NOTHING = (None,) * WEEKS
SYNCS = ("10-05", "10-12", "10-19", "10-26", "11-02", "11-09", "11-12", "11-16", "11-19")


class TeamCheckIn(NamedTuple):
    """What a team said of a KR or an objective; None and "" where it said nothing."""

    at: datetime
    subject: str
    confidence: int | None = None
    value: float | None = None
    note: str = ""
    risk: str = ""
    ask: str = ""


def checkins() -> list[TeamCheckIn]:
    """Return the quarter's check-ins until now, in order."""
    all_checkins = [
        each
        for subject, written in read("checkins.yaml").items()
        for week in range(1, WEEKS + 1)
        if (each := _said(subject, written, week)) is not None
    ]
    return sorted(all_checkins, key=lambda each: (each.at, each.subject))


def _said(subject: str, written: dict[str, Any], week: int) -> TeamCheckIn | None:
    confidence = written.get("confidence", NOTHING)[week - 1]
    value = written.get("value", NOTHING)[week - 1]
    words = written.get("said", {}).get(week, {})
    if confidence is None and value is None and not words:
        return None
    at = FIRST_MONDAY + timedelta(weeks=week - 1, minutes=dice(subject) % 120)
    return TeamCheckIn(at, subject, confidence, None if value is None else float(value), **words)


def credentials() -> dict[str, str]:
    """Return the environment with which the demo's okrs.yaml reaches both services."""
    return {
        "OKR_SYNC_SOURCES__JIRA__EMAIL": jira_stage.EMAIL,
        "OKR_SYNC_SOURCES__JIRA__TOKEN": jira_stage.TOKEN,
        "OKR_SYNC_SOURCES__TRELLO__KEY": trello_stage.KEY,
        "OKR_SYNC_SOURCES__TRELLO__TOKEN": trello_stage.TOKEN,
    }


def moments() -> list[datetime]:
    """Return when the demo syncs: weekly, on the morning of each review, and now."""
    mornings = [datetime.fromisoformat(f"2026-{day}T06:15:00+00:00") for day in SYNCS]
    return [*mornings, NOW]
