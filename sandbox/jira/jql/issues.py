"""Clauses that name issues: keys, parents, epic links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.jql.clauses import EQUALITY, Choice, allow, collect
from sandbox.jira.jql.conditions import Test, among
from sandbox.jira.jql.errors import no_function
from sandbox.jira.jql.parsing import Empty, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.jira.jql.names import SiteNames
    from sandbox.jira.jql.parsing import Clause, Operand
    from sandbox.jira.models import Issue
    from sandbox.jira.site import JiraSite


@dataclass(frozen=True, slots=True)
class Relations:
    """Who is whose parent, on one site."""

    site: JiraSite
    names: SiteNames

    def key(self, clause: Clause) -> Test:
        """Issues by key or id."""
        allow(clause, *EQUALITY)
        ids = frozenset(id_ for id_ in collect(clause, self._ids) if isinstance(id_, int))
        if clause.operator in ("=", "in"):
            return among(ids)
        return Test(lambda issue: issue.id not in ids)

    def parent(self, clause: Clause) -> Test:
        """One level up, never more; on Data Center only sub-tasks have a parent."""
        everything = self.site.deployment == "cloud"
        return self._under(clause, lambda level: everything or level < 0)

    def epic(self, clause: Clause) -> Test:
        """The Epic Link: of base-level issues."""
        return self._under(clause, lambda level: level == 0)

    def initiative(self, clause: Clause) -> Test:
        """The Parent Link: of epics and what is above them."""
        return self._under(clause, lambda level: level > 0)

    def _under(self, clause: Clause, linked: Callable[[int], bool]) -> Test:
        types = self.site.types

        def parents(issue: Issue) -> tuple[int, ...]:
            if issue.parent is None or not linked(types[issue.type].level):
                return ()
            return (issue.parent,)

        return Choice(parents, self._ids, "parent").test(clause)

    def _ids(self, clause: Clause, operand: Operand) -> frozenset[object]:
        if isinstance(operand, Empty):
            return frozenset({None})
        if not isinstance(operand, Value):
            raise no_function(operand.name, operand.arguments)
        issue = self.names.issue(operand.text, clause.field)
        return frozenset() if issue is None else frozenset({issue.id})
