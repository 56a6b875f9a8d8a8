"""Issues, as the service's JSON."""

from __future__ import annotations

from json.encoder import encode_basestring
from typing import TYPE_CHECKING, Any

from sandbox.jira import defaults
from sandbox.jira.shared_json import Shared, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.jira.models import FieldKind, Issue, Sprint
    from sandbox.jira.shared_json import Json, Parts

_EXPAND = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
_OBJECTS_SINCE = 10
"""The Data Center version since which sprint values are objects, not strings."""


class IssueText(str):
    """JSON already, to be put into an answer as it is."""

    __slots__ = ()


class Rendering:
    """Draws issues, field by field."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.site = parts.site
        self._issues = parts.link("issue", "")
        self._by_field = self._drawers()

    def issue(self, issue: Issue, fields: Iterable[str]) -> IssueText:
        """The issue with these of its `known` fields; no parent is no field, not null."""
        drawn = ((field, self._by_field[field](issue)) for field in fields)
        texts = [
            f'"{field}":{_text(value)}'
            for field, value in drawn
            if value is not None or field != "parent"
        ]
        return IssueText(f'{self.bare(issue)[:-1]},"fields":{{{",".join(texts)}}}}}')

    @property
    def known(self) -> tuple[str, ...]:
        """The ids of the fields that an issue can have."""
        return tuple(self._by_field)

    def bare(self, issue: Issue) -> IssueText:
        """The issue without fields, as when only its key is asked for."""
        return IssueText(
            f'{{"expand":"{_EXPAND}","id":"{issue.id}","self":"{self._issues}{issue.id}",'
            f'"key":"{issue.key}"}}'
        )

    def _drawers(self) -> dict[str, Callable[[Issue], Any]]:
        plain: dict[str, Callable[[Issue], Any]] = {
            "summary": lambda issue: issue.summary,
            "labels": lambda issue: list(issue.labels),
            "status": lambda issue: self.parts.status(issue.status, issue.category),
            "issuetype": lambda issue: self.parts.type(issue.type),
            "project": lambda issue: self.parts.project(issue.project),
            "resolution": self._resolution,
            "resolutiondate": lambda issue: self.parts.date(issue.resolved),
            "created": lambda issue: self.parts.date(issue.created),
            "updated": lambda issue: self.parts.date(issue.updated),
            "components": self._components,
            "description": self._description,
            "assignee": lambda issue: self.parts.person(issue.assignee),
            "reporter": lambda issue: self.parts.person(issue.reporter),
            "creator": lambda issue: self.parts.person(issue.reporter),
            "comment": self._comments,
            "archiveddate": lambda issue: self.parts.date(issue.archived),
            "archivedby": self._archiver,
            "parent": self._parent,
            "statuscategorychangedate": lambda issue: self.parts.date(issue.category_changed),
        }
        known = self.site.fields
        drawers = {name: draw for name, draw in plain.items() if name in known or name == "parent"}
        custom = {kind.id: self._custom(kind) for kind in known.values() if kind.custom}
        return {**drawers, **custom}

    def _custom(self, kind: FieldKind) -> Callable[[Issue], Any]:
        if kind.custom == defaults.SPRINT:
            return self._sprints
        if kind.custom == defaults.EPIC_LINK:
            return lambda issue: self._link_above(issue, lambda level: level == 0)
        if kind.custom == defaults.PARENT_LINK:
            return lambda issue: self._link_above(issue, lambda level: level > 0)
        if kind.custom == defaults.RANK:
            return lambda issue: f"0|i{issue.id:05d}:"
        return lambda issue: issue.custom.get(kind.id)

    def _archiver(self, issue: Issue) -> Json | None:
        return None if issue.archived is None else self.parts.person(issue.reporter)

    def _parent(self, issue: Issue) -> Json | None:
        if issue.parent is None or not (self.parts.cloud or self._level(issue) < 0):
            return None
        above, id_ = issue.parent, str(issue.parent)
        if above not in self.site.issues and above not in self.site.unseen:
            return None
        return self.parts.once(lambda: self._above(above), "parent", id_)

    def _above(self, id_: int) -> Json:
        """A parent that the account can't see is told by id and key alone."""
        above = self.site.issues.get(id_)
        key = self.site.unseen[id_] if above is None else above.key
        drawn = {"id": str(id_), "key": key, "self": f"{self._issues}{id_}"}
        if above is None or not self.site.sees(self.parts.account, above):
            return drawn
        return {**drawn, "fields": self._gist(above)}

    def _level(self, issue: Issue) -> int:
        return self.site.types[issue.type].level

    def _link_above(self, issue: Issue, linked: Callable[[int], bool]) -> str | None:
        if issue.parent is None or not linked(self._level(issue)):
            return None
        above = self.site.issues.get(issue.parent)
        return above.key if above else self.site.unseen.get(issue.parent)

    def _gist(self, issue: Issue) -> Json:
        return {
            "summary": issue.summary,
            "status": self.parts.status(issue.status, issue.category),
            "issuetype": self.parts.type(issue.type),
        }

    def _sprints(self, issue: Issue) -> list[Any] | None:
        sprints = [self.site.sprints[id_] for id_ in issue.sprints]
        if not sprints:
            return None
        if not self.parts.cloud and int(self.site.version.partition(".")[0]) < _OBJECTS_SINCE:
            return [self._sprint_string(sprint) for sprint in sprints]
        return [self._sprint_value(sprint) for sprint in sprints]

    def _sprint_value(self, sprint: Sprint) -> Json:
        drawn = self.parts.sprint(sprint)
        left = {name: value for name, value in drawn.items() if name != "self"}
        left["boardId"] = left.pop("originBoardId")
        return left

    def _sprint_string(self, sprint: Sprint) -> str:
        dates = [
            self.parts.date(at) or "<null>" for at in (sprint.start, sprint.end, sprint.completed)
        ]
        return (
            f"com.atlassian.greenhopper.service.sprint.Sprint@{sprint.id:08x}[id={sprint.id},"
            f"rapidViewId={sprint.board},state={sprint.state.upper()},name={sprint.name},"
            f"startDate={dates[0]},endDate={dates[1]},completeDate={dates[2]},"
            f"activatedDate={dates[0]},sequence={sprint.id},goal={sprint.goal or '<null>'},"
            f"autoStartStop=false]"
        )

    def _resolution(self, issue: Issue) -> Json | None:
        if issue.resolution is None:
            return None
        return self.parts.resolution(issue.resolution)

    def _components(self, issue: Issue) -> list[Json]:
        return [
            {"self": self.parts.link("component", id_), "id": id_, "name": component.name}
            for id_ in issue.components
            if (component := self.site.components[id_])
        ]

    def _description(self, issue: Issue) -> Json | str | None:
        if self.parts.api == "2" or not issue.description:
            return issue.description or None
        text = {"type": "text", "text": issue.description}
        return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]}

    def _comments(self, issue: Issue) -> Json:
        link = f"{self._issues}{issue.id}/comment"
        return {"comments": [], "self": link, "maxResults": 0, "total": 0, "startAt": 0}


def _text(value: object) -> str:
    if isinstance(value, Shared):
        return value.text
    if isinstance(value, str):
        return encode_basestring(value)
    return "null" if value is None else encode(value)
