"""Writes the briefing, from what the file asks for and what the store knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from syncer.core.period import period
from syncer.core.records import State
from syncer.review.attention import Moment, fallen, findings, light, said
from syncer.review.briefing import EVENTS, Briefing, CardRef, KrBrief, ObjectiveBrief, TeamBrief
from syncer.review.calendar import last_meeting, next_meeting
from syncer.review.closing import close
from syncer.review.delta import delta
from syncer.review.delta import since as counted_since
from syncer.review.forecast import draw, forecast
from syncer.review.history import KrHistory, as_of, until
from syncer.review.outcome import confidence, outcome
from syncer.review.status import problem, synced_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from config.okrs import Objective, Okrs
    from syncer.core.period import Period
    from syncer.core.records import Change, CheckIn, Entry, Event
    from syncer.review.closing import Closing
    from syncer.review.forecast import Dice, Draws

Said = TypeVar("Said", "CheckIn", "Change")


def brief(
    okrs: Okrs,
    histories: Iterable[KrHistory],
    now: datetime,
    *,
    dice: Callable[[str], Dice],
    team: str | None = None,
    seen: datetime | None = None,
    checkins: Mapping[str, Sequence[CheckIn]] | None = None,
    changes: Mapping[str, Sequence[Change]] | None = None,
) -> Briefing:
    """Write the briefing as of `now`, which may be long ago: what came later is left out.

    `histories` are the KRs'; `checkins` and `changes` those of objectives, by
    id, oldest first. `dice` makes random numbers from a seed (`random.Random`),
    so that the same state gives the same briefing. With a `team` it is for that
    team's own meeting, and about its objectives alone. Changes are counted from
    `seen`, when the last review's report was made, else from that review.
    """
    review = (okrs.reviews.get(team) if team else None) or okrs.review
    objectives = [one for one in okrs.objectives if team in (None, one.team)]
    zone = review.timezone if review else "UTC"
    since = last_meeting(review, now) if review else None
    counted = min(seen, since) if seen and since else since
    moments = {
        one.id: Moment(now, counted, period(one.period, zone), ZoneInfo(zone)) for one in objectives
    }
    shown, ahead, over = _by_time(objectives, moments)
    titles = {one.id: one.title for one in okrs.objectives}
    draws = cache(lambda weeks: draw(dice(f"{weeks} weeks"), weeks))
    material = _Material(
        _grouped(histories, now), _up_to(checkins, now), _up_to(changes, now), titles, draws
    )
    teams: dict[str, list[ObjectiveBrief]] = {}
    for one in shown:
        teams.setdefault(one.team, []).append(_objective(one, material, moments[one.id]))
    return Briefing(
        made_at=now,
        meeting=next_meeting(review, now) if review else None,
        since=since,
        seen=counted,
        timezone=zone,
        teams=tuple(TeamBrief(team, tuple(made)) for team, made in teams.items()),
        ahead=tuple(one.title for one in ahead),
        over=tuple(one.title for one in over),
        closings=_closings(shown, material, moments, now),
        team=team,
    )


def _up_to(told: Mapping[str, Sequence[Said]] | None, now: datetime) -> dict[str, tuple[Said, ...]]:
    return {id_: until(tuple(lines), now) for id_, lines in (told or {}).items()}


@dataclass(frozen=True, slots=True)
class _Material:
    """What is known, by objective: KRs, check-ins, changes; and every objective's title."""

    krs: Mapping[str, tuple[KrHistory, ...]]
    checkins: Mapping[str, tuple[CheckIn, ...]]
    changes: Mapping[str, tuple[Change, ...]]
    titles: Mapping[str, str]
    draws: Draws


def _grouped(histories: Iterable[KrHistory], now: datetime) -> dict[str, tuple[KrHistory, ...]]:
    """Put each objective's KRs together, in their order, as they were known then."""
    out: dict[str, tuple[KrHistory, ...]] = {}
    for history in histories:
        id_ = history.objective.id
        out[id_] = (*out.get(id_, ()), as_of(history, now))
    return out


