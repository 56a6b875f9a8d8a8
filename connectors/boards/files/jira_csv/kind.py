"""What links to Jira's CSV exports and their sources take in okrs.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.base import ByBoard, ByEpic, ByLabel, Scope
from connectors.boards.jira.notation import issue_key, label_fault
from connectors.redaction import quoted
from connectors.tracker import Key, SetupQuestion, TrackerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from connectors.base import Selector

_APART = frozenset({"all", "sprint"})


def time_zone(text: str) -> str:
    """Keep a time zone's name."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"is {quoted(text)}, which is no time zone; write one like Europe/London"
        raise ValueError(message) from None
    return text


def selector(
    keys: Mapping[str, Any], _source: Mapping[str, Any], kr: str, _since: datetime | None
) -> Selector:
    """Say what a link asks for; one that names nothing asks for the KR's id as label.

    A board of no name is the export as a whole.
    """
    if keys.get("epic"):
        return ByEpic(keys["epic"])
    children = keys.get("children", False)
    if "sprint" in keys:
        return ByBoard((), scope=Scope.SPRINT, sprint=keys["sprint"], children=children)
    if keys.get("all"):
        return ByBoard((), children=children)
    return ByLabel(keys.get("label", kr))


def _link_faults(keys: Mapping[str, Any], _source: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "children" in keys and not keys.keys() & _APART:
        yield "children", "children goes with all or sprint only; take it out"


KIND = TrackerKind(
    name="jira-csv",
    connector="connectors.boards.files.jira_csv.source:JiraCsvSource",
    links={
        "label": Key("publishing-speed"),
        "epic": Key("[PUB-120, PUB-133]", many=True, read=issue_key),
        "sprint": Key("Sprint 12"),
        "all": Key("true", flag=True),
        "children": Key("true", flag=True),
    },
    selector=selector,
    options={
        "file": Key('"export*.csv"', path=True, required=True),
        "timezone": Key("Europe/London", read=time_zone),
    },
    exclusive=frozenset({"label", "epic", "sprint", "all"}),
    label_fault=label_fault,
    link_faults=_link_faults,
    secrets=(),
    title="Jira's CSV files",
    questions=(SetupQuestion("file", "The files", hint='one, or a pattern such as "export*.csv"'),),
    survey="connectors.boards.files.jira_csv.survey:survey",
    lacking={
        "jql": "a file can't be asked; export the filter that finds them, and take all of it",
        "board": "an export knows no boards; export the board's filter, and take all of it",
        "scope": "an export doesn't say which sprint is active; name it with sprint",
    },
)
