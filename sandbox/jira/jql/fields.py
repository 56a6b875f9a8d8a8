"""The fields that JQL can ask about, and what a whole condition means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.jira import defaults
from sandbox.jira.jql.clauses import (
    EQUALITY,
    Choice,
    Test,
    all_of,
    allow,
    any_of,
    collect,
    date_test,
)
from sandbox.jira.jql.parsing import (
    Clause,
    Empty,
    JqlError,
    Terms,
    Value,
    no_field,
    no_function,
    parse,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sandbox.jira.jql.moments import Moments
    from sandbox.jira.jql.names import SiteNames
    from sandbox.jira.jql.parsing import Condition, Operand
    from sandbox.jira.models import FieldKind, Issue
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
            return lambda issue: issue.id in ids
        return lambda issue: issue.id not in ids

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

        return Choice(parents, self._ids).test(clause)

    def _ids(self, clause: Clause, operand: Operand) -> frozenset[object]:
        if isinstance(operand, Empty):
            return frozenset({None})
        if not isinstance(operand, Value):
            raise no_function(operand.name, operand.arguments)
        issue = self.names.issue(operand.text, clause.field)
        return frozenset() if issue is None else frozenset({issue.id})


class Compiler:
    """Makes tests of a query's conditions.

    `timed` is true afterwards if the query's meaning may change with the clock.
    """

    def __init__(
        self,
        site: JiraSite,
        names: SiteNames,
        moments: Moments,
        inside: tuple[str, ...] = (),
    ) -> None:
        self.site = site
        self.timed = False
        self._names = names
        self._moments = moments
        self._inside = inside
        relations = Relations(site, names)
        self._links = {
            defaults.EPIC_LINK: relations.epic,
            defaults.PARENT_LINK: relations.initiative,
        }
        self._fields: Mapping[str, Callable[[Clause], Test]] = {
            **dict.fromkeys(("key", "issuekey", "issue", "id"), relations.key),
            **dict.fromkeys(_DATES, self._date),
            "project": self._choice(lambda issue: (issue.project,), names.projects),
            "issuetype": self._choice(lambda issue: (issue.type,), names.types),
            "type": self._choice(lambda issue: (issue.type,), names.types),
            "status": self._choice(lambda issue: (issue.status,), names.statuses),
            "statuscategory": self._choice(self._category, names.categories),
            "resolution": self._choice(_resolution, names.resolutions),
            "labels": self._choice(lambda issue: issue.labels, names.labels),
            "component": self._choice(lambda issue: issue.components, names.components),
            "sprint": self._choice(lambda issue: issue.sprints, names.sprints),
            "parent": relations.parent,
            "filter": self._filter,
        }

    def compile(self, condition: Condition) -> Test:
        """Give the test of a condition.

        Raises:
            JqlError: With every line that the service would answer.
        """
        if isinstance(condition, Clause):
            name = condition.field.lower()
            return self._fields.get(name, self._custom)(condition)
        tests: list[Test] = []
        complaints: list[str] = []
        for term in condition.terms:
            try:
                tests.append(self.compile(term))
            except JqlError as error:
                complaints += error.messages
        if complaints:
            raise JqlError(*complaints)
        return all_of(tests) if condition.joint == "and" else any_of(tests)

    def _choice(
        self,
        values_of: Callable[[Issue], Iterable[object]],
        find: Callable[[str, str], frozenset[object]],
    ) -> Callable[[Clause], Test]:
        def meaning(clause: Clause, operand: Operand) -> frozenset[object]:
            if isinstance(operand, Empty):
                return frozenset({None})
            if isinstance(operand, Value):
                return find(operand.text, clause.field)
            return self._names.called(clause, operand)

        return Choice(values_of, meaning).test

    def _category(self, issue: Issue) -> tuple[object, ...]:
        """Take the category "undefined" for none: "!=" and "not in" pass it over."""
        category = self.site.category_of(issue)
        return () if category == "undefined" else (category,)

    def _date(self, clause: Clause) -> Test:
        name = clause.field.lower()
        self.timed = self.timed or any(map(self._moments.moves, clause.operands))
        return date_test(clause, _DATES[name], self._moments.read)

    def _filter(self, clause: Clause) -> Test:
        allow(clause, "=", "!=", "in", "not in")
        saved = any_of([self._saved(clause, operand) for operand in clause.operands])
        if clause.operator in ("=", "in"):
            return saved
        return lambda issue: not saved(issue)

    def _saved(self, clause: Clause, operand: Operand) -> Test:
        text = operand.text if isinstance(operand, Value) else ""
        jql = self._names.filter(text, clause.field)
        if jql in self._inside:
            raise JqlError(f"Field 'filter' with value '{text}' causes a cyclical reference.")
        inner = Compiler(self.site, self._names, self._moments, (*self._inside, jql))
        test = inner.compile(parse(jql).where or Terms("and", ()))
        self.timed = self.timed or inner.timed
        return test

    def _custom(self, clause: Clause) -> Test:
        kind = self._kind(clause.field)
        if kind.custom in self._links:
            return self._links[kind.custom](clause)
        if kind.custom == defaults.SPRINT:
            return self._fields["sprint"](replace(clause, field="sprint"))
        raise JqlError(f"Field '{clause.field}' is not searchable.")

    def _kind(self, name: str) -> FieldKind:
        number = re.fullmatch(r"cf\[(\d+)\]", name)
        called = f"customfield_{number[1]}" if number else name.lower()
        for kind in self.site.fields.values():
            if kind.custom and called in (kind.id, kind.name.lower()):
                return kind
        raise no_field(name)


_DATES: dict[str, Callable[[Issue], datetime | None]] = {
    "created": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "resolved": lambda issue: issue.resolved,
}


def _resolution(issue: Issue) -> tuple[object, ...]:
    return () if issue.resolution is None else (issue.resolution,)