def _by_time(
    objectives: Sequence[Objective], moments: Mapping[str, Moment]
) -> tuple[list[Objective], list[Objective], list[Objective]]:
    """Part the open objectives from those ahead and those over by the last review.

    Where none is open, the last ones stay on the table until there are new ones.
    """
    shown, ahead, over = [], [], []
    for one in objectives:
        moment = moments[one.id]
        if moment.period is not None and moment.period.begins > moment.now:
            ahead.append(one)
        elif moment.period is not None and moment.period.ends <= (moment.review or moment.now):
            over.append(one)
        else:
            shown.append(one)
    return (shown, ahead, over) if shown else (over, ahead, [])


def _closings(
    objectives: Iterable[Objective],
    material: _Material,
    moments: Mapping[str, Moment],
    now: datetime,
) -> tuple[Closing, ...]:
    """Close what has ended since the last review, each team's periods for themselves."""
    ended: dict[tuple[str, Period], list[KrHistory]] = {}
    for one in objectives:
        span = moments[one.id].period
        if span is not None and span.ends <= now:
            ended.setdefault((one.team, span), []).extend(material.krs.get(one.id, ()))
    return tuple(close(team, span, krs, now) for (team, span), krs in ended.items())


def _objective(one: Objective, material: _Material, moment: Moment) -> ObjectiveBrief:
    told = material.checkins.get(one.id, ())
    mood = confidence(told, moment.review)
    fell = fallen(one.id, mood, moment)
    found = (*((fell,) if fell else ()), *said(one.id, told, moment))
    krs = (_kr(history, moment, material.draws) for history in material.krs.get(one.id, ()))
    return ObjectiveBrief(
        id=one.id,
        title=one.title,
        team=one.team,
        kind=one.kind,
        period=one.period,
        gone=moment.period.gone(moment.now) if moment.period else None,
        parent=material.titles.get(one.parent) if one.parent else None,
        findings=found,
        changes=_in_period(material.changes.get(one.id, ()), moment),
        confidence=mood,
        note=_note(told),
        key_results=tuple(sorted(krs, key=lambda kr: kr.order)),
    )


def _kr(history: KrHistory, moment: Moment, draws: Draws) -> KrBrief:
    kr, reading = history.key_result, history.state.reading
    number = outcome(history, moment.period, moment.review, moment.now)
    mood = confidence(history.checkins, moment.review)
    found = findings(history, number, mood, moment)
    start = counted_since(history, moment.review)
    ends = moment.period.ends if moment.period else None
    return KrBrief(
        id=kr.id,
        title=kr.title,
        quality=kr.quality,
        objective=history.objective.id,
        team=history.objective.team,
        light=light(found),
        findings=found,
        delta=delta(history.entries, reading.progress, start) if reading and start else None,
        changes=_in_period(history.changes, moment),
        number=number,
        progress=reading.progress if reading else None,
        unestimated=_unestimated(history),
        confidence=mood,
        forecast=forecast(history, moment.now, ends, draws),
        note=_note(history.checkins),
        synced_at=synced_at(history),
        problem=problem(history),
        readings=history.readings,
        events=_events(history.entries, start),
    )


def _in_period(changes: tuple[Change, ...], moment: Moment) -> tuple[Change, ...]:
    begins = moment.period.begins if moment.period else None
    return tuple(change for change in changes if begins is None or change.at >= begins)


def _note(checkins: tuple[CheckIn, ...]) -> str:
    """Take the last words that a team said; an older note is history."""
    return checkins[-1].note.strip() if checkins else ""


def _unestimated(history: KrHistory) -> tuple[CardRef, ...]:
    reading = history.state.reading
    if reading is None or reading.progress.points is None:
        return ()
    counted = (State.DONE, State.REMAINING)
    cards = (c for c in history.state.cards if c.points is None and c.state in counted)
    return tuple(CardRef(c.source, c.key, c.title, c.url) for c in cards)


def _events(entries: Iterable[Entry], since: datetime | None) -> dict[Event, tuple[CardRef, ...]]:
    """Take the cards behind the delta, by event, in the order of the ledger."""
    out: dict[Event, dict[tuple[str, str], CardRef]] = {event: {} for event in EVENTS}
    for e in entries:
        if since is not None and e.at > since:
            out[e.event][e.source, e.id] = CardRef(e.source, e.key, e.title, e.url)
    return {event: tuple(cards.values()) for event, cards in out.items()}
