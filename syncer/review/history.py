"""All that a review may look back on for one KR, and the same as it was at an earlier moment."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from syncer.core.records import KrState

if TYPE_CHECKING:
    from datetime import datetime

    from config.okrs import KeyResult, Objective
    from syncer.core.outbox import ToolStanding
    from syncer.core.past import ReadSpan
    from syncer.core.records import Change, CheckIn, Entry, Reading


class _Dated(Protocol):
    @property
    def at(self) -> datetime: ...  # pragma: no cover


_Line = TypeVar("_Line", bound=_Dated)


@dataclass(frozen=True, slots=True)
class KrHistory:
    """A KR, what the store knows of it now, and how it came there; each list oldest first.

    `checkins` and `changes` are the KR's own; those of its objective are given
    to the briefing apart. `reported` are the KR's numbers as the file has them,
    and when that was first seen. `spans` are when its sources were read well and
    when not. `tools` are where its number stands in OKR tools. `taken_out_at` is when
    it left the file, None for one that is in it.
    """

    objective: Objective
    key_result: KeyResult
    state: KrState = field(default_factory=KrState)
    readings: tuple[Reading, ...] = ()
    entries: tuple[Entry, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    changes: tuple[Change, ...] = ()
    reported: tuple[tuple[datetime, float], ...] = ()
    spans: tuple[ReadSpan, ...] = ()
    tools: tuple[ToolStanding, ...] = ()
    taken_out_at: datetime | None = None


def as_of(history: KrHistory, moment: datetime) -> KrHistory:
    """Show a KR as it was known at an earlier moment; what came later is left out.

    What later looks found unchanged is taken as looked at by then. Which problem
    there was isn't kept, nor are the cards behind the number.
    """
    readings = until(history.readings, moment)
    state = history.state
    if any(at > moment for at in state.read_at.values()):
        looks = {source: min(at, moment) for source, at in state.read_at.items()}
        state = KrState(readings[-1], read_at=looks) if readings else KrState()
    return replace(
        history,
        key_result=_targeted(history, moment),
        state=state,
        readings=readings,
        entries=until(history.entries, moment),
        checkins=until(history.checkins, moment),
        changes=until(history.changes, moment),
        tools=until(history.tools, moment),
        reported=tuple((at, value) for at, value in history.reported if at <= moment),
    )


def until(lines: tuple[_Line, ...], moment: datetime) -> tuple[_Line, ...]:
    """Keep what had happened by a moment, the moment itself included."""
    return tuple(line for line in lines if line.at <= moment)


def _targeted(history: KrHistory, moment: datetime) -> KeyResult:
    """Put back what the first change of it after the moment replaced.

    A number that the file had only later wasn't known either.
    """
    kr, metric = history.key_result, history.key_result.metric
    if metric and history.reported and history.reported[0][0] > moment:
        metric = metric.model_copy(update={"current": None})
    texts: dict[str, str | None] = {}
    for change in reversed(history.changes):
        if change.at <= moment:
            continue
        if change.field in ("title", "quality"):
            texts[change.field] = change.before or None
        elif metric and change.field in ("start", "target", "unit"):
            with suppress(ValueError):
                before = change.before if change.field == "unit" else float(change.before)
                metric = metric.model_copy(update={change.field: before})
    return kr.model_copy(update={"metric": metric, **texts})
