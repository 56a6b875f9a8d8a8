"""The kinds of clauses in JQL: choices and dates; which operators each knows."""

from __future__ import annotations

import operator as python
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.jira.jql.conditions import (
    Test,
    any_of,
    has_none_of,
    has_one_of,
    is_empty,
    is_filled,
    updated_within,
)
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.parsing import Call, Clause, Empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sandbox.jira.jql.parsing import Operand
    from sandbox.jira.models import Issue

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
    for having no value. `posting` is the index's name for the field.
    """

    values_of: Callable[[Issue], Iterable[object]]
    find: Callable[[Clause, Operand], frozenset[object]]
    posting: str | None = None

    def test(self, clause: Clause) -> Test:
        """Give the test of a clause on the field."""
        allow(clause, *EQUALITY, *_PRESENCE)
        sought = collect(clause, self.find)
        values = sought - {None}
        if clause.operator not in _POSITIVE:
            return has_none_of(self.values_of, values)
        filled = has_one_of(self.values_of, values, self.posting)
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
    *,
    indexed: bool,
) -> Test:
    """Give the test of a clause on a date; `indexed` if it is when the issue was updated."""
    allow(clause, *COMPARE, *_PRESENCE)
    if clause.operator in _PRESENCE:
        return _presence(clause, lambda issue: () if of(issue) is None else (1,))
    bound = read(clause.operands[0], clause.field)
    compare = COMPARE[clause.operator]

    def matches(issue: Issue) -> bool:
        at = of(issue)
        return at is not None and compare(at, bound)

    if not indexed:
        return Test(matches)
    above = clause.operator in (">", ">=")
    return updated_within(bound if above else None, None if above else bound, Test(matches))


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


def _presence(clause: Clause, values_of: Callable[[Issue], Iterable[object]]) -> Test:
    return is_empty(values_of) if clause.operator == "is" else is_filled(values_of)
