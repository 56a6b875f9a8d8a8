"""JQL's functions that stand for sets of values; those of dates are in `jql_moments`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.jql.errors import JqlError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.jira.jql.names import Names
    from sandbox.jira.jql.parsing import Call
    from sandbox.jira.models import SprintState


@dataclass(frozen=True, slots=True)
class Function:
    """What a function stands for, and for which fields; `listing` ones need IN."""

    fields: tuple[str, ...]
    values: Callable[[Names, Call], frozenset[object]]
    listing: bool = True


def _sprints(state: SprintState) -> Callable[[Names, Call], frozenset[object]]:
    def values(names: Names, call: Call) -> frozenset[object]:
        _expect(call, 0)
        return frozenset(each.id for each in names.site.sprints.values() if each.state == state)

    return values


def _types(*, sub_tasks: bool) -> Callable[[Names, Call], frozenset[object]]:
    def values(names: Names, call: Call) -> frozenset[object]:
        _expect(call, 0)
        kinds = names.site.types.values()
        return frozenset(each.id for each in kinds if (each.level < 0) is sub_tasks)

    return values


def _versions(*, released: bool) -> Callable[[Names, Call], frozenset[object]]:
    def values(names: Names, call: Call) -> frozenset[object]:
        projects: set[object] = set()
        for argument in call.arguments:
            projects |= names.projects(argument, "project")
        return frozenset(
            each.id
            for each in names.site.versions.values()
            if each.released is released and (each.project in projects or not call.arguments)
        )

    return values


def _current_user(names: Names, call: Call) -> frozenset[object]:
    _expect(call, 0)
    return frozenset({names.account.email})


def _expect(call: Call, count: int) -> None:
    if len(call.arguments) != count:
        raise JqlError(
            f"Function '{call.name}' expected '{count}' arguments but received "
            f"'{len(call.arguments)}'.",
        )


SETS = {
    "opensprints": Function(("sprint",), _sprints("active")),
    "closedsprints": Function(("sprint",), _sprints("closed")),
    "futuresprints": Function(("sprint",), _sprints("future")),
    "subtaskissuetypes": Function(("issuetype", "type"), _types(sub_tasks=True)),
    "standardissuetypes": Function(("issuetype", "type"), _types(sub_tasks=False)),
    "releasedversions": Function(("fixversion",), _versions(released=True)),
    "unreleasedversions": Function(("fixversion",), _versions(released=False)),
    "currentuser": Function(("assignee", "reporter", "creator"), _current_user, listing=False),
}
