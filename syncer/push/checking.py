"""What is wrong with the places in OKR tools that numbers go to, found without writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.access import store_access
from connectors.errors import ConfigurationError
from connectors.okr_tool import NumberKind
from syncer.core.outbox import WriteTarget
from syncer.core.push import OurWrites, OutgoingNumber, decide_push
from syncer.push.pusher import open_tools, read_tools, reading_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from config.okrs import KeyResult, Okrs
    from config.settings import Settings
    from config.stores import WriteTo
    from connectors.clock import Clock
    from connectors.okr_tool import StoreAccess

WHOLE = 100.0


def tool_faults(
    okrs: Okrs, settings: Settings, clock: Clock, patience: float
) -> Iterator[tuple[str, str]]:
    """Read each place once, and give (key result, what is wrong) where no number could go.

    A store whose secrets lack is left out: that is told by itself. One that can't be read
    tells nothing.
    """
    places = [(kr, write_to) for _, kr in okrs.key_results() for write_to in kr.write_to]
    access = _reachable(okrs, settings, {write_to.store for _, write_to in places})
    tools = open_tools(access, clock, patience)
    targets = {
        WriteTarget(kr.id, write_to.store, write_to.id): (kr, write_to)
        for kr, write_to in places
        if write_to.store in tools
    }
    readings = read_tools(tools, targets)
    for target, (kr, write_to) in targets.items():
        number = OutgoingNumber(None, NumberKind(write_to.number), target=_own_target(kr, write_to))
        decision = decide_push(number, OurWrites(), reading_of(target, readings))
        if decision.problem:
            yield kr.id, f"{target.store} {target.tool_id}: {decision.problem}"


def _reachable(okrs: Okrs, settings: Settings, names: set[str]) -> dict[str, StoreAccess]:
    out: dict[str, StoreAccess] = {}
    for name in sorted(names):
        try:
            out |= store_access(okrs, settings, {name})
        except ConfigurationError:
            continue
    return out


def _own_target(kr: KeyResult, write_to: WriteTo) -> float | None:
    if write_to.number == "percent":
        return WHOLE
    return kr.metric.target if kr.metric and write_to.number == "value" else None
