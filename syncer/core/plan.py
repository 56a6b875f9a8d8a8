"""What a run asks of which source, for which KRs; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.base import Ask
from connectors.errors import ConfigurationError
from syncer.core.linking import selectors_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.okrs import KeyResult, Objective, Okrs
    from connectors.base import Selector

QUARTERS = {"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10}


@dataclass(frozen=True, slots=True)
class Target:
    """A KR to be counted: its links as selectors, by source, and when its period begins."""

    objective: Objective
    key_result: KeyResult
    selectors: Mapping[str, tuple[Selector, ...]]
    since: datetime

    @property
    def id(self) -> str:
        """The KR's id."""
        return self.key_result.id


@dataclass(frozen=True, slots=True)
class Plan:
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
        raise ConfigurationError(f"no source is named {source}; there is {', '.join(okrs.sources)}")
    targets = tuple(_target(objective, one, okrs) for objective, one in okrs.key_results())
    if kr is not None:
        targets = tuple(one for one in targets if one.id.casefold() == kr.casefold())
        if not targets:
            raise ConfigurationError(f"no KR has the id {kr}")
    targets = tuple(
        one for one in targets if one.selectors and (source is None or source in one.selectors)
    )
    names = [source] if source is not None else list(okrs.sources)
    asks = {name: _ask(name, targets, okrs, full=full) for name in names}
    asked = {name: ask for name, ask in asks.items() if ask.selectors}
    return Plan(targets, asked, whole=kr is None)


def begins(period: str) -> datetime:
    """The first moment, in UTC, of a period: "2026-Q4" or "2026"."""
    year, _, quarter = period.partition("-")
    return datetime(int(year), QUARTERS.get(quarter, 1), 1, tzinfo=UTC)


def _target(objective: Objective, kr: KeyResult, okrs: Okrs) -> Target:
    since = begins(objective.period)
    return Target(objective, kr, selectors_of(kr, okrs.sources, since), since)


def _ask(name: str, targets: tuple[Target, ...], okrs: Okrs, *, full: bool) -> Ask:
    asking = [target for target in targets if name in target.selectors]
    selectors = dict.fromkeys(one for target in asking for one in target.selectors[name])
    estimates = dict.fromkeys(okrs.rules[target.id][name].points.field for target in asking)
    return Ask(tuple(selectors), tuple(estimates), full)
