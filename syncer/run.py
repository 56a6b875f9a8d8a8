"""One run: read, pull side by side, decide, write."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from connectors.base import Watch
from connectors.errors import NotUnderstoodError, SourceError
from connectors.registry import open_source
from syncer.core.decide import decision
from syncer.core.records import Fail, Refuse
from syncer.known_cards import KnownCards

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from datetime import datetime

    from config.okrs import Okrs
    from connectors.base import Access, Pull
    from connectors.clock import Clock
    from connectors.throttle import Traffic
    from syncer.core.plan import Plan
    from syncer.core.records import Decision, KrState
    from syncer.store.store import Store

    Answered = tuple[dict[str, Pull | SourceError], dict[str, Traffic]]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SyncResult:
    """What a run found and did.

    `answers` and `traffic` are by source, `before` and `decisions` by KR.
    """

    at: datetime
    answers: Mapping[str, Pull | SourceError]
    traffic: Mapping[str, Traffic] = field(default_factory=dict)
    before: Mapping[str, KrState] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all is well, 1 when some source or KR failed."""
        failed = any(isinstance(one, Fail | Refuse) for one in self.decisions)
        return int(failed or any(isinstance(one, SourceError) for one in self.answers.values()))


def pull(
    plan: Plan,
    access: Mapping[str, Access],
    clock: Clock,
    *,
    patience: float,
    progressed: Callable[[str, int, int], None],
    memory: KnownCards | None = None,
) -> Answered:
    """Ask all sources side by side; each gives its whole answer or why it has none.

    With `memory` they know what earlier runs brought, and leave what comes.
    """
    sources = {name: open_source(access[name], clock, patience) for name in plan.asks}

    def answer_of(source: str) -> Pull | SourceError:
        ask, watch = plan.asks[source], Watch(partial(progressed, source))
        if memory:
            ask = replace(ask, known=memory.known[source])
            watch = replace(
                watch,
                on_cards=partial(memory.fetched, source),
                on_note=partial(memory.noted, source),
            )
        try:
            return sources[source][0].pull(ask, watch)
        except SourceError as error:
            return error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # An answer in a shape that nobody foresaw must not stop the other sources.
            log.debug("%s", source, exc_info=True)
            return NotUnderstoodError(
                f"{source}: an answer that can't be read ({type(error).__name__}); -v -v logs where"
            )

    with ThreadPoolExecutor(max(1, len(sources))) as threads:
        answers = dict(zip(sources, threads.map(answer_of, sources), strict=True))
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
    """The decisions on all KRs of a plan, in its order."""
    return tuple(
        decision(target, before[target.id], answers, okrs.rules[target.id], at=at, force=force)
        for target in plan.targets
    )


def sync(
    plan: Plan,
    okrs: Okrs,
    access: Mapping[str, Access],
    opening: AbstractContextManager[Store],
    clock: Clock,
    *,
    patience: float,
    progressed: Callable[[str, int, int], None],
    blank: bool = False,
    force: bool = False,
    dry: bool = False,
) -> SyncResult:
    """The main job. With `dry` nothing is written; else the opened store is locked.

    A `blank` store is still to be made: it knows nothing that asking could wait for.
    Raises `StoreError`; what a source or a KR suffers is in the result.
    """
    at = clock.now()
    memory = None if dry else KnownCards(plan.asks, at)
    asking = partial(pull, plan, access, clock, patience=patience, progressed=progressed)
    with ThreadPoolExecutor(1) as thread:
        begin = partial(thread.submit, asking, memory=memory)
        begun = begin() if blank else None
        with memory.of(opening) if memory else opening as store:
            if memory and not begun:
                memory.recall()
            return _end(
                plan, okrs, store, begun or begin(), memory, clock=clock, at=at, force=force
            )


def _end(
    plan: Plan,
    okrs: Okrs,
    store: Store,
    pulling: Future[Answered],
    memory: KnownCards | None,
    *,
    clock: Clock,
    at: datetime,
    force: bool,
) -> SyncResult:
    """Decide on what comes, and write it; without `memory` nothing is written."""
    # All this while the services take their time.
    if memory:
        run = store.begin_run(at, "sync")
        store.define(okrs, at)
    before = store.states([target.id for target in plan.targets])
    answers, traffic = pulling.result()
    decisions = decide_all(plan, answers, before, okrs, at=at, force=force)
    result = SyncResult(at, answers, traffic, before, decisions)
    if memory:
        _write(result, store)
        store.end_run(run, clock.now(), result.exit_code, _figures(result))
        # A run over some KRs alone hasn't seen all that a source has for us.
        if plan.whole:
            memory.keep(answers.values())
    return result


def _write(result: SyncResult, store: Store) -> None:
    store.apply(result.decisions, result.at)
    for decision_ in result.decisions:
        if isinstance(decision_, Fail | Refuse):
            log.warning("%s: %s", decision_.kr, decision_.problem)


def _figures(result: SyncResult) -> dict[str, float | str]:
    """What the run cost, by source."""
    return {
        f"{name}.{what}": float(value)
        for name, traffic in result.traffic.items()
        for what, value in (
            ("requests", traffic.requests),
            ("sent", traffic.sent),
            ("received", traffic.received),
            ("waited", traffic.waited),
        )
    }
