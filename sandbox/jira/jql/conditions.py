"""Conditions on issues, each with a way to look at only a part of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sandbox.jira.index import Index
    from sandbox.jira.models import Issue


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Where all matches are: at most `size` issues, fetched when needed."""

    size: int
    ids: Callable[[], AbstractSet[int]]


@dataclass(frozen=True, slots=True)
class Test:
    """A condition. `narrow` answers None where the whole index must be looked at."""

    matches: Callable[[Issue], bool]
    narrow: Callable[[Index], Narrowed | None] = lambda _: None


def all_of(tests: Collection[Test]) -> Test:
    """Every one of them."""

    def matches(issue: Issue) -> bool:
        return all(test.matches(issue) for test in tests)

    def narrow(index: Index) -> Narrowed | None:
        parts = [part for test in tests if (part := test.narrow(index)) is not None]
        return min(parts, key=lambda part: part.size, default=None)

    return Test(matches, narrow)


def any_of(tests: Collection[Test]) -> Test:
    """At least one of them."""

    def matches(issue: Issue) -> bool:
        return any(test.matches(issue) for test in tests)

    def narrow(index: Index) -> Narrowed | None:
        parts = [test.narrow(index) for test in tests]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return Narrowed(
            sum(part.size for part in known),
            lambda: frozenset[int]().union(*(part.ids() for part in known)),
        )

    return Test(matches, narrow)


def has_one_of(
    values_of: Callable[[Issue], Iterable[object]],
    values: frozenset[object],
    posting: str | None,
) -> Test:
    """The field has one of the values; `posting` is the index's name for the field."""

    def narrow(index: Index) -> Narrowed | None:
        if posting is None:
            return None
        return Narrowed(index.count(posting, values), lambda: index.having(posting, values))

    return Test(lambda issue: any(value in values for value in values_of(issue)), narrow)


def has_none_of(
    values_of: Callable[[Issue], Iterable[object]],
    unwanted: frozenset[object],
) -> Test:
    """The field has a value, and none of these: an empty field is never "not" something."""

    def matches(issue: Issue) -> bool:
        values = tuple(values_of(issue))
        return bool(values) and not any(value in unwanted for value in values)

    return Test(matches)


def is_empty(values_of: Callable[[Issue], Iterable[object]]) -> Test:
    """The field has no value."""
    return Test(lambda issue: not tuple(values_of(issue)))


def is_filled(values_of: Callable[[Issue], Iterable[object]]) -> Test:
    """The field has a value."""
    return Test(lambda issue: bool(tuple(values_of(issue))))


def among(ids: frozenset[int]) -> Test:
    """One of these issues."""
    return Test(lambda issue: issue.id in ids, lambda _: Narrowed(len(ids), lambda: ids))


def updated_within(first: datetime | None, last: datetime | None, exact: Test) -> Test:
    """`exact`, which holds for no issue that was updated outside of these bounds."""

    def narrow(index: Index) -> Narrowed:
        rows = index.updated(first, last)
        return Narrowed(len(rows), lambda: frozenset(id_ for _, id_ in rows))

    return Test(exact.matches, narrow)
