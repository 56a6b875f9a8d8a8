"""The agile API of both deployments: boards, their configuration, their sprints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.jira.answers import complaint
from sandbox.jira.auth import signed_in
from sandbox.jira.request import number, strings
from sandbox.jira.routing import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from sandbox.jira.models import SiteBoard, Sprint
    from sandbox.jira.request import JiraCall
    from sandbox.jira.shared_json import Json
    from sandbox.jira.site import JiraSite

AGILE = "/rest/agile/1.0"
READ_BOARD = "read:board-scope:jira-software"
READ_SPRINT = "read:sprint:jira-software"
READ_ISSUE = "read:issue-details:jira"
_READ_ADMIN = "read:board-scope.admin:jira-software"
_READ_PROJECT = "read:project:jira"
_STATES = ("closed", "active", "future")


class Boards:
    """Boards, their columns and their sprints."""

    def __init__(self, site: JiraSite) -> None:
        self._site = site

    def endpoints(self) -> Iterable[Endpoint]:
        """Where they answer."""
        board = f"{AGILE}/board/<int:board>"
        return (
            Endpoint(f"{AGILE}/board", self._boards, scopes=(READ_BOARD, _READ_PROJECT)),
            Endpoint(board, self._board, scopes=(READ_BOARD, READ_ISSUE)),
            Endpoint(
                f"{board}/configuration",
                self._configuration,
                scopes=(_READ_ADMIN, _READ_PROJECT),
            ),
            Endpoint(f"{board}/sprint", self._sprints, scopes=(READ_SPRINT,)),
        )

    def _boards(self, call: JiraCall) -> Json:
        signed_in(call.account)
        given = call.query("startAt", "maxResults")
        seen = [each for each in self._site.boards.values() if self._may_see(call, each)]
        boards = [self._drawn(call, board) for board in seen]
        return self._page(given, boards)

    def _board(self, call: JiraCall) -> Json:
        call.query()
        return self._drawn(call, self.asked(call))

    def _configuration(self, call: JiraCall) -> Json:
        call.query()
        board = self.asked(call)
        drawn: Json = {
            "id": board.id,
            "name": board.name,
            "type": board.type,
            "self": f"{call.base}{AGILE}/board/{board.id}/configuration",
            "filter": {"id": board.filter, "self": call.parts.link("filter", board.filter)},
            "columnConfig": {
                "columns": [
                    {
                        "name": column.name,
                        "statuses": [
                            {"id": id_, "self": call.parts.link("status", id_)}
                            for id_ in column.statuses
                        ],
                    }
                    for column in board.columns
                ],
                "constraintType": "issueCount",
            },
            "ranking": {"rankCustomFieldId": 10019},
        }
        if board.type == "kanban" and board.sub_query is not None:
            drawn["subQuery"] = {"query": board.sub_query}
        if board.type == "scrum":
            drawn["estimation"] = self._estimation(board)
        return drawn

    def _estimation(self, board: SiteBoard) -> Json:
        if board.estimation is None:
            return {"type": "issueCount"}
        name = self._site.fields[board.estimation].name
        return {"type": "field", "field": {"fieldId": board.estimation, "displayName": name}}

    def _sprints(self, call: JiraCall) -> Json:
        given = call.query("startAt", "maxResults", "state")
        board = self.asked(call)
        if board.type == "kanban":
            raise complaint(400, "The board does not support sprints")
        states = strings(given.get("state", ",".join(_STATES)))
        if not all(state in _STATES for state in states):
            raise complaint(400, f"The sprint state must be one of {', '.join(_STATES)}.")
        sprints = self._shown_on(call, board)
        sprints.sort(key=lambda sprint: (_STATES.index(sprint.state), sprint.id))
        return self._page(
            given, [call.parts.sprint(each) for each in sprints if each.state in states]
        )

    def _shown_on(self, call: JiraCall, board: SiteBoard) -> list[Sprint]:
        """The sprints made on the board, and others' that hold something of its filter."""
        with self._site.lock:
            every = list(self._site.sprints.values())
            if all(each.board == board.id for each in every):
                return every
            matches = call.searching.find(call.account, self._site.filters[board.filter].jql)
            issues = [self._site.index.issues[id_] for id_ in matches.ids]
            held = {id_ for issue in issues for id_ in issue.sprints}
        return [each for each in every if each.board == board.id or each.id in held]

    def asked(self, call: JiraCall) -> SiteBoard:
        """The board in the address; raises `RefusedError` where there is none to see."""
        signed_in(call.account)
        board = self._site.boards.get(call.arguments["board"])
        if board is None or not self._may_see(call, board):
            raise complaint(
                404,
                "The requested board cannot be viewed because it either does not exist or "
                "you do not have permission to view it.",
            )
        return board

    def _may_see(self, call: JiraCall, board: SiteBoard) -> bool:
        return board.project is None or self._site.browses(call.account, board.project)

    def _drawn(self, call: JiraCall, board: SiteBoard) -> Json:
        drawn: Json = {
            "id": board.id,
            "self": f"{call.base}{AGILE}/board/{board.id}",
            "name": board.name,
            "type": board.type,
        }
        if board.project is None:
            return drawn
        project = self._site.projects[board.project]
        drawn["location"] = {
            "projectId": int(project.id),
            "displayName": f"{project.name} ({project.key})",
            "projectName": project.name,
            "projectKey": project.key,
            "projectTypeKey": "software",
            "name": f"{project.name} ({project.key})",
        }
        return drawn

    def _page(self, given: Any, values: list[Json]) -> Json:
        start = number(given, "startAt", 0)
        most = min(number(given, "maxResults", 50), self._site.caps.agile_page)
        return {
            "maxResults": most,
            "startAt": start,
            "total": len(values),
            "isLast": start + most >= len(values),
            "values": values[start : start + most],
        }
