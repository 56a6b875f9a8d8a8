"""The fields that JQL can ask about, and what a whole condition means."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.jira import defaults
from sandbox.jira.jql.clauses import Choice, allow, date_test, number_test, text_test
from sandbox.jira.jql.conditions import Test, all_of, any_of
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.functions import SETS
from sandbox.jira.jql.issues import Relations
from sandbox.jira.jql.moments import unknown_function
from sandbox.jira.jql.parsing import Clause, Empty, Terms, Value, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sandbox.jira.jql.moments import Moments
    from sandbox.jira.jql.names import Names
    from sandbox.jira.jql.parsing import Call, Condition, Operand
    from sandbox.jira.models import FieldKind, Issue
    from sandbox.jira.site import JiraSite


class Compiler:
    """Makes tests of a query's conditions.

    `timed` is true afterwards if the query's meaning may change with the clock.
    """

    def __init__(
        self,
        site: JiraSite,
        names: Names,
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
            **dict.fromkeys(("summary", "description", "text"), self._text),
            **dict.fromkeys(_DATES, self._date),
            **{name: choice.test for name, choice in self._choices().items()},
            "parent": relations.parent,
            "filter": self._filter,
        }

    def compile(self, condition: Condition) -> Test:
        """The test of a condition.

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

    def _choices(self) -> dict[str, Choice]:
        names = self._names
        types = Choice(lambda issue: (issue.type,), self._found(names.types), "type")
        return {
            "project": Choice(
                lambda issue: (issue.project,), self._found(names.projects), "project"
            ),
            "issuetype": types,
            "type": types,
            "status": Choice(lambda issue: (issue.status,), self._found(names.statuses), "status"),
            "statuscategory": Choice(self._category, self._found(names.categories)),
            "resolution": Choice(_resolution, self._found(names.resolutions)),
            "labels": Choice(lambda issue: issue.labels, self._found(names.labels), "label"),
            "component": Choice(lambda issue: issue.components, self._found(names.components)),
            "fixversion": Choice(lambda issue: issue.versions, self._found(names.versions)),
            "sprint": Choice(lambda issue: issue.sprints, self._found(names.sprints), "sprint"),
            "assignee": Choice(_assignee, self._found(names.people)),
            "reporter": Choice(_reporter, self._found(names.people)),
            "creator": Choice(_reporter, self._found(names.people)),
        }

    def _found(
        self,
        find: Callable[[str, str], frozenset[object]],
    ) -> Callable[[Clause, Operand], frozenset[object]]:
        def found(clause: Clause, operand: Operand) -> frozenset[object]:
            if isinstance(operand, Empty):
                return frozenset({None})
            if isinstance(operand, Value):
                return find(operand.text, clause.field)
            return self._called(clause, operand)

        return found

    def _called(self, clause: Clause, call: Call) -> frozenset[object]:
        known = SETS.get(call.name.lower())
        if known is None:
            raise unknown_function(call)
        if clause.field.lower() not in known.fields:
            raise JqlError(
                f"A value provided by the function '{call.name}' is invalid for the field "
                f"'{clause.field}'.",
            )
        if known.listing and clause.operator not in ("in", "not in"):
            raise JqlError(
                f"Operator '{clause.operator}' does not support the list value '{call.name}()' "
                f"for field '{clause.field}'.",
            )
        return known.values(self._names, call)

    def _category(self, issue: Issue) -> tuple[object, ...]:
        """The category "undefined" is as good as none: "!=" and "not in" pass it over."""
        category = self.site.category_of(issue)
        return () if category == "undefined" else (category,)

    def _date(self, clause: Clause) -> Test:
        name = clause.field.lower()
        if name == "statuscategorychangeddate" and self.site.deployment != "cloud":
            raise no_field(clause.field)
        self.timed = self.timed or any(map(self._moments.moves, clause.operands))
        return date_test(
            clause, _DATES[name], self._moments.read, indexed=name in ("updated", "updateddate")
        )

    def _text(self, clause: Clause) -> Test:
        return text_test(clause, _TEXTS[clause.field.lower()])

    def _filter(self, clause: Clause) -> Test:
        allow(clause, "=", "!=", "in", "not in")
        saved = any_of([self._saved(clause, operand) for operand in clause.operands])
        if clause.operator in ("=", "in"):
            return saved
        return Test(lambda issue: not saved.matches(issue))

    def _saved(self, clause: Clause, operand: Operand) -> Test:
        text = operand.text if isinstance(operand, Value) else ""
        jql = self._names.filter(text, clause.field)
        if jql in self._inside:
            raise JqlError(
                f"Field 'filter' with value '{text}' causes a cyclical reference, this query can "
                f"not be executed and should be edited.",
            )
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
        if kind.type == "number":
            return number_test(clause, lambda issue: issue.custom.get(kind.id))
        if kind.items == "string":
            return Choice(_strings(kind.id), self._found(self._names.labels)).test(clause)
        if kind.type == "string":
            return text_test(clause, lambda issue: str(issue.custom.get(kind.id) or ""))
        raise JqlError(f"Field '{clause.field}' is not searchable.")

    def _kind(self, name: str) -> FieldKind:
        number = re.fullmatch(r"cf\[(\d+)\]", name)
        called = f"customfield_{number[1]}" if number else name.lower()
        for kind in self.site.fields.values():
            if kind.custom and called in (kind.id, kind.name.lower()):
                return kind
        raise no_field(name)


def no_field(name: str) -> JqlError:
    """What the service says to a field that it doesn't have."""
    return JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")


_DATES: dict[str, Callable[[Issue], datetime | None]] = {
    "created": lambda issue: issue.created,
    "createddate": lambda issue: issue.created,
    "updated": lambda issue: issue.updated,
    "updateddate": lambda issue: issue.updated,
    "resolved": lambda issue: issue.resolved,
    "resolutiondate": lambda issue: issue.resolved,
    "statuscategorychangeddate": lambda issue: issue.category_changed,
}
_TEXTS: dict[str, Callable[[Issue], str]] = {
    "summary": lambda issue: issue.summary,
    "description": lambda issue: issue.description,
    "text": lambda issue: f"{issue.summary}\n{issue.description}",
}


def _resolution(issue: Issue) -> tuple[object, ...]:
    return () if issue.resolution is None else (issue.resolution,)


def _assignee(issue: Issue) -> tuple[object, ...]:
    return () if issue.assignee is None else (issue.assignee.account_id,)


def _reporter(issue: Issue) -> tuple[object, ...]:
    return () if issue.reporter is None else (issue.reporter.account_id,)


def _strings(id_: str) -> Callable[[Issue], Iterable[object]]:
    def of(issue: Issue) -> Iterable[object]:
        value = issue.custom.get(id_)
        return tuple(value) if isinstance(value, (list, tuple)) else ()

    return of
