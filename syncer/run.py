"""One run: read, pull side by side, decide, write."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from connectors.base import Watch
from connectors.errors import SourceError
from connectors.registry import open_source
from syncer import background
from syncer.core.decide import decision
from syncer.core.deciding import Deciding, in_parts, in_short
from syncer.core.plan import as_stored
from syncer.core.records import Fail, Refuse, Write
from syncer.known_cards import recalled
from syncer.logs import origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from config.okrs import Okrs
    from connectors.base import Access, Pull
    from connectors.clock import Clock
    from connectors.throttle import Traffic
    from syncer.core.outbox import PushResult
    from syncer.core.plan import Plan, Target
    from syncer.core.records import Decision, KrState
    from syncer.known_cards import KnownCards
    from syncer.store.store import Store

    Answers = Mapping[str, Pull | SourceError]
    Answered = tuple[dict[str, Pull | SourceError], dict[str, Traffic]]
    Push = Callable[[Store, tuple[Decision, ...]], tuple[PushResult, ...]]

log = logging.getLogger(__name__)

SOURCES_SHARE = 0.75
"""How much of a run's time its sources have, side by side; the rest is for what comes after.

Who writes to the OKR tools needs time too, and one source that drips must not take it.
"""

SOURCES_TIME = "the time that a run has for its sources"


@dataclass(frozen=True)
class SyncResult:
    """What a run found and did.

    `answers` and `traffic` are by source, `before` and `decisions` by KR, `pushes` by
    the place in an OKR tool that a number goes to.
    """

    at: datetime
    answers: Mapping[str, Pull | SourceError]
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    before: Mapping[str, KrState] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    pushes: tuple[PushResult, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all is well, 1 when some source, KR or OKR tool failed."""
        failed = any(isinstance(decision, Fail | Refuse) for decision in self.decisions)
        failed = failed or any(push.failed for push in self.pushes)
        return int(
            failed or any(isinstance(answer, SourceError) for answer in self.answers.values())
        )


def pull(
    plan: Plan,
    access: Mapping[str, Access],
    clock: Clock,
    *,
    patience: float,
    progressed: Callable[[str, int, int], None],
    known_cards: KnownCards | None = None,
) -> Answered:
    """Ask all sources side by side; each gives its whole answer or why it has none.

    They have `SOURCES_SHARE` of the run's time. With `known_cards` they know what earlier
    runs brought, and leave what comes.
    """
    clock = replace(clock, deadline=clock.deadline.part(SOURCES_SHARE, SOURCES_TIME))
    sources = {name: open_source(access[name], clock, patience) for name in plan.asks}

    def answer_of(source: str) -> Pull | SourceError:
        ask, watch = plan.asks[source], Watch(partial(progressed, source))
        if known_cards:
            ask = replace(ask, known=known_cards.known[source])
            watch = watch._replace(
                on_cards=partial(known_cards.fetched, source),
                on_note=partial(known_cards.noted, source),
            )
        return background.bounded(source, partial(sources[source][0].pull, ask, watch))

    begun = {name: background.begin(partial(answer_of, name)) for name in sources}
    answers = {
        name: background.in_time(name, future, clock.deadline) for name, future in begun.items()
    }
    for name, answer in answers.items():
        if not isinstance(answer, SourceError):
            log.info("%s: %d cards read, whole", name, len(answer.cards))
    return answers, {name: traffic for name, (_, traffic) in sources.items()}


def decide_all(
    plan: Plan,
    answers: Mapping[str, Pull | SourceError],
    before: Mapping[str, KrState],
    okrs: Okrs,
    *,
    at: datetime,
    force: bool,
) -> tuple[Decision, ...]:
    """The decisions on all KRs of a plan, in its order.

    A KR whose period is over is never stale: where its last reading fails, the
    one before stands, and there is nothing to decide.
    """
    deciding = partial(decision, answers=answers, at=at, force=force)
    decisions = (
        (target, _bounded(target.id, partial(deciding, target, before[target.id], rules=rules)))
        for target in plan.targets
        for rules in (okrs.rules[target.id],)
    )
    return tuple(
        decided
        for target, decided in decisions
        if not (target.is_over(at) and isinstance(decided, Fail | Refuse))
    )


def _bounded(kr: str, deciding: Callable[[], Decision]) -> Decision:
    """Decide on a KR; whatever its cards bring about is its own failure, and no other's."""
    try:
        return deciding()
    except Exception as error:  # noqa: BLE001 - the boundary
        log.debug("%s: %s", kr, origin(error))
        return Fail(kr, f"could not be counted: {type(error).__name__}; -v -v logs where")


