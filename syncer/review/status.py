"""Where each KR stands now: the rows of `status`, and their JSON, whose names are a promise."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from syncer.core.records import percent
from syncer.review.attention import FindingKind, light
from syncer.review.delta import Delta, delta
from syncer.review.delta import since as counted_since
from syncer.review.forecast import NoForecast
from syncer.review.freshness import confidence, problem, remark, synced_at, value
from syncer.review.history import until
from syncer.review.outcome import confidence as scores
from syncer.review.outcome import outcome
from syncer.review.reasons import findings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from config.okrs import Metric
    from syncer.core.records import Progress, Reading, Tally
    from syncer.review.attention import Finding, Light, Viewpoint
    from syncer.review.forecast import Forecast
    from syncer.review.history import KrHistory


class StatusRow(NamedTuple):
    """A KR now. `progress` and `since` are None for one never read.

    `confidence` and `value` are the last that the team told, `confidence_before`
    what it had told by the last review; `value` without a check-in is the
    file's. `synced_at` is when all of the KR's sources were last read whole,
    None if one never was. `problem` says why the number is old, or why there is
    none; `stale` is whether it is; `remark` what else should be known of its reading,
    None for nothing. `light` is None where the KR's `period` isn't on;
    `closed` is whether that is over. `findings` are what the light comes from, and
    the team's asks and risks.
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
    period: str = ""
    closed: bool = False
    light: Light | None = None
    findings: tuple[Finding, ...] = ()
    remark: str | None = None

    @property
    def stale(self) -> bool:
        """Whether the number shown isn't the last run's."""
        return self.problem is not None


def status_row(
    history: KrHistory, view: Viewpoint, outlook: Forecast | NoForecast | None = None
) -> StatusRow:
    """Draw up one KR, seen from now and the last review meetings."""
    reading, review = history.state.reading, view.review
    moment = counted_since(history, review) or (reading.at if reading else None)
    kr = history.key_result
    closed = view.period is not None and view.period.ends <= view.now
    pressing = _findings(history, view, outlook) if view.is_open else ()
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
        problem=None if closed else problem(history),
        period=history.objective.period,
        closed=closed,
        light=light(pressing) if view.is_open else None,
        findings=pressing,
        remark=None if closed else remark(history),
    )


def _findings(
    history: KrHistory, view: Viewpoint, outlook: Forecast | NoForecast | None
) -> tuple[Finding, ...]:
    number = outcome(history, view.period, view.review, view.now)
    mood = scores(history.checkins, view.review, view.review_before)
    return findings(history, number, mood, outlook or NoForecast(""), view)


def status_json(rows: Iterable[StatusRow]) -> dict[str, Any]:
    """Put the rows as `status --json` prints them (names and shapes are a promise)."""
    return {"key_results": [_row(row) for row in rows]}


def instant(moment: datetime) -> str:
    """Write a moment as JSON has it: UTC, whole seconds, with a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def instant_or_none(moment: datetime | None) -> str | None:
    """Write a moment that may not have been."""
    return None if moment is None else instant(moment)


def reading_json(reading: Reading) -> dict[str, Any]:
    """Put a reading as `history --json` and the report's document have it."""
    progress = reading.progress
    return {
        "at": instant(reading.at),
        "done": progress.done,
        "remaining": progress.remaining,
        "dropped": progress.dropped,
        "percent": progress.percent,
        "rebuilt": reading.rebuilt,
    }


def _row(row: StatusRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "objective": row.objective,
        "team": row.team,
        **counts(row.progress),
        "since_last_review": events(row.since),
        "confidence": row.confidence,
        "value": row.value,
        "synced_at": instant_or_none(row.synced_at),
        "stale": row.stale,
        "problem": row.problem,
        "period": row.period,
        "closed": row.closed,
        "light": _light(row),
        **({"remark": row.remark} if row.remark else {}),
    }


def _light(row: StatusRow) -> dict[str, Any] | None:
    """Put the light with its reasons, and what the team says; null where the period isn't on."""
    if row.light is None:
        return None
    asks = (FindingKind.ASK, FindingKind.RISK)
    return {
        "state": row.light.name.lower(),
        "reasons": [_reason(finding) for finding in row.findings if finding.kind not in asks],
        "asks": [_reason(finding) for finding in row.findings if finding.kind is FindingKind.ASK],
        "risks": [_reason(finding) for finding in row.findings if finding.kind is FindingKind.RISK],
    }


def _reason(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind.name.lower(),
        "text": finding.text,
        "since": instant_or_none(finding.since),
    }


def counts(progress: Progress | None) -> dict[str, Any]:
    """Put a KR's counts as the JSON has them: null for one never read."""
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
    """Put what changed as the JSON has it; null for a KR never read."""
    if change is None:
        return None
    return {
        "since": instant(change.since),
        "done": change.done,
        "added": change.added,
        "reopened": change.reopened,
        "dropped": change.dropped,
        "removed": change.removed,
        "linked": change.linked,
        "unlinked": change.unlinked,
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
