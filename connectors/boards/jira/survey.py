"""What there is to link to on a Jira site: its boards, its open epics, the labels in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.boards.jira.client import JiraWire
from connectors.boards.jira.pages import list_of
from connectors.boards.jira.source import CLOUD, of_address, of_server
from connectors.errors import NotAuthorisedError, NotFoundError, NotUnderstoodError, RejectedError
from connectors.survey import MOST, SeenBoard, SeenEpic, Survey, counted

if TYPE_CHECKING:
    from connectors.base import Access
    from connectors.clock import Clock
    from connectors.http import Transport

A_PAGE = 50
LABELLED = "labels is not EMPTY ORDER BY updated DESC"
EPICS = "issuetype = Epic AND statusCategory != Done ORDER BY updated DESC"


def survey(access: Access, transport: Transport, _clock: Clock) -> Survey:
    """Look at what the credentials open; raises a `SourceError` where that is nothing."""
    wire = JiraWire(access, transport, "2")
    deployment = access.options.get("deployment") or of_address(access.url)
    deployment = deployment or of_server(wire.get("serverInfo"), access.name)
    cloud = deployment == CLOUD
    wire = JiraWire(access, transport, "3" if cloud else "2")
    me = wire.get("myself")
    if not isinstance(me, dict) or not (me.get("accountId") or me.get("name")):
        raise NotAuthorisedError(
            f"{access.name}: Jira doesn't say who we are; renew {access.variable}"
        )
    labelled = _searched(wire, LABELLED, "labels", cloud=cloud)
    epics = _epics(wire, cloud=cloud)
    try:
        return Survey(
            boards=_boards(wire),
            epics=tuple(SeenEpic(str(epic["key"]), _summary(epic)) for epic in epics),
            labels=counted(label for issue in labelled for label in issue["fields"]["labels"]),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise NotUnderstoodError(f"{access.name}: an issue that can't be read") from error


def _summary(issue: Any) -> str:
    return str(issue["fields"].get("summary") or issue["key"])


def _epics(wire: JiraWire, *, cloud: bool) -> list[Any]:
    try:
        return _searched(wire, EPICS, "summary", cloud=cloud)
    except RejectedError:
        # A site in another language may have no type called Epic.
        return []


def _searched(wire: JiraWire, query: str, field: str, *, cloud: bool) -> list[Any]:
    """Give the first issues that a query finds, as many as show what is in use."""
    if not cloud:
        page = wire.post("search", {"jql": query, "fields": [field], "maxResults": MOST})
        return list_of(page, "issues", wire.name)
    issues: list[Any] = []
    asked = {"jql": query, "fields": [field], "maxResults": 100}
    while len(issues) < MOST:
        page = wire.post("search/jql", asked)
        issues += list_of(page, "issues", wire.name)
        if not (token := page.get("nextPageToken")):
            break
        asked = {**asked, "nextPageToken": token}
    return issues


def _boards(wire: JiraWire) -> tuple[SeenBoard, ...]:
    """Give the boards; none where the token's scopes don't reach them."""
    boards: list[Any] = []
    try:
        while len(boards) < MOST:
            page = wire.agile("board", startAt=len(boards), maxResults=A_PAGE)
            values = list_of(page, "values", wire.name)
            boards += values
            if page.get("isLast", True) or not values:
                break
    except (NotAuthorisedError, NotFoundError, RejectedError):
        return ()
    return tuple(SeenBoard(str(board["id"]), str(board["name"])) for board in boards)
