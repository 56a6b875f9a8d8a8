"""The kinds of clauses in JQL: choices and dates; which operators each knows."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.jira.jql.parsing import Call, Clause, Empty, JqlError
from sandbox.jira.models import Issue

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sandbox.jira.jql.parsing import Operand

Test = Callable[[Issue], bool]
"""Whether an issue matches."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}
EQUALITY = ("=", "!=", "in", "not in")
_PRESENCE = ("is", "is not")
_POSITIVE = ("=", "in", "is")


@dataclass(frozen=True, slots=True)
class Choice:
    """A field whose values are some of a known set.

    `find` gives the values that an operand stands for; None among them stands
    for having no value.
    """

    values_of: Callable[[Issue], Iterable[object]]
    find: Callable[[Clause, Operand], frozenset[object]]

    def test(self, clause: Clause) -> Test:
        """Give the test of a clause on the field."""
        allow(clause, *EQUALITY, *_PRESENCE)
        sought = collect(clause, self.find)
        values = sought - {None}
        if clause.operator not in _POSITIVE:
            return has_none_of(self.values_of, values)
        filled = has_one_of(self.values_of, values)
        return any_of([filled, is_empty(self.values_of)]) if None in sought else filled


def collect(
    clause: Clause,
    find: Callable[[Clause, Operand], frozenset[object]],
) -> frozenset[object]:
    """Give everything that the operands stand for; complain about all of them at once."""
    values: set[object] = set()
    complaints: dict[str, None] = {}
    for operand in clause.operands:
        try:
            values |= find(clause, operand)
        except JqlError as error:
            complaints |= dict.fromkeys(error.messages)
    if complaints:
        raise JqlError(*complaints)
    return frozenset(values)


def date_test(
    clause: Clause,
    of: Callable[[Issue], datetime | None],
    read: Callable[[Operand, str], datetime],
) -> Test:
    """Give the test of a clause on a date."""
    allow(clause, *COMPARE, *_PRESENCE)
    if clause.operator in _PRESENCE:
        return lambda issue: (of(issue) is None) is (clause.operator == "is")
    bound = read(clause.operands[0], clause.field)
    compare = COMPARE[clause.operator]

    def matches(issue: Issue) -> bool:
        at = of(issue)
        return at is not None and compare(at, bound)

    return matches


def allow(clause: Clause, *operators: str) -> None:
    """Refuse an operator that the field doesn't know, and one that doesn't fit its operand."""
    field, operator = clause.field, clause.operator
    if operator not in operators:
        raise JqlError(f"The operator '{operator}' is not supported by the '{field}' field.")
    called = isinstance(clause.operands[0], Call) and not clause.listed
    if clause.listed is not (operator in ("in", "not in")) and not called:
        shape = "list" if clause.listed else "non-list"
        raise JqlError(f"Operator '{operator}' does not support the {shape} for field '{field}'.")
    if operator in _PRESENCE and not isinstance(clause.operands[0], Empty):
        raise JqlError(f"'{operator}' only supports EMPTY or NULL for the field '{field}'.")


def all_of(tests: Collection[Test]) -> Test:
    """Every one of them."""
    return lambda issue: all(test(issue) for test in tests)


def any_of(tests: Collection[Test]) -> Test:
    """At least one of them."""
    return lambda issue: any(test(issue) for test in tests)


def has_one_of(values_of: Callable[[Issue], Iterable[object]], values: frozenset[object]) -> Test:
    """The field has one of the values."""
    return lambda issue: any(value in values for value in values_of(issue))


def has_none_of(
    values_of: Callable[[Issue], Iterable[object]], unwanted: frozenset[object]
) -> Test:
    """The field has a value, and none of these: an empty field is never "not" something."""

    def matches(issue: Issue) -> bool:
        values = tuple(values_of(issue))
        return bool(values) and not any(value in unwanted for value in values)

    return matches


def is_empty(values_of: Callable[[Issue], Iterable[object]]) -> Test:
    """The field has no value."""
    return lambda issue: not tuple(values_of(issue))
