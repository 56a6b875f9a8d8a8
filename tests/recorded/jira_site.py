"""Real payloads, recorded by others, as a site: each issue as its tracker told it."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.jira.models import (
    Component,
    Issue,
    IssueType,
    Person,
    Project,
    Resolution,
    Sprint,
    Status,
)
from sandbox.jira.site import JiraSite

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sandbox.jira.shared_json import Json
    from sandbox.jira.visibility import Deployment

_SUB_TASK, _BASE, _EPIC = -1, 0, 1


def recorded_site(*paths: Path, deployment: Deployment = "cloud") -> JiraSite:
    """A site with the issues, statuses and sprints of these files and folders.

    Files hold a JSON value, or one a line (`.jsonl`, `.jsonl.gz`). An issue
    that comes twice is taken once, the first time. A parent or epic that isn't
    in the files can't be seen on the site either. What the recording doesn't
    tell of an issue's level is derived: a sub-task by its mark, an epic by its
    type's name or by being some issue's epic.
    """
    site = JiraSite(deployment=deployment)
    site.types.clear()
    site.statuses.clear()
    site.resolutions.clear()
    _Recording(site, [each for path in paths for each in _values(path)]).play()
    return site


def _values(path: Path) -> Iterator[Json]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            yield from _values(inner) if inner.is_file() else ()
        return
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    # Titles hold U+2028 and its like, so never `splitlines`.
    parts = text.split("\n") if ".jsonl" in path.suffixes else [text]
    for part in parts:
        if part.strip():
            value = json.loads(part)
            yield from value.get("issues", [value])


class _Recording:
    """Recorded values, told apart by their shape."""

    def __init__(self, site: JiraSite, values: Iterable[Json]) -> None:
        self._site = site
        known = list(values)
        self._issues = {
            int(each["id"]): each for each in reversed(known) if "fields" in each and "key" in each
        }
        self._statuses = [each for each in known if "statusCategory" in each]
        self._sprints = [each for each in known if "originBoardId" in each]
        fields = [each["fields"] for each in self._issues.values()]
        self._epics = {int(each["epic"]["id"]) for each in fields if each.get("epic")}

    def play(self) -> None:
        """Put everything on the site."""
        for status in self._statuses:
            self._status(status)
        for sprint in self._sprints:
            self._sprint(sprint)
        for id_ in sorted(self._issues):
            self._issue(id_, self._issues[id_])

    def _issue(self, id_: int, raw: Json) -> None:
        fields, key = raw["fields"], raw["key"]
        project = self._project(key.rpartition("-")[0], fields["project"])
        status = self._status(fields["status"])
        category = fields["status"]["statusCategory"]["key"]
        created = _date(fields["created"])
        resolved = _maybe(fields.get("resolutiondate"))
        sprints = [*(fields.get("closedSprints") or []), fields.get("sprint")]
        self._site.put(
            Issue(
                id=id_,
                key=key,
                project=project.id,
                type=self._type(id_, fields["issuetype"]).id,
                summary=fields.get("summary") or key,
                status=status.id,
                created=created,
                updated=_maybe(fields.get("updated")) or created,
                category=None if category == status.category else category,
                category_changed=(
                    _maybe(fields.get("statuscategorychangedate")) or resolved or created
                ),
                resolution=self._resolution(fields.get("resolution")),
                resolved=resolved,
                labels=tuple(fields.get("labels") or ()),
                parent=self._parent(fields),
                sprints=tuple(self._sprint(each).id for each in sprints if each),
                components=tuple(
                    self._component(project, each) for each in fields.get("components") or ()
                ),
                description=_text(fields.get("description")),
                assignee=_person(fields.get("assignee")),
                reporter=_person(fields.get("reporter")),
            )
        )

    def _project(self, key: str, raw: Json) -> Project:
        for known in self._site.projects.values():
            if known.key == key:
                return known
        project = Project(raw["id"], key, raw.get("name") or key, bool(raw.get("simplified")))
        self._site.projects[project.id] = project
        return project

    def _type(self, id_: int, raw: Json) -> IssueType:
        level = raw.get("hierarchyLevel")
        if level is None:
            epic = raw["name"] == "Epic" or id_ in self._epics
            level = _SUB_TASK if raw.get("subtask") else _EPIC if epic else _BASE
        for known in self._site.types.values():
            if (known.name, known.level) == (raw["name"], level):
                return known
        kind = IssueType(_free(self._site.types, raw["id"]), raw["name"], level)
        self._site.types[kind.id] = kind
        return kind

    def _status(self, raw: Json) -> Status:
        known = self._site.statuses.get(raw["id"])
        if known is not None and known.name == raw["name"]:
            return known
        id_ = _free(self._site.statuses, raw["id"])
        status = Status(id_, raw["name"], raw["statusCategory"]["key"])
        self._site.statuses[id_] = status
        return status

    def _resolution(self, raw: Json | None) -> str | None:
        if raw is None:
            return None
        known = self._site.resolutions.get(raw["id"])
        if known is None or known.name != raw["name"]:
            known = Resolution(_free(self._site.resolutions, raw["id"]), raw["name"])
            self._site.resolutions[known.id] = known
        return known.id

    def _sprint(self, raw: Json) -> Sprint:
        known = self._site.sprints.get(raw["id"])
        if known is not None:
            return known
        sprint = Sprint(
            id=raw["id"],
            name=raw["name"],
            board=raw.get("originBoardId") or 0,
            state=raw["state"],
            start=_maybe(raw.get("startDate")),
            end=_maybe(raw.get("endDate")),
            completed=_maybe(raw.get("completeDate")),
            goal=raw.get("goal") or "",
        )
        self._site.sprints[sprint.id] = sprint
        return sprint

    def _component(self, project: Project, raw: Json) -> str:
        id_: str = raw["id"]
        self._site.components.setdefault(id_, Component(id_, project.id, raw["name"]))
        return id_

    def _parent(self, fields: Json) -> int | None:
        above = fields.get("parent") or fields.get("epic")
        if not above:
            return None
        id_ = int(above["id"])
        if id_ not in self._issues:
            self._site.add_unseen(above["key"], id_)
        return id_


def _free(shelf: dict[str, Any], id_: str) -> str:
    """The id, or one like it where another recording has used it for something else."""
    while id_ in shelf:
        id_ = f"9{id_}" if id_.isdecimal() else f"{id_}-9"
    return id_


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _maybe(text: str | None) -> datetime | None:
    return _date(text) if text else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _person(raw: Json | None) -> Person | None:
    if not raw:
        return None
    id_ = raw.get("accountId") or raw.get("key") or raw.get("name") or ""
    return Person(raw.get("displayName") or id_, raw.get("emailAddress") or "", id_)
