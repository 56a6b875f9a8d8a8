"""The OKR tools we know, and those that other distributions bring."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
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


@cache  # looking through all distributions takes 40 ms
def kind_names() -> tuple[str, ...]:
    """Give the names of all kinds, ours first."""
    brought = sorted({point.name for point in entry_points(group=GROUP)} - BUILT_IN.keys())
    return (*BUILT_IN, *brought)


def store_kind(name: str) -> StoreKind:
    """Give a kind by its name; raises `ConfigurationError` where there is none or it is broken."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        kind: StoreKind = getattr(import_module(module), attribute)
        return kind
    for point in entry_points(group=GROUP, name=name):
        return _brought(name, point.load)
    raise ConfigurationError(
        f"no kind of store is named {name}; there is {', '.join(kind_names())}"
    )


def open_okr_store(access: StoreAccess, clock: Clock, patience: float) -> OkrStore:
    """Give the adapter to a tool; it may spend `patience` seconds waiting for it."""
    return store_kind(access.kind).opens(access, clock, patience)


def _brought(name: str, load: object) -> StoreKind:
    """Load what another distribution brings, whose faults are not ours."""
    try:
        kind = load() if callable(load) else None
    except Exception as error:
        message = f"the store kind {name} can't be loaded ({type(error).__name__}: {error})"
        raise ConfigurationError(message) from error
    if not isinstance(kind, StoreKind) or kind.name != name:
        raise ConfigurationError(f"the store kind {name} is no StoreKind of that name")
    return kind
