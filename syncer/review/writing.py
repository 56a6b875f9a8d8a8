"""Writes the briefing, from what the file asks for and what the store knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from syncer.core.past import PUT_IN, TAKEN_OUT
from syncer.core.period import period_of
from syncer.core.records import State
from syncer.review.attention import Viewpoint, light, open_words
from syncer.review.briefing import EVENTS, Briefing, CardRef, KrBrief, ObjectiveBrief, TeamBrief
from syncer.review.calendar import last_meeting, next_meeting
from syncer.review.closing import closings
from syncer.review.delta import delta
from syncer.review.forecast import draw, forecast
from syncer.review.freshness import problem, synced_at
from syncer.review.history import KrHistory, as_of, until
from syncer.review.moves import moves
from syncer.review.outcome import confidence, outcome
from syncer.review.reasons import fallen, findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from config.okrs import Objective, Okrs
    from syncer.core.records import Change, CheckIn, Entry, Event
    from syncer.review.forecast import Dice, Draws

CARDS = 100
"""Of a key result in one report; a longer list is for `explain`."""

Line = TypeVar("Line", "CheckIn", "Change")


def brief(
    okrs: Okrs,
    histories: Iterable[KrHistory],
    now: datetime,
    *,
    dice: Callable[[str], Dice],
    team: str | None = None,
    seen: datetime | None = None,
    closed_since: datetime | None = None,
    gone: Iterable[KrHistory] = (),
    checkins: Mapping[str, Sequence[CheckIn]] | None = None,
    changes: Mapping[str, Sequence[Change]] | None = None,
) -> Briefing:
    """Write the briefing as of `now`, which may be long ago: what came later is left out.

    `histories` are the file's KRs', `gone` those of KRs that it once had; `checkins` and
    `changes` are the objectives', by id, oldest first. `dice` makes random numbers from
    a seed, so that the same state gives the same briefing. With a `team` it is about
    that team alone. Changes are counted from `seen`, when the last review's report was
    made, else from that review; what ended after `closed_since`, or then, is closed.
    """
    # A report tells its moment without fractions; asked for it again, it is to be the same.
    review, exactly, now = okrs.review_of(team), now, now.replace(microsecond=0)
    since = last_meeting(review, now) if review else None
    counted = min(seen, since) if seen and since else since
    views = _views(okrs, team, now, (since, counted))
    objectives = [objective for objective in okrs.objectives if objective.id in views]
    known = tuple(as_of(history, exactly) for history in histories)
    past = tuple(as_of(kr, exactly) for kr in gone if team in (None, kr.objective.team))
    draws = cache(lambda weeks: draw(dice(f"{weeks} weeks"), weeks))
    titles = {objective.id: objective.title for objective in okrs.objectives}
    checked_in, edited = _up_to(checkins, exactly), _up_to(changes, exactly)
    material = _Material(_grouped(known), checked_in, edited, titles, draws)
    shown, ahead, over = _by_time(objectives, views)
    every = (*(history for history in known if history.objective.id in views), *past)
    return Briefing(
        made_at=now,
        meeting=next_meeting(review, now) if review else None,
        since=since,
        seen=counted,
        timezone=str(okrs.timezone(team)),
        teams=_teams(shown, material, views),
        ahead=tuple(objective.title for objective in ahead),
        over=tuple(objective.title for objective in over),
        closings=closings(okrs, every, closed_since or counted, exactly),
        moves=moves(every, material.changes, counted, exactly),
        team=team,
    )


_INSTANT = timedelta(microseconds=1)


def _views(
    okrs: Okrs,
    team: str | None,
    now: datetime,
    last: tuple[datetime | None, datetime | None],
) -> dict[str, Viewpoint]:
    """See each objective of the meeting from now, the last two reviews, and its period.

    `last` are the last review and the moment from which changes are counted.
    """
    (since, counted), review = last, okrs.review_of(team)
    before = last_meeting(review, since - _INSTANT) if review and since else None
    return {
        objective.id: Viewpoint(
            now,
            counted,
            period_of(okrs, objective.period, objective.team),
            okrs.timezone(team),
            before,
        )
        for objective in okrs.objectives
        if team in (None, objective.team)
    }


def _up_to(
    lines_by_id: Mapping[str, Sequence[Line]] | None, now: datetime
) -> dict[str, tuple[Line, ...]]:
    return {id_: until(tuple(lines), now) for id_, lines in (lines_by_id or {}).items()}


@dataclass(frozen=True, slots=True)
class _Material:
    """What is known, by objective: KRs, check-ins, changes; and every objective's title."""

    krs: Mapping[str, tuple[KrHistory, ...]]
    checkins: Mapping[str, tuple[CheckIn, ...]]
    changes: Mapping[str, tuple[Change, ...]]
    titles: Mapping[str, str]
    draws: Draws


def _grouped(histories: Iterable[KrHistory]) -> dict[str, tuple[KrHistory, ...]]:
    """Put each objective's KRs together, in their order."""
    out: dict[str, tuple[KrHistory, ...]] = {}
    for history in histories:
        id_ = history.objective.id
        out[id_] = (*out.get(id_, ()), history)
    return out


def _by_time(
    objectives: Sequence[Objective], views: Mapping[str, Viewpoint]
) -> tuple[list[Objective], list[Objective], list[Objective]]:
    """Part the open objectives from those ahead and those whose period is over."""
    shown, ahead, over = [], [], []
    for objective in objectives:
        view = views[objective.id]
        if view.is_open:
            shown.append(objective)
        elif view.period is not None and view.period.begins > view.now:
            ahead.append(objective)
        else:
            over.append(objective)
    return shown, ahead, over


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
    mood = confidence(checkins, view.review, view.review_before)
    fell = fallen(objective.id, mood, view)
    pressing = (*open_words(objective.id, checkins, view), *((fell,) if fell else ()))
    krs = (_kr(history, view, material.draws) for history in material.krs.get(objective.id, ()))
    return ObjectiveBrief(
        id=objective.id,
        title=objective.title,
        team=objective.team,
        kind=objective.kind,
        period=objective.period,
        gone=view.period.gone(view.now) if view.period else None,
        span=view.period,
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
    mood = confidence(history.checkins, view.review, view.review_before)
    outlook = forecast(history, view.now, view.period, draws)
    pressing = findings(history, number, mood, outlook, view)
    start = view.review or (history.readings[0].at if history.readings else None)
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
        forecast=outlook,
        note=_note(history.checkins),
        synced_at=synced_at(history),
        problem=problem(history),
        readings=history.readings,
        events=_events(history.entries, start),
        tools=history.tools,
    )


def _in_period(changes: tuple[Change, ...], view: Viewpoint) -> tuple[Change, ...]:
    begins = view.period.begins if view.period else None
    edits = (change for change in changes if change.field not in {PUT_IN, TAKEN_OUT})
    return tuple(change for change in edits if begins is None or change.at >= begins)


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
