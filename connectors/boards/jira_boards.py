"""A Jira board as a question: its filter's query, its columns, its estimation field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.base import ByBoard, Column, Scope
from connectors.errors import NotFoundError, NotUnderstoodError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.boards.jira_wire import JiraWire


@dataclass(frozen=True, slots=True)
class JiraBoard:
    """What a board link asks for.

    `query` is the board's whole filter, old done cards that a kanban board
    hides included. `columns` is where each mapped status stands, by its id;
    `estimation` the field that the board estimates in, None for none.
    """

    board: str
    name: str
    query: str
    columns: Mapping[str, Column]
    estimation: str | None
    sprints: tuple[str, ...] = ()

    @property
    def via(self) -> str:
        """The way a card was reached, for people."""
        return ", ".join((f"board {self.board}", *(f"sprint {name}" for name in self.sprints)))


def read_board(wire: JiraWire, link: ByBoard) -> JiraBoard:
    """A board's configuration, and its sprints where the link is for some.

    Raises `NotFoundError` for a board or a sprint that isn't there.
    """
    (board,) = link.boards
    settings = wire.agile(f"board/{board}/configuration")
    try:
        query = f"filter = {int(settings['filter']['id'])}"
        columns = _columns(settings["columnConfig"]["columns"])
    except (KeyError, TypeError, ValueError) as error:
        raise NotUnderstoodError(f"{wire.name}: board {board} has no readable columns") from error
    sprints = _sprints(wire, board, link)
    if sprints:
        query = f"({query}) AND sprint in ({', '.join(str(one['id']) for one in sprints)})"
    field = ((settings.get("estimation") or {}).get("field") or {}).get("fieldId")
    names = tuple(str(one["name"]) for one in sprints)
    return JiraBoard(board, str(settings.get("name", "")), query, columns, field, names)


def _columns(columns: list[dict[str, Any]]) -> dict[str, Column]:
    """Where each status stands; the last column with statuses is the board's done."""
    mapped = [column["statuses"] for column in columns if column.get("statuses")]
    return {
        str(status["id"]): Column.LAST if statuses is mapped[-1] else Column.OTHER
        for statuses in mapped
        for status in statuses
    }


def _sprints(wire: JiraWire, board: str, link: ByBoard) -> list[dict[str, Any]]:
    if link.scope is Scope.BOARD:
        return []
    active = link.scope is Scope.ACTIVE_SPRINT
    found: list[dict[str, Any]] = []
    asked = {"state": "active"} if active else {}
    while True:
        page = wire.agile(f"board/{board}/sprint", startAt=len(found), maxResults=50, **asked)
        values = page["values"]
        found += values
        if page.get("isLast", True) or not values:
            break
    if active:
        if not found:
            raise NotFoundError(f"{wire.name}: board {board} has no active sprint")
        return found
    name = (link.sprint or "").casefold()
    named = [one for one in found if str(one["name"]).casefold() == name]
    if not named:
        raise NotFoundError(f"{wire.name}: board {board} has no sprint named {link.sprint}")
    return named
