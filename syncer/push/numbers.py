"""Which numbers go out now, and what is said with them: what the review knows, for the tools."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from connectors.okr_tool import NumberKind
from syncer.core.outbox import WriteTarget
from syncer.core.period import period_of
from syncer.core.push import OutgoingNumber
from syncer.core.push_note import EVENTS, NoteFacts
from syncer.core.records import Event
from syncer.publish.making import briefing_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from config.okrs import KeyResult, Objective, Okrs
    from config.stores import WriteTo
    from syncer.core.records import Progress
    from syncer.review.briefing import KrBrief
    from syncer.store.store import Store


@dataclass(frozen=True, slots=True)
class PushNumber:
    """One number for one place in a tool.

    `at` is when it was read and `day` of which day by the teams' clock it is;
    `facts` are for the note, None where there is to be none.
    """

    target: WriteTarget
    outgoing: OutgoingNumber
    at: datetime
    day: str
    facts: NoteFacts | None
    about: Mapping[str, object]


def push_numbers(
    store: Store,
    okrs: Okrs,
    now: datetime,
    *,
    tool: str | None = None,
    kr: str | None = None,
    progress: Mapping[str, Progress] | None = None,
) -> tuple[PushNumber, ...]:
    """Give all numbers that go to tools now, in the file's order; of one tool or KR if named.

    What a period has closed, or not begun, goes nowhere (rule 12). `progress` is what a
    dry run would have written, by KR.
    """
    destinations = [
        _Destination(objective, key_result, destination)
        for objective, key_result in okrs.key_results()
        for destination in key_result.write_to
        if tool in (None, destination.store)
        and (kr is None or kr.casefold() == key_result.id.casefold())
        and _is_open(okrs, objective, now)
    ]
    if not destinations:
        return ()
    moment = _latest(store, [update.key_result.id for update in destinations], now)
    briefs = {brief.id: brief for brief in briefing_of(store, okrs, moment).key_results}
    return tuple(
        _number(okrs, destination, _updated(briefs[destination.key_result.id], progress), now)
        for destination in destinations
        if destination.key_result.id in briefs
    )


def _latest(store: Store, krs: list[str], now: datetime) -> datetime:
    """Give the present, which by another machine's clock may be a little later than by ours.

    As of a moment before the last reading the number would be the one before it.
    """
    readings = [state.reading for state in store.summaries(krs).values()]
    return max([now, *(reading.at for reading in readings if reading)])


class _Destination(NamedTuple):
    """Where one number goes, and what it is about."""

    objective: Objective
    key_result: KeyResult
    write_to: WriteTo


def _is_open(okrs: Okrs, objective: Objective, now: datetime) -> bool:
    span = period_of(okrs, objective.period, objective.team)
    return span is None or span.begins <= now < span.ends


def _updated(brief: KrBrief, progress: Mapping[str, Progress] | None) -> KrBrief:
    if progress is None or brief.id not in progress:
        return brief
    return replace(brief, progress=progress[brief.id])


def _number(okrs: Okrs, destination: _Destination, brief: KrBrief, now: datetime) -> PushNumber:
    objective, write_to = destination.objective, destination.write_to
    kind = NumberKind(write_to.number)
    light = brief.light.name.lower()
    told_at = brief.number.told_at if brief.number and kind is NumberKind.VALUE else None
    at = told_at or brief.synced_at or now
    local = at.astimezone(okrs.timezone(objective.team))
    return PushNumber(
        target=WriteTarget(brief.id, write_to.store, write_to.id),
        outgoing=_outgoing(brief, kind, light if write_to.status else None),
        at=at,
        day=local.date().isoformat(),
        facts=_facts(okrs, brief, kind, local, titles=write_to.titles) if write_to.note else None,
        about={
            "key_result": {
                "id": brief.id,
                "title": brief.title,
                "objective": objective.id,
                "team": objective.team,
                "period": objective.period,
            },
            "cards": _cards(brief.progress),
            "light": light,
        },
    )


def _outgoing(brief: KrBrief, kind: NumberKind, light: str | None) -> OutgoingNumber:
    progress, number = brief.progress, brief.number
    match kind:
        case NumberKind.PERCENT:
            percent = progress.percent if progress else None
            return OutgoingNumber(percent, kind, light, start=0.0, target=100.0)
        case NumberKind.DONE:
            done = float(progress.done) if progress else None
            return OutgoingNumber(done, kind, light, start=0.0)
        case NumberKind.REMAINING:
            return OutgoingNumber(float(progress.remaining) if progress else None, kind, light)
        case NumberKind.VALUE:
            if number is None:
                return OutgoingNumber(None, kind, light)
            return OutgoingNumber(number.value, kind, light, number.start, number.target)


def _cards(progress: Progress | None) -> dict[str, int] | None:
    if progress is None:
        return None
    return {
        "done": progress.done,
        "remaining": progress.remaining,
        "dropped": progress.dropped,
    }


def _facts(
    okrs: Okrs, brief: KrBrief, kind: NumberKind, read_at: datetime, *, titles: bool
) -> NoteFacts | None:
    """Gather what the note says; None for a key result whose cards were never counted."""
    if brief.progress is None:
        return None
    delta, number = brief.delta, brief.number
    zone = read_at.tzinfo
    return NoteFacts(
        done=brief.progress.done,
        remaining=brief.progress.remaining,
        events={event: getattr(delta, event.value) for event in EVENTS} if delta else {},
        since=delta.since.astimezone(zone) if delta else None,
        read_at=read_at,
        confidence=brief.confidence.score,
        confidence_before=brief.confidence.before,
        value=number.value if number and kind is NumberKind.VALUE else None,
        unit=number.unit if number else "",
        titles=tuple(card.title for card in brief.events.get(Event.DONE, ())) if titles else (),
        link=okrs.report_url or "",
    )
