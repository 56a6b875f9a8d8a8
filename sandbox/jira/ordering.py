"""The order of search results: what ORDER BY means, and the order of a query without it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import total_ordering
from typing import TYPE_CHECKING, Any

from sandbox.jira import defaults
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.fields import no_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sandbox.jira.jql.parsing import Sort
    from sandbox.jira.models import Issue
    from sandbox.jira.site import JiraSite


@total_ordering
@dataclass(frozen=True, slots=True, eq=True)
class Backwards:
    """A value that sorts the other way round."""

    value: Any

    def __lt__(self, other: Backwards) -> bool:
        return bool(other.value < self.value)


def order_key(site: JiraSite, order: tuple[Sort, ...]) -> Callable[[Issue], tuple[Any, ...]]:
    """Where an issue stands in the order; no two stand at the same place.

    Ties, and a query without an order, go by falling id: nobody promises more.

    Raises:
        JqlError: The site can't sort by a field.
    """
    parts = [(_part(site, sort.field), sort.descending) for sort in order]

    def key(issue: Issue) -> tuple[Any, ...]:
        return (*(_place(of(issue), down) for of, down in parts), -issue.id)

    return key


def _place(value: Any, descending: bool) -> tuple[bool, Any]:  # noqa: FBT001 - a hot inner call
    if value is None:
        return (not descending, 0)
    if not descending:
        return (False, value)
    return (True, -value if isinstance(value, (int, float)) else Backwards(value))


def _part(site: JiraSite, name: str) -> Callable[[Issue], Any]:
    parts: Mapping[str, Callable[[Issue], Any]] = {
        **dict.fromkeys(
            ("key", "issuekey", "issue", "id"),
            lambda issue: (site.projects[issue.project].key, issue.number),
        ),
        "project": lambda issue: site.projects[issue.project].key,
        "summary": lambda issue: issue.summary.lower(),
        "created": lambda issue: _seconds(issue.created),
        "updated": lambda issue: _seconds(issue.updated),
        "resolved": lambda issue: _seconds(issue.resolved),
        "resolutiondate": lambda issue: _seconds(issue.resolved),
        "status": lambda issue: site.statuses[issue.status].name,
        "issuetype": lambda issue: site.types[issue.type].name,
    }
    if name.lower() in parts:
        return parts[name.lower()]
    return _custom_part(site, name)


def _custom_part(site: JiraSite, name: str) -> Callable[[Issue], Any]:
    for kind in site.fields.values():
        if name.lower() not in (kind.id.lower(), kind.name.lower()):
            continue
        if kind.custom == defaults.RANK:
            return lambda issue: issue.id
        if kind.custom and kind.type == "number":
            return lambda issue: issue.custom.get(kind.id)
        raise JqlError(f"Not able to sort using field '{name}'.")
    raise no_field(name)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
