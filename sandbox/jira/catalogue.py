"""A site's lists: projects, workflow names, fields, boards, sprints and saved queries."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Literal, TypeVar

from sandbox.jira import defaults
from sandbox.jira.models import (
    BoardColumn,
    Category,
    Component,
    FieldKind,
    Filter,
    IssueType,
    Named,
    Project,
    Resolution,
    SiteBoard,
    Sprint,
    SprintState,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

_N = TypeVar("_N", bound=Named)
_K = TypeVar("_K")
_V = TypeVar("_V")


class Shelf(dict[_K, _V]):
    """A dictionary that counts its changes."""

    changes = 0

    def __setitem__(self, key: _K, value: _V) -> None:
        self.changes += 1
        super().__setitem__(key, value)


class Catalogue:
    """Everything on a site that isn't an issue or an account.

    A look-up takes a name or the thing itself, and raises `KeyError` for a name
    that nothing has or that several have.
    """

    def __init__(self, deployment: Literal["cloud", "datacenter"]) -> None:
        self.projects: Shelf[str, Project] = Shelf()
        self.types: Shelf[str, IssueType] = Shelf((each.id, each) for each in defaults.TYPES)
        self.statuses: Shelf[str, Status] = Shelf((each.id, each) for each in defaults.STATUSES)
        self.resolutions: Shelf[str, Resolution] = Shelf(
            (each.id, each) for each in defaults.RESOLUTIONS
        )
        self.components: Shelf[str, Component] = Shelf()
        self.boards: Shelf[int, SiteBoard] = Shelf()
        self.sprints: Shelf[int, Sprint] = Shelf()
        self.filters: Shelf[str, Filter] = Shelf()
        self.fields: Shelf[str, FieldKind] = Shelf((each.id, each) for each in _fields(deployment))
        self._ids = count(11001)
        self._board_ids = count(1)
        self._sprint_ids = count(1)

    @property
    def revision(self) -> int:
        """Grows with every change that a query's meaning may depend on."""
        shelves = (self.projects, self.types, self.statuses, self.resolutions, self.components)
        return sum(each.changes for each in (*shelves, self.sprints, self.filters))

    def add_project(self, key: str, name: str = "", *, simplified: bool = False) -> Project:
        """Add a company-managed project, or a team-managed one."""
        project = Project(self._next(), key, name or key, simplified)
        self.projects[project.id] = project
        return project

    def add_type(
        self, name: str, level: int, *, names: Mapping[str, str] | None = None
    ) -> IssueType:
        """Add an issue type: 2 for an initiative, -1 for a kind of sub-task."""
        kind = IssueType(self._next(), name, level, names=names or {})
        self.types[kind.id] = kind
        return kind

    def add_status(
        self,
        name: str,
        category: Category,
        *,
        names: Mapping[str, str] | None = None,
        id: str | None = None,  # noqa: A002 - the field's own word
    ) -> Status:
        """Add a workflow status."""
        status = Status(id or self._next(), name, category, names=names or {})
        self.statuses[status.id] = status
        return status

    def add_resolution(self, name: str, *, names: Mapping[str, str] | None = None) -> Resolution:
        """Add a resolution."""
        resolution = Resolution(self._next(), name, names=names or {})
        self.resolutions[resolution.id] = resolution
        return resolution

    def add_component(self, project: str, name: str) -> Component:
        """Add a component to a project."""
        component = Component(self._next(), self.project(project).id, name)
        self.components[component.id] = component
        return component

    def add_filter(self, name: str, jql: str) -> Filter:
        """Save a query."""
        saved = Filter(self._next(), name, jql)
        self.filters[saved.id] = saved
        return saved

    def add_board(
        self,
        name: str,
        jql: str,
        *,
        type: Literal["scrum", "kanban", "simple"] = "scrum",  # noqa: A002 - the field's own word
        columns: Mapping[str, Iterable[str | Status]] | None = None,
        project: str | None = None,
        estimation: str | None = None,
        sub_query: str | None = None,
        id: int | None = None,  # noqa: A002 - the field's own word
    ) -> SiteBoard:
        """Add a board over a query.

        `columns` maps names to statuses, left to right; the three usual ones by
        default. `estimation` is a field's name, None to count issues.
        """
        layout = columns or {"To Do": ["To Do"], "In Progress": ["In Progress"], "Done": ["Done"]}
        board = SiteBoard(
            id=id or next(self._board_ids),
            name=name,
            type=type,
            filter=self.add_filter(f"Filter for {name}", jql).id,
            columns=tuple(
                BoardColumn(title, tuple(self.status(status).id for status in statuses))
                for title, statuses in layout.items()
            ),
            project=None if project is None else self.project(project).id,
            estimation=None if estimation is None else self.field(estimation).id,
            sub_query=sub_query,
        )
        self.boards[board.id] = board
        return board

    def add_sprint(
        self,
        name: str,
        board: SiteBoard,
        *,
        state: SprintState = "future",
        start: datetime | None = None,
        end: datetime | None = None,
        completed: datetime | None = None,
        goal: str = "",
    ) -> Sprint:
        """Add a sprint to the board that it is planned on."""
        number = next(self._sprint_ids)
        sprint = Sprint(number, name, board.id, state, start, end, completed, goal)
        self.sprints[sprint.id] = sprint
        return sprint

    def change_sprint(self, sprint: Sprint, **changes: object) -> Sprint:
        """Start, end or rename a sprint; `changes` as in `Sprint`."""
        changed = replace(self.sprints[sprint.id], **changes)  # type: ignore[arg-type]
        self.sprints[sprint.id] = changed
        return changed

    def change_project(self, key: str, **changes: object) -> Project:
        """Archive or rename a project; `changes` as in `Project`."""
        project = replace(self.project(key), **changes)  # type: ignore[arg-type]
        self.projects[project.id] = project
        return project

    def rename_resolution(self, name: str, new: str) -> Resolution:
        """Call a resolution differently; the issues that have it don't change."""
        named = _the_one(self.resolutions.values(), name)
        self.resolutions[named.id] = replace(named, name=new, names={})
        return self.resolutions[named.id]

    def rename_status(self, name: str | Status, new: str) -> Status:
        """Call a status differently; the issues in it don't change."""
        status = replace(self.status(name), name=new, names={})
        self.statuses[status.id] = status
        return status

    def remap_status(self, name: str | Status, category: Category) -> Status:
        """Move a status to another category; the issues' `updated` doesn't move."""
        status = replace(self.status(name), category=category)
        self.statuses[status.id] = status
        return status

    def project(self, key: str) -> Project:
        """The project with this key."""
        return {each.key: each for each in self.projects.values()}[key]

    def status(self, name: str | Status) -> Status:
        """The status with this name."""
        return name if isinstance(name, Status) else _the_one(self.statuses.values(), name)

    def type(self, name: str | IssueType) -> IssueType:
        """The issue type with this name."""
        return name if isinstance(name, IssueType) else _the_one(self.types.values(), name)

    def resolution(self, name: str | Resolution | None) -> Resolution | None:
        """The resolution with this name; None for None."""
        if name is None or isinstance(name, Resolution):
            return name
        return _the_one(self.resolutions.values(), name)

    def component(self, project: Project, name: str) -> Component:
        """The project's component with this name."""
        return {(each.project, each.name): each for each in self.components.values()}[
            project.id, name
        ]

    def field(self, name: str) -> FieldKind:
        """The field with this name."""
        return {each.name: each for each in self.fields.values()}[name]

    def field_with(self, custom: str) -> FieldKind:
        """The first field whose schema has this key."""
        return next(each for each in self.fields.values() if each.custom == custom)

    def _next(self) -> str:
        return str(next(self._ids))


def _fields(deployment: Literal["cloud", "datacenter"]) -> tuple[FieldKind, ...]:
    if deployment == "cloud":
        return defaults.SYSTEM_FIELDS + defaults.CLOUD_FIELDS + defaults.CLOUD_CUSTOM_FIELDS
    return defaults.SYSTEM_FIELDS + defaults.DATA_CENTER_CUSTOM_FIELDS


def _the_one(things: Iterable[_N], name: str) -> _N:
    matches = [each for each in things if each.name == name]
    if len(matches) != 1:
        raise KeyError(f"{len(matches)} are named {name!r}")
    return matches[0]
