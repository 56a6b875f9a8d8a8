"""The agile API's lists of issues: by offset, and on Cloud by token too."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

from sandbox.jira.boards import AGILE, READ_BOARD, READ_ISSUE, READ_SPRINT
from sandbox.jira.cursors import Cursors
from sandbox.jira.fields import Wanted, draw
from sandbox.jira.request import number, strings
from sandbox.jira.routing import Endpoint
from sandbox.jira.searching import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from sandbox.jira.boards import Boards
    from sandbox.jira.models import Board, Issue
    from sandbox.jira.request import Visit
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite

_SOFTWARE = "/rest/software/1.0"
_DEPRECATED = (("Deprecation", "true"), ("Warning", '299 - "This API is deprecated"'))


class BoardIssues:
    """What is on a board and in a sprint."""

    def __init__(self, site: JiraSite, boards: Boards) -> None:
        self._site = site
        self._boards = boards
        self._cursors = Cursors(site.now)

    def endpoints(self) -> Iterable[Endpoint]:
        """Where they answer; by token on Cloud alone, which deprecates the other way."""
        cloud = self._site.deployment == "cloud"
        board, sprint, old = "board/<int:board>", "sprint/<int:sprint>", _DEPRECATED * cloud
        of_board, of_sprint = (READ_BOARD, READ_ISSUE), (READ_SPRINT, READ_ISSUE)
        yield Endpoint(f"{AGILE}/{board}/issue", self._board_issues, scopes=of_board, headers=old)
        yield Endpoint(
            f"{AGILE}/{sprint}/issue", self._sprint_issues, scopes=of_sprint, headers=old
        )
        if cloud:
            paged = f"{_SOFTWARE}/{board}/issue"
            yield Endpoint(paged, self._paged_board_issues, scopes=of_board)
            yield Endpoint(f"{paged}/approximate-count", self._count, scopes=of_board)
            yield Endpoint(
                f"{_SOFTWARE}/{sprint}/issue", self._paged_sprint_issues, scopes=of_sprint
            )

    def _board_issues(self, visit: Visit) -> Json:
        return self._by_offset(visit, self._on_board(visit))

    def _sprint_issues(self, visit: Visit) -> Json:
        return self._by_offset(visit, self._in_sprint(visit))

    def _paged_board_issues(self, visit: Visit) -> Json:
        return self._by_token(visit, self._on_board(visit))

    def _paged_sprint_issues(self, visit: Visit) -> Json:
        return self._by_token(visit, self._in_sprint(visit))

    def _count(self, visit: Visit) -> Json:
        visit.query("jql")
        return {"count": len(self._on_board(visit).ids)}

    def _on_board(self, visit: Visit) -> Found:
        """What the board's filter and sub-query have; scrum boards have no epics."""
        board = self._boards.asked(visit)
        jqls = [self._site.filters[board.filter].jql]
        if board.type == "kanban" and board.sub_query:
            jqls.append(board.sub_query)
        asked = visit.request.args.get("jql", "")
        with self._site.lock:
            found = visit.searching.find(visit.account, asked, *jqls)
            on = [self._belongs(board, id_) for id_ in found.ids]
        return Found(list(compress(found.ids, on)), list(compress(found.keys, on)))

    def _belongs(self, board: Board, id_: int) -> bool:
        issue = self._site.index.issues[id_]
        if board.type == "scrum" and self._site.types[issue.type].level > 0:
            return False
        return any(issue.status in column.statuses for column in board.columns)

    def _in_sprint(self, visit: Visit) -> Found:
        sprint = self._boards.asked_sprint(visit).id
        jql = visit.request.args.get("jql", "")
        return visit.searching.find(visit.account, jql, f"sprint = {sprint}")

    def _by_offset(self, visit: Visit, found: Found) -> Json:
        given = visit.query("startAt", "maxResults", "jql", "validateQuery", "fields", "expand")
        start = number(given, "startAt", 0)
        most = min(number(given, "maxResults", 50), self._site.caps.search_page)
        wanted = Wanted(tuple(strings(given.get("fields", "*navigable"))))
        issues = self._issues(visit, found.ids[start : start + most])
        return {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": most,
            "total": len(found.ids),
            "issues": draw(visit.rendering, issues, wanted),
        }

    def _by_token(self, visit: Visit, found: Found) -> Json:
        given = visit.query(
            "nextPageToken",
            "maxResults",
            "reconcileIssues",
            "jql",
            "validateQuery",
            "fields",
            "expand",
        )
        query: Any = (visit.account, visit.request.path, given.get("jql", ""))
        start = found.after(self._cursors.take(query, given.get("nextPageToken")))
        wanted = Wanted(tuple(strings(given.get("fields", "*navigable"))))
        cap = self._site.caps.ids_page if wanted.bare else self._site.caps.page
        end = min(start + min(number(given, "maxResults", 50), cap), len(found.ids))
        issues = self._issues(visit, found.ids[start:end])
        page: Json = {"issues": draw(visit.rendering, issues, wanted)}
        if end < len(found.ids):
            page["nextPageToken"] = self._cursors.give(query, found.keys[end - 1])
        return {**page, "isLast": end >= len(found.ids)}

    def _issues(self, visit: Visit, ids: Sequence[int]) -> list[Issue]:
        with self._site.lock:
            there = (self._site.issues.get(id_) for id_ in ids)
            return [each for each in there if each and self._site.sees(visit.account, each)]
