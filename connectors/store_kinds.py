"""The OKR tools we know, and those that other distributions bring."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from connectors.kinds import Kinds
from connectors.okr_tool import StoreKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.clock import Clock
    from connectors.okr_tool import OkrStore, StoreAccess

GROUP = "okr_sync.stores"
"""The entry points by which a distribution brings a kind: its name = "module:KIND"."""

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "appfire-okr": "connectors.stores.appfire_okr:KIND",
        "asana-goals": "connectors.stores.asana_goals:KIND",
        "atlassian-goals": "connectors.stores.atlassian_goals:KIND",
        "google-sheets": "connectors.stores.google_sheets:KIND",
        "okr-tracker": "connectors.stores.okr_tracker:KIND",
        "operately": "connectors.stores.operately:KIND",
        "webhook": "connectors.stores.webhook:KIND",
        "workboard": "connectors.stores.workboard:KIND",
    }
)
"""Where each kind that we bring is declared; loaded when a file names it."""


TOOLS = Kinds("store", GROUP, BUILT_IN, StoreKind)

store_kind = TOOLS.of


def kind_names() -> tuple[str, ...]:
    """Give the names of all kinds, ours first."""
    return TOOLS.names


def open_okr_store(access: StoreAccess, clock: Clock, patience: float) -> OkrStore:
    """Give the adapter to a tool; it may spend `patience` seconds waiting for it."""
    return store_kind(access.kind).opens(access, clock, patience)
