"""The trackers we know, and those that other distributions bring."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from connectors.errors import ConfigurationError
from connectors.tracker import TrackerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "okr_sync.trackers"
"""The entry points by which a distribution brings a kind: its name = "module:KIND"."""

BUILT_IN: Mapping[str, str] = MappingProxyType(
    {
        "jira": "connectors.boards.jira.kind:KIND",
        "trello": "connectors.boards.trello.kind:KIND",
        "jira-csv": "connectors.boards.files.jira_csv.kind:KIND",
        "trello-json": "connectors.boards.files.trello_json.kind:KIND",
    }
)
"""Where each kind that we bring is declared; loaded when a file names it."""


@cache  # looking through all distributions takes 40 ms
def kind_names() -> tuple[str, ...]:
    """Give the names of all kinds, ours first."""
    brought = sorted({point.name for point in entry_points(group=GROUP)} - BUILT_IN.keys())
    return (*BUILT_IN, *brought)


@cache
def tracker_kind(name: str) -> TrackerKind:
    """Give a kind by its name; raises `ConfigurationError` where there is none or it is broken."""
    if name in BUILT_IN:
        return _declared(name, BUILT_IN[name])
    for point in entry_points(group=GROUP, name=name):
        return _declared(name, point.value)
    raise ConfigurationError(
        f"no kind of source is named {name}; there is {', '.join(kind_names())}"
    )


def broken(name: str) -> str:
    """Say what is wrong with a kind of this name, "" if nothing is."""
    try:
        tracker_kind(name)
    except ConfigurationError as error:
        return str(error)
    return ""


def _declared(name: str, where: str) -> TrackerKind:
    kind = loaded(name, where)
    if not isinstance(kind, TrackerKind) or kind.name != name:
        raise ConfigurationError(f"the kind {name} of sources is no TrackerKind of that name")
    return kind


def loaded(name: str, where: str) -> Any:
    """Load a part of a kind, "module:name"; what another distribution brings may fail in any way.

    Raises `ConfigurationError`.
    """
    module, _, attribute = where.partition(":")
    try:
        return getattr(import_module(module), attribute)
    except Exception as error:
        message = f"the kind {name} of sources can't be loaded ({type(error).__name__}: {error})"
        raise ConfigurationError(message) from error
