"""The trackers we know, and those that other distributions bring."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from connectors.kinds import Kinds, loaded
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


TRACKERS = Kinds("source", GROUP, BUILT_IN, TrackerKind)

tracker_kind = TRACKERS.of
broken = TRACKERS.broken
part_of = partial(loaded, TRACKERS.role)


def kind_names() -> tuple[str, ...]:
    """Give the names of all kinds, ours first."""
    return TRACKERS.names