def sync(
    plan: Plan,
    okrs: Okrs,
    access: Mapping[str, Access],
    opening: AbstractContextManager[Store],
    clock: Clock,
    *,
    patience: float,
    progressed: Callable[[str, int, int], None],
    force: bool = False,
    dry: bool = False,
    push: Push | None = None,
    claim: Callable[[Store], None] = lambda _: None,
) -> SyncResult:
    """Read, pull side by side, decide, write; with `dry` all but the last.

    The opened store is locked but where nothing is written. `claim` is called before the
    first write; all that a run builds on has been read by then. `push` brings the numbers to
    the OKR tools once they are in the store.

    Raises `StoreError`; what a source or a KR suffers is in the result.
    """
    began = clock.now()
    with opening as store, recalled(None if dry else store, plan.asks, began) as known_cards:
        before, run = _read_whole(store, plan, known_cards), None
        if not dry:
            claim(store)
            run = store.begin_run(began, "sync")
            if store.define(okrs, began):
                before = _as_defined(store, before)
        needed = as_stored(plan, before, began)
        answers, traffic = pull(
            needed, access, clock, patience=patience, progressed=progressed, known_cards=known_cards
        )
        at = clock.now()  # a report made while the sources answered hadn't seen what is written now
        deciding = partial(_decide, needed, okrs, answers, before, at=at, force=force)
        decisions = tuple(deciding(store)) if dry else _write(store, deciding, at)
        result = SyncResult(at, answers, traffic, before, decisions)
        # A run over some KRs alone hasn't seen all that a source has for us.
        if known_cards and plan.whole:
            known_cards.keep(answers.values())
        if push:
            result = replace(result, pushes=push(store, result.decisions))
        if run is not None:
            store.end_run(run, clock.now(), result.exit_code, _figures(result))
    return result


def _read_whole(store: Store, plan: Plan, known_cards: KnownCards | None) -> dict[str, KrState]:
    """Read all that a run builds on, and give where its KRs stand.

    A damaged row ends the run (`StoreError`) before anything is noted. The cards of KRs
    whose sources are compared with what is known are left: most of them nothing will touch.
    """
    store.defined(), store.source_reads(plan.asks, days=1)
    store.outbox_writes(), store.target_statuses()
    known = known_cards.known if known_cards else {}
    compared = {name for name, of_source in known.items() if of_source.whole is not None}
    rest = [target.id for target in plan.targets if not compared & target.selectors.keys()]
    return store.summaries(target.id for target in plan.targets) | store.states(rest)


def _as_defined(store: Store, before: Mapping[str, KrState]) -> dict[str, KrState]:
    """Give where KRs stand after their definitions changed; that changes none of their cards."""
    return {
        kr: replace(state, cards=before[kr].cards) for kr, state in store.summaries(before).items()
    }


def _decide(
    plan: Plan,
    okrs: Okrs,
    answers: Answers,
    before: Mapping[str, KrState],
    store: Store,
    *,
    at: datetime,
    force: bool,
) -> Iterator[Decision]:
    """Decide on all KRs of a plan, with as much of the store as that needs."""

    def on_all_cards(
        targets: Sequence[Target], answers: Answers, states: Mapping[str, KrState]
    ) -> tuple[Decision, ...]:
        part = plan._replace(targets=tuple(targets))
        return decide_all(part, answers, states, okrs, at=at, force=force)

    return Deciding(plan, okrs, store, at, on_all_cards).decisions(answers, before)


def _write(
    store: Store, deciding: Callable[[Store], Iterator[Decision]], at: datetime
) -> tuple[Decision, ...]:
    """Decide and write in one transaction; gives the decisions without all that is written.

    Written as they come, they needn't be held at once: a first run's are most of what it makes.
    """
    decisions: list[Decision] = []
    readings = entries = 0
    with store.alone() as alone:
        for part in in_parts(deciding(alone)):
            alone.apply(part, at)
            decisions += map(in_short, part)
            written = [decision for decision in part if isinstance(decision, Write)]
            readings += len(written)
            entries += sum(len(decision.entries) for decision in written)
    log.info("the store has %d new readings and %d ledger entries", readings, entries)
    return tuple(decisions)


def _figures(result: SyncResult) -> dict[str, float | str]:
    """What the run cost, by source."""
    return {
        f"{name}.{measure}": float(value)
        for name, traffic in result.traffic.items()
        for measure, value in (
            ("requests", traffic.requests),
            ("sent", traffic.sent),
            ("received", traffic.received),
            ("waited", traffic.waited),
        )
    }
