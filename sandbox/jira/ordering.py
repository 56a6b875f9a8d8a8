"""The order of search results: what ORDER BY means, and the order of a query without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira.jql.errors import no_field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.jira.jql.parsing import Sort
    from sandbox.jira.models import Issue
    from sandbox.jira.site import JiraSite


def order_key(site: JiraSite, order: tuple[Sort, ...]) -> Callable[[Issue], tuple[Any, ...]]:
    """Tell where an issue stands in the order; no two stand at the same place.

    Ties, and a query without an order, go by falling id: nobody promises more.
    Everything sorted by is a row of numbers, so that falling is only a minus.

    Raises:
        JqlError: The site can't sort by a field.
    """
    ranks = {project.id: rank for rank, project in enumerate(_by_key(site))}
    parts: Mapping[str, Callable[[Issue], tuple[float, ...]]] = {
        **dict.fromkeys(("key", "id"), lambda issue: (ranks[issue.project], issue.number)),
        "created": lambda issue: (issue.created.timestamp(),),
        "updated": lambda issue: (issue.updated.timestamp(),),
        "summary": lambda issue: tuple(map(ord, issue.summary.lower())),
        "rank": lambda issue: (issue.id,),
    }
    for sort in order:
        if sort.field.lower() not in parts:
            raise no_field(sort.field)
    asked = [(parts[sort.field.lower()], -1 if sort.descending else 1) for sort in order]

    def key(issue: Issue) -> tuple[Any, ...]:
        return (*(tuple(sign * part for part in of(issue)) for of, sign in asked), -issue.id)

    return key


def _by_key(site: JiraSite) -> list[Any]:
    return sorted(site.projects.values(), key=lambda project: project.key)
