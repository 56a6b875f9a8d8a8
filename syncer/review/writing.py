"""Writes the briefing, from what the file asks for and what the store knows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from syncer.core.period import period
from syncer.core.records import State
from syncer.review.attention import Viewpoint, fallen, findings, light, open_words
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

CARDS = 100
"""Of a key result in one report; a longer list is for `explain`."""

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
    review = okrs.review_of(team)
    objectives = [objective for objective in okrs.objectives if team in (None, objective.team)]
    zone = review.timezone if review else "UTC"
    since = last_meeting(review, now) if review else None
    counted = min(seen, since) if seen and since else since
    views = {
        objective.id: Viewpoint(now, counted, period(objective.period, zone), ZoneInfo(zone))
        for objective in objectives
    }
    shown, ahead, over = _by_time(objectives, views)
    titles = {objective.id: objective.title for objective in okrs.objectives}
    draws = cache(lambda weeks: draw(dice(f"{weeks} weeks"), weeks))
    material = _Material(
        _grouped(histories, now), _up_to(checkins, now), _up_to(changes, now), titles, draws
    )
    return Briefing(
        made_at=now,
        meeting=next_meeting(review, now) if review else None,
        since=since,
        seen=counted,
        timezone=zone,
        teams=_teams(shown, material, views),
        ahead=tuple(objective.title for objective in ahead),
        over=tuple(objective.title for objective in over),
        closings=_closings(shown, material, views, now),
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
    objectives: Sequence[Objective], views: Mapping[str, Viewpoint]
) -> tuple[list[Objective], list[Objective], list[Objective]]:
    """Part the open objectives from those ahead and those over by the last review.

    Where none is open, the last ones stay on the table until there are new ones.
    """
    shown, ahead, over = [], [], []
    for objective in objectives:
        view = views[objective.id]
        if view.period is not None and view.period.begins > view.now:
            ahead.append(objective)
        elif view.period is not None and view.period.ends <= (view.review or view.now):
            over.append(objective)
        else:
            shown.append(objective)
    return (shown, ahead, over) if shown else (over, ahead, [])


def _closings(
    objectives: Iterable[Objective],
    material: _Material,
    views: Mapping[str, Viewpoint],
    now: datetime,
) -> tuple[Closing, ...]:
    """Close what has ended since the last review, each team's periods for themselves."""
    ended: dict[tuple[str, Period], list[KrHistory]] = {}
    for objective in objectives:
        span = views[objective.id].period
        if span is not None and span.ends <= now:
            ended.setdefault((objective.team, span), []).extend(material.krs.get(objective.id, ()))
    return tuple(close(team, span, krs, now) for (team, span), krs in ended.items())


def _teams(
    objectives: Iterable[Objective], material: _Material, views: Mapping[str, Viewpoint]
) -> tuple[TeamBrief, ...]:
    teams: dict[str, list[ObjectiveBrief]] = {}
    for objective in objectives:
        drawn = _objective(objective, material, views[objective.id])
        teams.setdefault(objective.team, []).append(drawn)
    return tuple(TeamBrief(team, tuple(drawn)) for team, drawn in teams.items())


def _objective(objective: Objective, material: _Material, view: Viewpoint) -> ObjectiveBrief:
    checkins = material.checkins.get(objective.id, ())
    mood = confidence(checkins, view.review)
    fell = fallen(objective.id, mood, view)
    pressing = (*((fell,) if fell else ()), *open_words(objective.id, checkins, view))
    krs = (_kr(history, view, material.draws) for history in material.krs.get(objective.id, ()))
    return ObjectiveBrief(
        id=objective.id,
        title=objective.title,
        team=objective.team,
        kind=objective.kind,
        period=objective.period,
        gone=view.period.gone(view.now) if view.period else None,
        parent=material.titles.get(objective.parent) if objective.parent else None,
        findings=pressing,
        changes=_in_period(material.changes.get(objective.id, ()), view),
        confidence=mood,
        note=_note(checkins),
        key_results=tuple(sorted(krs, key=lambda kr: kr.order)),
    )


def _kr(history: KrHistory, view: Viewpoint, draws: Draws) -> KrBrief:
    kr, reading = history.key_result, history.state.reading
    number = outcome(history, view.period, view.review, view.now)
    mood = confidence(history.checkins, view.review)
    pressing = findings(history, number, mood, view)
    start = counted_since(history, view.review)
    ends = view.period.ends if view.period else None
    return KrBrief(
        id=kr.id,
        title=kr.title,
        quality=kr.quality,
        objective=history.objective.id,
        team=history.objective.team,
        light=light(pressing),
        findings=pressing,
        delta=delta(history.entries, reading.progress, start) if reading and start else None,
        changes=_in_period(history.changes, view),
        number=number,
        progress=reading.progress if reading else None,
        unestimated=_unestimated(history),
        cards=_cards(history),
        confidence=mood,
        forecast=forecast(history, view.now, ends, draws),
        note=_note(history.checkins),
        synced_at=synced_at(history),
        problem=problem(history),
        readings=history.readings,
        events=_events(history.entries, start),
    )


def _in_period(changes: tuple[Change, ...], view: Viewpoint) -> tuple[Change, ...]:
    begins = view.period.begins if view.period else None
    return tuple(change for change in changes if begins is None or change.at >= begins)


def _note(checkins: tuple[CheckIn, ...]) -> str:
    """Take the last words that a team said; an older note is history."""
    return checkins[-1].note.strip() if checkins else ""


def _cards(history: KrHistory) -> dict[State, tuple[CardRef, ...]]:
    """Take the cards behind the number, at most a hundred, each state by its share."""
    by_state: dict[State, list[CardRef]] = {
        state: [] for state in (State.DONE, State.REMAINING, State.DROPPED)
    }
    for card in history.state.cards:
        if card.state in by_state:
            by_state[card.state].append(CardRef(card.source, card.key, card.title, card.url))
    total = sum(map(len, by_state.values()))
    share = min(1.0, CARDS / total) if total else 1.0
    return {state: tuple(cards[: int(len(cards) * share)]) for state, cards in by_state.items()}


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
