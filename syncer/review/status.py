"""Where each KR stands now: the rows of `status`, and their JSON as the contract fixes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from syncer.core.records import percent
from syncer.review.delta import Delta, delta
from syncer.review.delta import since as counted_since
from syncer.review.history import until

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from config.okrs import Metric
    from syncer.core.records import CheckIn, Progress, Tally
    from syncer.review.history import KrHistory

NEVER_READ = "not read yet: run okr-sync sync"
NO_LINK = "no link: the file names no cards for it"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """A KR now. `progress` and `since` are None for one never read.

    `confidence` and `value` are the last that the team told, `confidence_before`
    what it had told by the last review; `value` without a check-in is the
    file's. `synced_at` is when all of the KR's sources were last read whole,
    None if one never was. `problem` says why the number is old, or why there is
    none; `stale` is whether it is.
    """

    id: str
    title: str
    objective: str
    team: str
    progress: Progress | None
    since: Delta | None
    confidence: int | None
    confidence_before: int | None
    value: float | None
    metric: Metric | None
    synced_at: datetime | None
    problem: str | None

    @property
    def stale(self) -> bool:
        """Whether the number shown isn't the last run's."""
        return self.problem is not None


def status_row(history: KrHistory, review: datetime | None) -> StatusRow:
    """Draw up one KR; `review` is when the last review meeting was, None for none yet."""
    reading = history.state.reading
    moment = counted_since(history, review) or (reading.at if reading else None)
    kr = history.key_result
    return StatusRow(
        id=kr.id,
        title=kr.title,
        objective=history.objective.id,
        team=history.objective.team,
        progress=reading.progress if reading else None,
        since=delta(history.entries, reading.progress, moment) if reading and moment else None,
        confidence=confidence(history.checkins),
        confidence_before=confidence(until(history.checkins, review)) if review else None,
        value=value(history),
        metric=kr.metric,
        synced_at=synced_at(history),
        problem=problem(history),
    )


def confidence(checkins: Sequence[CheckIn]) -> int | None:
    """Tell the last confidence that the team gave, 0 to 10; None where it never did."""
    scores = (c.confidence for c in reversed(checkins) if c.confidence is not None)
    return next(scores, None)


def value(history: KrHistory) -> float | None:
    """Tell the KR's number as last told, by a check-in or by the file; None if never."""
    numbers = values(history)
    metric = history.key_result.metric
    if numbers:
        return numbers[-1][1]
    return None if metric is None else metric.current


def values(history: KrHistory) -> tuple[tuple[datetime, float], ...]:
    """Give every telling of the KR's number, by the file and by check-ins, oldest first."""
    stated = [(c.at, c.value) for c in history.checkins if c.value is not None]
    return tuple(sorted([*history.reported, *stated], key=lambda stated: stated[0]))


def synced_at(history: KrHistory) -> datetime | None:
    """Tell when all of the KR's sources had last been read whole; None if one never was."""
    sources = {link.source for link in history.key_result.links}
    looks = [history.state.read_at.get(source) for source in sources]
    known = [look for look in looks if look is not None]
    return min(known) if known and len(known) == len(looks) else None


def problem(history: KrHistory) -> str | None:
    """Say why the number is old or missing; None where it is the last run's."""
    if not history.key_result.links:
        return NO_LINK
    return history.state.problem or (None if history.state.reading else NEVER_READ)


def status_json(rows: Iterable[StatusRow]) -> dict[str, Any]:
    """Put the rows as `status --json` prints them (the contract fixes names and shapes)."""
    return {"key_results": [_row(row) for row in rows]}


def instant(moment: datetime) -> str:
    """Write a moment as JSON has it: UTC, whole seconds, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(row: StatusRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "objective": row.objective,
        "team": row.team,
        **counts(row.progress),
        "since_last_review": events(row.since),
        "confidence": row.confidence,
        "value": row.value,
        "synced_at": row.synced_at and instant(row.synced_at),
        "stale": row.stale,
        "problem": row.problem,
    }


def counts(progress: Progress | None) -> dict[str, Any]:
    """Put a KR's counts as the contract's JSON has them: null for one never read."""
    return {
        "done": progress and progress.done,
        "remaining": progress and progress.remaining,
        "dropped": progress and progress.dropped,
        "percent": progress and progress.percent,
        "points": _points(progress),
        "threads": {
            "discovery": _thread(progress.discovery if progress else None),
            "delivery": _thread(progress.delivery if progress else None),
        },
    }


def events(change: Delta | None) -> dict[str, Any] | None:
    """Put what changed as the contract's JSON has it; null for a KR never read."""
    if change is None:
        return None
    return {
        "since": instant(change.since),
        "done": change.done,
        "added": change.added,
        "reopened": change.reopened,
        "dropped": change.dropped,
        "removed": change.removed,
    }


def _points(progress: Progress | None) -> dict[str, Any] | None:
    if progress is None or progress.points is None:
        return None
    points = progress.points
    return {
        "done": points.done,
        "remaining": points.remaining,
        "unestimated": points.unestimated,
    }


def _thread(tally: Tally | None) -> dict[str, Any]:
    if tally is None:
        return {"done": None, "remaining": None, "percent": None}
    share = percent(tally.done, tally.remaining)
    return {"done": tally.done, "remaining": tally.remaining, "percent": share}
