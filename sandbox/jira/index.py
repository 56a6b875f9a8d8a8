"""What searches see of a site: the issues as they were an index lag ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections import deque
    from datetime import datetime

    from sandbox.jira.models import Issue


class Index:
    """The searchable issues by id. Whoever uses it holds the site's lock."""

    def __init__(self) -> None:
        self.issues: dict[int, Issue] = {}
        self.revision = 0

    def catch_up(self, changes: deque[tuple[datetime, int, Issue | None]], until: datetime) -> None:
        """Take in the changes that were made by then."""
        while changes and changes[0][0] <= until:
            _, id_, issue = changes.popleft()
            self.revision += 1
            self.issues.pop(id_, None)
            if issue is not None:
                self.issues[id_] = issue
