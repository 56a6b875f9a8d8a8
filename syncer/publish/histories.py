"""What the readers read: every KR's history out of the store, as it was known at a moment."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from pydantic import ValidationError

from config.okrs import KeyResult, Metric, Objective
from config.sources import Link
from syncer.core.ledger import state_after
from syncer.core.outbox import tool_standings
from syncer.core.period import period_of
from syncer.core.records import KrState
from syncer.review.attention import Viewpoint
from syncer.review.calendar import last_meeting
from syncer.review.history import KrHistory, until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.core.outbox import ToolStanding
    from syncer.core.past import DefinedKr, DefinedObjective, ReadSpan
    from syncer.core.records import Change, CheckIn, Entry, JudgedCard, Reading
    from syncer.store.store import Store

Line = TypeVar("Line", "CheckIn", "Change")
_INSTANT = timedelta(microseconds=1)


class KnownThen(NamedTuple):
    """All that was known at a moment.

    `okrs` is the file with the objectives that it had then. `histories` are its KRs',
    in its order, `gone` those of KRs that had left it. `checkins` and `changes` are of
    every subject.
    """

    okrs: Okrs
    histories: tuple[KrHistory, ...]
    gone: tuple[KrHistory, ...]
    checkins: Mapping[str, Sequence[CheckIn]]
    changes: Mapping[str, Sequence[Change]]


def known_then(
    store: Store,
    okrs: Okrs,
    moment: datetime,
    *,
    cards: bool = False,
    as_filed: bool = False,
    only: str | None = None,
) -> KnownThen:
    """Read all that was known at a moment, in one and the same look at the store.

    `cards` brings the cards behind the numbers. With `as_filed` the objectives are
    those of the file, though no run has seen it yet. `only` one KR's history is read
    where the others' aren't needed.
    """
    with store.snapshot() as seen:
        objectives = seen.defined_objectives(moment)
        krs = [kr for kr in seen.defined(moment) if only in (None, kr.id)]
        okrs = okrs if only is None else _alone(okrs, only)
        ids = tuple(dict.fromkeys([kr.id for kr in krs] + [kr.id for _, kr in okrs.key_results()]))
        past = _StoredPast(
            seen.readings_of(ids, None, moment),
            seen.ledger_of(ids, None, moment),
            seen.read_spans(ids, moment),
            {kr: state.cards for kr, state in seen.states(ids).items()} if cards else {},
            seen.past_cards(ids, moment) if cards else {},
            _by_subject(seen.checkins(None, None, moment)),
            _by_subject(until(seen.changes(), moment)),
            seen.reported_values(ids),
            tool_standings(seen.target_statuses(moment), _places(okrs)),
        )
    then = okrs if as_filed else _as_defined(okrs, objectives, krs, past.reported)
    filed = {kr.id for _, kr in then.key_results()}
    by_id = {objective.id: objective for objective in (*_objectives(objectives), *then.objectives)}
    return KnownThen(
        then,
        tuple(past.history(objective, kr, moment) for objective, kr in then.key_results()),
        tuple(
            replace(
                past.history(by_id[kr.objective], _key_result(kr), moment),
                taken_out_at=kr.taken_out_at,
            )
            for kr in krs
            if kr.id not in filed and kr.objective in by_id
        ),
        past.checkins,
        past.changes,
    )


class _StoredPast(NamedTuple):
    """What the store has of each KR, and of each objective, up to a moment."""

    readings: Mapping[str, tuple[Reading, ...]]
    entries: Mapping[str, tuple[Entry, ...]]
    spans: Mapping[str, tuple[ReadSpan, ...]]
    cards: Mapping[str, tuple[JudgedCard, ...]]
    past_cards: Mapping[str, tuple[JudgedCard, ...]]
    checkins: Mapping[str, Sequence[CheckIn]]
    changes: Mapping[str, Sequence[Change]]
    reported: Mapping[str, tuple[tuple[datetime, float], ...]]
    tools: Mapping[str, tuple[ToolStanding, ...]]

    def history(self, objective: Objective, kr: KeyResult, moment: datetime) -> KrHistory:
        """Give a KR's history."""
        return KrHistory(
            objective=objective,
            key_result=kr,
            state=self._state(kr),
            readings=self.readings.get(kr.id, ()),
            entries=self.entries.get(kr.id, ()),
            checkins=tuple(self.checkins.get(kr.id, ())),
            changes=tuple(self.changes.get(kr.id, ())),
            reported=tuple(
                (at, value) for at, value in self.reported.get(kr.id, ()) if at <= moment
            ),
            spans=self.spans.get(kr.id, ()),
            tools=self.tools.get(kr.id, ()),
        )

    def _state(self, kr: KeyResult) -> KrState:
        readings, spans = self.readings.get(kr.id, ()), self.spans.get(kr.id, ())
        if not spans and not readings:
            return KrState()
        last = spans[-1] if spans else None
        failing = last if last is not None and last.problem is not None else None
        sources = {link.source for link in kr.links}
        return KrState(
            readings[-1] if readings else None,
            self._cards(kr.id),
            {s.source: s.ended for s in spans if s.problem is None and s.source in sources},
            failing.problem if failing else None,
            failing.began if failing else None,
        )

    def _cards(self, kr: str) -> tuple[JudgedCard, ...]:
        """Give the cards as they were; which of them counted is what the ledger says."""
        then = {(card.source, card.id): card for card in self.cards.get(kr, ())}
        then |= {(card.source, card.id): card for card in self.past_cards.get(kr, ())}
        states = {(entry.source, entry.id): state_after(entry) for entry in self.entries[kr]}
        return tuple(card for key, card in sorted(then.items()) if states.get(key) is card.state)


