"""What searches see of a site: the issues as they were an index lag ago, found by posting lists."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Hashable, Iterable, Iterator
    from datetime import datetime

    from sandbox.jira.models import Issue


class Index:
    """The searchable issues by id. Whoever uses it holds the site's lock."""

    def __init__(self) -> None:
        self.issues: dict[int, Issue] = {}
        self.revision = 0
        self._postings: dict[tuple[str, Hashable], set[int]] = defaultdict(set)
        self._updated: list[tuple[datetime, int]] | None = None

    def catch_up(self, changes: deque[tuple[datetime, int, Issue | None]], until: datetime) -> None:
        """Take in the changes that were made by then."""
        while changes and changes[0][0] <= until:
            _, id_, issue = changes.popleft()
            self._take(id_, issue)

    def values(self, kind: str) -> list[Hashable]:
        """Every value that some issue had."""
        return [value for known, value in self._postings if known == kind]

    def count(self, kind: str, values: Iterable[Hashable]) -> int:
        """At most how many issues have one of the values."""
        return sum(len(self._postings.get((kind, value), ())) for value in values)

    def having(self, kind: str, values: Iterable[Hashable]) -> set[int]:
        """The ids of the issues that have one of the values."""
        return set().union(*(self._postings.get((kind, value), ()) for value in values))

    def updated(self, first: datetime | None, last: datetime | None) -> list[tuple[datetime, int]]:
        """When and which issues were updated, both ends included; None for no bound."""
        if self._updated is None:
            self._updated = sorted((each.updated, each.id) for each in self.issues.values())
        rows = self._updated
        start = 0 if first is None else bisect_left(rows, (first, 0))
        end = len(rows) if last is None else bisect_right(rows, (last, max(self.issues, default=0)))
        return rows[start:end]

    def _take(self, id_: int, issue: Issue | None) -> None:
        self.revision += 1
        before = self.issues.pop(id_, None)
        for term in _terms(before):
            self._postings[term].discard(id_)
        if issue is not None:
            self.issues[id_] = issue
            for term in _terms(issue):
                self._postings[term].add(id_)
        self._updated = None


def _terms(issue: Issue | None) -> Iterator[tuple[str, Hashable]]:
    if issue is None:
        return
    yield "project", issue.project
    yield "type", issue.type
    yield "status", issue.status
    yield "parent", issue.parent
    for label in issue.labels:
        yield "label", label
    for sprint in issue.sprints:
        yield "sprint", sprint
