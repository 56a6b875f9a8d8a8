"""What a run asks of which source, for which KRs; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from config.wording import likely
from connectors.base import Ask
from connectors.errors import ConfigurationError
from syncer.core.counted_by import counted_by_text, read_counted_by
from syncer.core.linking import narrowing, selectors_of
from syncer.core.period import period_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from config.okrs import KeyResult, Objective, Okrs
    from connectors.base import Selector
    from syncer.core.records import KrState

LAST_CALL = timedelta(weeks=4)
"""After its end a period is read once more; for so long that is tried."""


@dataclass(frozen=True, slots=True)
class Target:
    """A KR to be counted: its links as selectors, by source.

    `since` and `ends` are its period's, None where that has no dates that we know.
    `counted_by` are its links and rules by source, to tell when they are edited.
    """

    objective: Objective
    key_result: KeyResult
    selectors: Mapping[str, tuple[Selector, ...]]
    since: datetime | None
    ends: datetime | None = None
    counted_by: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The KR's id."""
        return self.key_result.id

    def is_over(self, at: datetime) -> bool:
        """Whether its period has ended."""
        return self.ends is not None and self.ends <= at


class Plan(NamedTuple):
    """One run: the KRs to decide on, and one question to each source asked.

    `whole` says that each source is asked for all that the file links to on it.
    """

    targets: tuple[Target, ...]
    asks: Mapping[str, Ask]
    whole: bool = True


def plan(
    okrs: Okrs, *, source: str | None = None, kr: str | None = None, full: bool = False
) -> Plan:
    """Plan a run over all linked KRs, or those of one source, or one KR.

    Raises `ConfigurationError` for a source or KR that the file doesn't know.
    """
    if source is not None and source not in okrs.sources:
        known, near = ", ".join(okrs.sources), likely(source, okrs.sources)
        raise ConfigurationError(f"no source is named {source}; there is {known}{near}")
    targets = tuple(_target(objective, kr, okrs) for objective, kr in okrs.key_results())
    if kr is not None:
        targets = tuple(target for target in targets if target.id.casefold() == kr.casefold())
        if not targets:
            raise ConfigurationError(f"no KR has the id {kr}")
    targets = tuple(
        target
        for target in targets
        if target.selectors and (source is None or source in target.selectors)
    )
    names = [source] if source is not None else list(okrs.sources)
    asks = {name: _ask(name, targets, okrs, full=full) for name in names}
    asked = {name: ask for name, ask in asks.items() if ask.selectors}
    return Plan(targets, asked, whole=kr is None)


def as_stored(plan: Plan, before: Mapping[str, KrState], at: datetime) -> Plan:
    """The same run, knowing what the store has: who needs no more reading, and who is re-linked.

    A KR whose period is over is read once more after its end (rule 12). One whose
    links or rules were edited since its last reading is asked for by the former
    links too: so it can be told what happened and what the edit did (rule 14).
    """
    targets = tuple(target for target in plan.targets if _is_open(target, before[target.id], at))
    former: dict[str, dict[Selector, None]] = {}
    for target in targets:
        for source, selectors in former_links(target, before[target.id]).items():
            former.setdefault(source, {}).update(dict.fromkeys(selectors))
    asks = {}
    for name, ask in plan.asks.items():
        needed = {selector for target in targets for selector in target.selectors.get(name, ())}
        kept = dict.fromkeys(selector for selector in ask.selectors if selector in needed)
        if kept:
            asks[name] = replace(ask, selectors=tuple(kept | former.get(name, {})))
    return plan._replace(targets=targets, asks=asks)


def _is_open(target: Target, last: KrState, at: datetime) -> bool:
    if target.ends is None or not target.is_over(at):
        return True
    read_at = [last.read_at.get(source) for source in target.selectors]
    # A reading noted by a clock that was ahead is none.
    read = all(moment is not None and target.ends <= moment <= at for moment in read_at)
    return not read and at < target.ends + LAST_CALL


def former_links(target: Target, last: KrState) -> dict[str, tuple[Selector, ...]]:
    """The selectors of the last reading, by source, where these or the rules were edited since."""
    out = {}
    for source, now in target.counted_by.items():
        text = last.counted_by.get(source, now)
        before = read_counted_by(text) if text != now else None
        if before is not None:
            out[source] = before.selectors
    return out


def _target(objective: Objective, kr: KeyResult, okrs: Okrs) -> Target:
    span = period_of(okrs, objective.period, objective.team)
    since, ends = (span.begins, span.ends) if span else (None, None)
    selectors = selectors_of(kr, okrs.sources, since)
    rules = okrs.rules.get(kr.id, {})
    counted_by = {
        name: counted_by_text(asked, narrowing(okrs.sources[name]), rules[name])
        for name, asked in selectors.items()
        if name in rules
    }
    return Target(objective, kr, selectors, since, ends, counted_by)


def _ask(name: str, targets: tuple[Target, ...], okrs: Okrs, *, full: bool) -> Ask:
    asking = [target for target in targets if name in target.selectors]
    selectors = dict.fromkeys(selector for target in asking for selector in target.selectors[name])
    estimates = dict.fromkeys(okrs.rules[target.id][name].points.field for target in asking)
    return Ask(tuple(selectors), tuple(estimates), full)
