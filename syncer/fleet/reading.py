"""A source's job: read it whole, and decide on the KRs that are linked to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from config.access import access
from connectors.base import Pull
from connectors.errors import LimitedError, SourceError, TransientError
from syncer.core.fleet import SourceState
from syncer.core.plan import as_stored, plan
from syncer.core.records import Fail, Refuse, Write
from syncer.core.spanning import as_far_as_read, first_part, whole_now
from syncer.core.touched import loaded
from syncer.fleet.sites import site_of
from syncer.known_cards import recalled
from syncer.run import decide_all, pull

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from config.settings import Settings
    from connectors.clock import Clock
    from connectors.throttle import Traffic
    from syncer.core.plan import Plan
    from syncer.core.records import Decision, KrState
    from syncer.fleet.files import OkrsFile
    from syncer.store.store import Store

log = logging.getLogger(__name__)

LAG = timedelta(minutes=10)
"""For so long after an edit a machine may still have the edition before it."""

BEHIND = timedelta(seconds=30)
TRIES = (timedelta(seconds=30), timedelta(minutes=2))
"""How long after a failure a source is tried again, before the failure is the KRs'."""


@dataclass(frozen=True, slots=True)
class JobResult:
    """What came of a job: when to do it again, None for at its time, and whether it wrote.

    `attempt` is the number of that next try in a row. `problem` is what to tell the operator.
    """

    again_at: datetime | None = None
    attempt: int = 0
    wrote: bool = False
    problem: str = ""


@dataclass(frozen=True)
class SourceJob:
    """One source of one okrs.yaml, to be read once; `checked` raises where the job was taken back.

    The caller has nothing locked; who reads the same source elsewhere is a `LockedError`.
    """

    file: OkrsFile
    settings: Settings
    source: str
    store: Store
    clock: Clock
    patience: float
    checked: Callable[[], None]

    def run(self, attempt: int = 0) -> JobResult:
        """Read it, and write what it has to say; raises `StoreError`, `ConfigurationError`."""
        planned = plan(self.file.okrs, source=self.source)
        with self.store.lock_part(f"read {self.source}"):
            began = self.clock.now()
            if not self._defined(began):
                return JobResult(began + BEHIND, attempt)
            number = self.store.begin_run(began, "sync")
            with recalled(self.store, planned.asks, began) as known_cards:
                before = self.store.states([target.id for target in planned.targets])
                needed = as_stored(planned, before, began)
                ways = access(self.file.okrs, self.settings, only=needed.asks)
                answers, traffic = pull(
                    needed,
                    ways,
                    self.clock,
                    patience=self.patience,
                    progressed=lambda *_: None,
                    known_cards=known_cards,
                )
                self.checked()
                figures = _figures(traffic)
                state = SourceState(
                    workspace=self.store.workspace,
                    source=self.source,
                    site="".join(site_of(way) for way in ways.values()),
                    file=str(self.file.path),
                    tried_at=self.clock.now(),
                    requests=int(figures.get(f"{self.source}.requests", 0)),
                    seconds=(self.clock.now() - began).total_seconds(),
                )
                answer = answers.get(self.source)
                whole = loaded(answer) if isinstance(answer, Pull) else answer
                result = self._settled(needed, whole, attempt, state)
                if known_cards:
                    known_cards.keep(answers.values())
            self.store.end_run(number, self.clock.now(), int(bool(result.problem)), figures)
        return result

    def _defined(self, now: datetime) -> bool:
        """Have the file's OKRs in the store; not where this machine's edition is behind."""
        store, path = self.store, self.file.path
        store.refuse_other_file(path)
        store.claim_workspace(path, now)
        with store.alone() as within:
            if not within.take_edition(str(path), self.file.digest, now, LAG):
                return False
            within.define(self.file.okrs, now)
        return True

    def _settled(
        self, planned: Plan, answer: Pull | SourceError | None, attempt: int, state: SourceState
    ) -> JobResult:
        """Write what the source answered, or that it is to be tried again."""
        now = state.tried_at or self.clock.now()
        if isinstance(answer, SourceError):
            known = self.store.source_state(self.source)
            state = _failing(state, known, answer, now)
            later = _later(answer, attempt, now)
            if later is not None:
                state = state._replace(waits_for=str(answer), waits_until=later.again_at)
                self.store.note_source(state)
                return later
        else:
            state = state._replace(read_at=answer.read_at if answer else now)
        with self.store.alone() as within:
            decisions = self._decisions(planned, answer, within, now) if answer is not None else ()
            within.apply(decisions, now, self.source)
            within.note_source(state)
        return _job_result(decisions, answer)

    def _decisions(
        self, planned: Plan, answer: Pull | SourceError, store: Store, at: datetime
    ) -> tuple[Decision, ...]:
        """Decide on each KR by this answer and the newest whole readings of its other sources."""
        states = store.states([target.id for target in planned.targets])
        out: list[Decision] = []
        for target in planned.targets:
            last, rules = states[target.id], self.file.okrs.rules[target.id]
            known = as_far_as_read(target, last, self.source)
            if known is None and not isinstance(answer, SourceError):
                out.append(first_part(target, last, answer, rules))
                continue
            single = planned._replace(targets=(known or target,))
            out += self._decided(single, answer, last, at)
        return tuple(out)

    def _decided(
        self, planned: Plan, answer: Pull | SourceError, last: KrState, at: datetime
    ) -> list[Decision]:
        (target,) = planned.targets
        decisions = decide_all(
            planned, {self.source: answer}, {target.id: last}, self.file.okrs, at=at, force=False
        )
        return [whole_now(decision, last) for decision in decisions]


def _failing(
    state: SourceState, known: SourceState | None, error: SourceError, now: datetime
) -> SourceState:
    """Say of a source that it fails since when, and what of it was read before; a limit is none."""
    if known is not None:
        state = state._replace(
            read_at=known.read_at, requests=known.requests, seconds=known.seconds
        )
    since = known.failing_since if known else None
    if isinstance(error, LimitedError):
        return state._replace(failing_since=since, problem=known.problem if known else None)
    return state._replace(failing_since=since or now, problem=str(error))


def _figures(traffic: Mapping[str, Traffic]) -> dict[str, float | str]:
    """Give what the read cost, as a run's figures."""
    return {
        f"{name}.{kind}": float(getattr(spent, kind))
        for name, spent in traffic.items()
        for kind in ("requests", "sent", "received", "waited")
    }


def _later(error: SourceError, attempt: int, now: datetime) -> JobResult | None:
    """Say when a source that fails is tried again before its KRs' numbers are called into doubt."""
    if isinstance(error, LimitedError):
        return JobResult(max(error.free_at, now), attempt)
    if isinstance(error, TransientError) and attempt < len(TRIES):
        return JobResult(now + TRIES[attempt], attempt + 1)
    return None


def _job_result(decisions: tuple[Decision, ...], answer: Pull | SourceError | None) -> JobResult:
    problems = [f"{d.kr}: {d.problem}" for d in decisions if isinstance(d, Fail | Refuse)]
    if isinstance(answer, SourceError):
        problems = [str(answer)]
    wrote = any(isinstance(d, Write) and d.reading for d in decisions)
    return JobResult(wrote=wrote, problem="; ".join(problems))
