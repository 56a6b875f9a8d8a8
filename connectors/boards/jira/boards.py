"""A Jira board as questions: its filter's query, its sprints, its columns, its estimation field."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from connectors.base import ByBoard, Column, Scope
from connectors.boards.jira.cards import OddValueError, moment, number
from connectors.boards.jira.pages import is_last
from connectors.errors import NotFoundError, NotUnderstoodError, RejectedError
from connectors.patterns import folded

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from connectors.boards.jira.cards import Json
    from connectors.boards.jira.client import JiraWire

STATES: Mapping[Scope, dict[str, str]] = {
    Scope.ACTIVE_SPRINT: {"state": "active"},
    Scope.SPRINT: {},
    Scope.SPRINTS: {"state": "active,closed"},
}
SPRINT_STATES = ("future", "active", "closed")
SPRINTS_A_PAGE = 50
NO_SPRINTS = 400
"""The status with which a board that has no sprints answers when asked for them."""


class JiraBoard(NamedTuple):
    """What a board link asks for.

    `queries` are the ways in which cards are reached, and what to ask for each:
    the board's whole filter, old done cards that a kanban board hides
    included, or its sprints. `columns` is where each mapped status stands, by
    its id; `estimation` the field that the board estimates in, None for none.
    """

    queries: Mapping[str, str]
    columns: Mapping[str, Column]
    estimation: str | None


def read_board(wire: JiraWire, link: ByBoard) -> JiraBoard:
    """A board's configuration, and its sprints where the link is for some.

    Raises `NotFoundError` for a board or a sprint that isn't there.
    """
    return wire.again(partial(_read_board, wire, link))


def _read_board(wire: JiraWire, link: ByBoard) -> JiraBoard:
    (board,) = link.boards
    settings = wire.agile(f"board/{board}/configuration")
    try:
        query = f"filter = {number(settings['filter']['id'], 'filter')}"
        columns = _columns(settings["columnConfig"]["columns"])
        field = _estimation(settings.get("estimation", {}))
        queries = {f"board {board}": query}
        if link.scope is not Scope.BOARD:
            queries = {
                f"board {board}, {way}": f"({query}) AND sprint in ({', '.join(ids)})"
                for way, ids in _ways(wire, board, link).items()
            }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        part = "columns and sprints" if link.scope is not Scope.BOARD else "columns"
        raise NotUnderstoodError(f"{wire.name}: board {board} has no readable {part}") from error
    return JiraBoard(queries, columns, field)


def _columns(columns: list[dict[str, Any]]) -> dict[str, Column]:
    """Where each status stands; the last column with statuses is the board's done.

    Raises `ValueError` where none has: nothing would be on the board.
    """
    lists = [column["statuses"] for column in columns]
    mapped = [statuses for statuses in lists if statuses]
    if not mapped or not all(isinstance(statuses, list) for statuses in lists):
        raise OddValueError("columns")
    return {
        number(status["id"], "columns"): Column.LAST if statuses is mapped[-1] else Column.OTHER
        for statuses in mapped
        for status in statuses
    }


def _estimation(estimation: Json) -> str | None:
    """The field that a board estimates in, as scrum boards tell; None where it has none."""
    if estimation.get("type", "field") != "field" or "field" not in estimation:
        return None
    field = estimation["field"]["fieldId"]
    if not isinstance(field, str):
        raise OddValueError("estimation")
    return field


def _ways(wire: JiraWire, board: str, link: ByBoard) -> dict[str, list[str]]:
    """The ids of the sprints that a link means, by how people call the way through them.

    Each sprint is a way of its own, so that it is known which card left with
    which. The many of a whole period are one way and one question. Between two
    sprints there is no way to an active one, and that is an answer.
    """
    sprints = _sprints(wire, board, link.scope)
    if link.scope is Scope.SPRINT:
        name = folded(link.sprint or "")
        sprints = [sprint for sprint in sprints if folded(sprint["name"]) == name]
    if link.scope is Scope.SPRINTS:
        sprints = [sprint for sprint in sprints if _counts(sprint, link.since)]
    if not sprints and link.scope is not Scope.ACTIVE_SPRINT:
        raise NotFoundError(f"{wire.name}: board {board} has {_none_of(link)}")
    ways: dict[str, list[str]] = {}
    for sprint in sprints:
        way = f"sprint {sprint['name']}"
        if link.scope is Scope.SPRINTS:
            way = "sprints" + (f" since {link.since:%Y-%m-%d}" if link.since else "")
        ways.setdefault(way, []).append(str(sprint["id"]))
    return ways


def _none_of(link: ByBoard) -> str:
    if link.scope is Scope.SPRINT:
        return f"no sprint named {link.sprint}"
    return "no sprint that is active, or has ended" + (
        f" since {link.since:%Y-%m-%d}" if link.since else ""
    )


def _sprints(wire: JiraWire, board: str, scope: Scope) -> list[Json]:
    """A board's sprints, page by page; a sprint that boards share is on each of them."""
    sprints: list[Json] = []
    while True:
        try:
            page = wire.agile(
                f"board/{board}/sprint",
                startAt=len(sprints),
                maxResults=SPRINTS_A_PAGE,
                **STATES[scope],
            )
        except RejectedError as error:
            if error.status != NO_SPRINTS:
                raise
            raise NotFoundError(
                f"{wire.name}: board {board} has no sprints, as a kanban board; "
                "take scope: off the link"
            ) from error
        if not isinstance(page["values"], list):
            raise OddValueError("sprints")
        sprints += map(_sprint, page["values"])
        if len({sprint["id"] for sprint in sprints}) < len(sprints):
            raise NotUnderstoodError(f"{wire.name}: board {board} lists a sprint twice")
        if is_last(page, len(sprints), f"{wire.name}: board {board}"):
            return sprints


def _sprint(sprint: Json) -> Json:
    """A sprint that says which it is, how it is called, and how far."""
    id_, state = sprint["id"], sprint["state"]
    whole = isinstance(id_, int) and not isinstance(id_, bool) and id_ > 0
    if not whole or not isinstance(sprint["name"], str) or state not in SPRINT_STATES:
        raise OddValueError("sprints")
    return sprint


def _counts(sprint: Json, since: datetime | None) -> bool:
    """Whether a sprint is active, or ended not before the period; one without an end didn't."""
    if sprint["state"] == "active":
        return True
    ended = moment(sprint.get("completeDate") or sprint.get("endDate"))
    return ended is not None and (since is None or ended >= since)
