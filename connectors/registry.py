"""Opens a source: its kind's connector, on the one way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.brought import BroughtSource
from connectors.survey import Survey
from connectors.tracker_kinds import BUILT_IN, part_of, tracker_kind

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.base import Access, BoardSource
    from connectors.clock import Clock
    from connectors.http import Transport
    from connectors.throttle import Traffic


def survey_source(access: Access, clock: Clock, patience: float) -> Survey:
    """Look at what there is to link to, with these credentials; nothing for kinds that can't say.

    Raises a `SourceError` where they open nothing.
    """
    where = tracker_kind(access.kind).survey
    if not where:
        return Survey()
    survey: Survey = part_of(access.kind, where)(access, _transport(access, clock, patience), clock)
    return survey


def access_ends(access: Access, clock: Clock, patience: float) -> tuple[datetime, ...]:
    """Give when the account's tokens end, the first first; none where the service doesn't tell."""
    where = tracker_kind(access.kind).access_ends
    if not where:
        return ()
    ask = part_of(access.kind, where)
    ends: tuple[datetime, ...] = ask(access, _transport(access, clock, patience), clock)
    return ends


def open_source(access: Access, clock: Clock, patience: float) -> tuple[BoardSource, Traffic]:
    """The connector for a source, and the count of what its questions cost.

    `patience` is how many seconds it may spend waiting for its service.
    """
    transport = _transport(access, clock, patience)
    connector = part_of(access.kind, tracker_kind(access.kind).connector)
    source: BoardSource = connector(access, transport, clock)
    if access.kind not in BUILT_IN:
        source = BroughtSource(source, access.kind)
    return source, transport.traffic


def _transport(access: Access, clock: Clock, patience: float) -> Transport:
    from connectors.http import Transport  # noqa: PLC0415 - the table alone loads no HTTP

    return Transport(
        access.name,
        clock,
        patience=patience,
        secrets=tuple(secret for secret in (access.token, access.key) if secret),
        pause=tracker_kind(access.kind).pause,
        variable=access.variable,
        budget=clock.budget_of(access) if clock.budget_of else None,
    )