def _alone(okrs: Okrs, only: str) -> Okrs:
    """Give the file with all of its objectives, and one key result."""
    objectives = tuple(
        objective.model_copy(
            update={"key_results": tuple(kr for kr in objective.key_results if kr.id == only)}
        )
        for objective in okrs.objectives
    )
    return okrs.model_copy(update={"objectives": objectives})


def _places(okrs: Okrs) -> dict[str, set[tuple[str, str]]]:
    """Give the places that each KR of the file is written to."""
    return {kr.id: {(p.store, p.id) for p in kr.write_to} for _, kr in okrs.key_results()}


def _as_defined(
    okrs: Okrs,
    objectives: Iterable[DefinedObjective],
    krs: Iterable[DefinedKr],
    reported: Mapping[str, tuple[tuple[datetime, float], ...]],
) -> Okrs:
    """Give the file with the objectives as the store defines them; as it is where it has none."""
    krs = tuple(krs)
    filed = {kr.id: kr for _, kr in okrs.key_results()}
    built = []
    for objective in _objectives(o for o in objectives if o.taken_out_at is None):
        own = [kr for kr in krs if kr.objective == objective.id and kr.taken_out_at is None]
        key_results = tuple(
            _key_result(kr, filed.get(kr.id), alone=not reported.get(kr.id)) for kr in own
        )
        built.append(objective.model_copy(update={"key_results": key_results}))
    return okrs.model_copy(update={"objectives": tuple(built)}) if built else okrs


def _objectives(defined: Iterable[DefinedObjective]) -> list[Objective]:
    names = ("id", "title", "team", "period", "kind", "parent")
    rows: list[dict[str, Any]] = [{name: getattr(row, name) for name in names} for row in defined]
    return [Objective.model_construct(**row, key_results=()) for row in rows]


def _key_result(kr: DefinedKr, filed: KeyResult | None = None, *, alone: bool = False) -> KeyResult:
    """Give a KR as it was defined; `filed` is how the file has it, for what only that says.

    With `alone` nobody else knows its number.
    """
    metric = None
    if kr.start is not None and kr.target is not None:
        current = filed.metric.current if alone and filed and filed.metric else None
        metric = Metric.model_construct(
            start=kr.start, target=kr.target, current=current, unit=kr.unit
        )
    built: dict[str, Any] = {"metric": metric, "quality": kr.quality or None, "counting": None}
    known = KeyResult.model_construct(id=kr.id, title=kr.title, links=_links(kr.links), **built)
    if filed is None:
        return known
    return filed.model_copy(update={"title": kr.title, "links": known.links, **built})


def _links(text: str) -> tuple[Link, ...]:
    """Read the links as the store has them; one of another version of ours is left out."""
    try:
        return tuple(Link.model_validate(link) for link in json.loads(text or "[]"))
    except (ValueError, ValidationError):
        return ()


def viewpoints(okrs: Okrs, now: datetime, objectives: Iterable[Objective]) -> dict[str, Viewpoint]:
    """Give by objective how it is seen from now: by its team's last reviews and its period."""
    out = {}
    for objective in objectives:
        review = okrs.review_of(objective.team)
        last = last_meeting(review, now) if review else None
        before = last_meeting(review, last - _INSTANT) if review and last else None
        span = period_of(okrs, objective.period, objective.team)
        zone = okrs.timezone(objective.team)
        out[objective.id] = Viewpoint(now, last, span, zone, before)
    return out


def histories(
    store: Store, okrs: Okrs, *, since: datetime | None = None, cards: bool = False
) -> tuple[KrHistory, ...]:
    """Every KR's history, in the file's order, all of one and the same moment.

    `since` leaves out ledger entries up to then, and `cards` brings the cards
    behind the numbers: reminders need neither the old nor the many.
    """
    ids = [kr.id for _, kr in okrs.key_results()]
    with store.snapshot() as seen:
        states = seen.states(ids) if cards else seen.summaries(ids)
        readings = seen.readings_of(ids)
        entries = seen.ledger_of(ids, since)
        checkins = _by_subject(seen.checkins())
        changes = _by_subject(seen.changes())
        reported = seen.reported_values(ids)
    return tuple(
        KrHistory(
            objective=objective,
            key_result=kr,
            state=states[kr.id],
            readings=readings[kr.id],
            entries=entries[kr.id],
            checkins=tuple(checkins.get(kr.id, ())),
            changes=tuple(changes.get(kr.id, ())),
            reported=reported.get(kr.id, ()),
        )
        for objective, kr in okrs.key_results()
    )


def _by_subject(lines: Iterable[Line]) -> dict[str, list[Line]]:
    out: dict[str, list[Line]] = {}
    for line in lines:
        out.setdefault(line.subject, []).append(line)
    return out
