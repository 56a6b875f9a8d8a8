"""Opens a source: its kind's connector, on the one way out."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from connectors.tracker_kinds import tracker_kind

if TYPE_CHECKING:
    from connectors.base import Access, BoardSource
    from connectors.clock import Clock
    from connectors.throttle import Traffic


def open_source(access: Access, clock: Clock, patience: float) -> tuple[BoardSource, Traffic]:
    """The connector for a source, and the count of what its questions cost.

    `patience` is how many seconds it may spend waiting for its service.
    """
    from connectors.http import Transport  # noqa: PLC0415 - the table alone loads no HTTP

    kind = tracker_kind(access.kind)
    secrets = tuple(one for one in (access.token, access.key) if one)
    transport = Transport(
        access.name,
        clock,
        patience=patience,
        secrets=secrets,
        pause=kind.pause,
        variable=access.variable,
        budget=clock.budget_of(access) if clock.budget_of else None,
    )
    module, _, name = kind.connector.partition(":")
    source: BoardSource = getattr(import_module(module), name)(access, transport, clock)
    return source, transport.traffic
