"""What a Jira site is made of, as values; the site replaces them, nothing changes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Category = Literal["new", "indeterminate", "done", "undefined"]
SprintState = Literal["closed", "active", "future"]
AccountKind = Literal["api-token", "scoped", "oauth", "personal"]


@dataclass(frozen=True, slots=True)
class Named:
    """Something with an id and a name that depends on who reads it.

    `names` are the translations by language ("de"); `name` is the untranslated one.
    """

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def called(self, language: str) -> str:
        """The name in this language, the untranslated one where there is none."""
        return self.names.get(language, self.name)


@dataclass(frozen=True, slots=True)
class Status(Named):
    """A workflow status; several may share a name."""

    category: Category


@dataclass(frozen=True, slots=True)
class Resolution(Named):
    """Why an issue was closed."""


@dataclass(frozen=True, slots=True)
class IssueType(Named):
    """`level` is -1 for a sub-task, 0 for a story, 1 for an epic, more above."""

    level: int


@dataclass(frozen=True, slots=True)
class Project:
    """Company-managed ("classic") or, `simplified`, team-managed; `former_keys` lead to it."""

    id: str
    key: str
    name: str
    simplified: bool = False
    former_keys: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """A part of one project."""

    id: str
    project: str
    name: str


@dataclass(frozen=True, slots=True)
class Sprint:
    """`board` is the id of the board that it was made on."""

    id: int
    name: str
    board: int
    state: SprintState
    start: datetime | None = None
    end: datetime | None = None
    completed: datetime | None = None
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A saved query."""

    id: str
    name: str
    jql: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A board's column, and the ids of the statuses mapped to it."""

    name: str
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteBoard:
    """`estimation` is a field's id, None where the board counts issues."""

    id: int
    name: str
    type: Literal["scrum", "kanban", "simple"]
    filter: str
    columns: tuple[BoardColumn, ...]
    project: str | None = None
    estimation: str | None = None
    sub_query: str | None = None


@dataclass(frozen=True, slots=True)
class FieldKind:
    """A field of issues; `custom` is its schema's key, empty for a system field."""

    id: str
    name: str
    type: str
    custom: str = ""
    items: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the program must never learn of."""

    name: str
    email: str
    account_id: str


@dataclass(frozen=True, slots=True)
class JiraAccount:
    """Who asks. `projects` are the keys that it can browse, None for all.

    `api-token` signs in with e-mail and token on the site's address, `scoped`
    so on the gateway's, `oauth` by Bearer on the gateway's, `personal` by
    Bearer on a Data Center's.
    """

    email: str
    token: str
    kind: AccountKind = "api-token"
    name: str = "Delivery Manager"
    time_zone: str = "Etc/UTC"
    language: str = "en"
    projects: frozenset[str] | None = None
    scopes: frozenset[str] = frozenset()
    expires: datetime | None = None
    password: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as it is at a moment.

    `project`, `type`, `status`, `resolution`, `parent`, `sprints` and
    `components` are ids. `category` overrides the status's own (recorded
    issues may contradict their status). `former_keys` are still followed.
    """

    id: int
    key: str
    project: str
    type: str
    summary: str
    status: str
    created: datetime
    updated: datetime
    category: Category | None = None
    category_changed: datetime | None = None
    resolution: str | None = None
    resolved: datetime | None = None
    labels: tuple[str, ...] = ()
    parent: int | None = None
    sprints: tuple[int, ...] = ()
    components: tuple[str, ...] = ()
    custom: Mapping[str, object] = field(default_factory=dict)
    description: str = ""
    assignee: Person | None = None
    reporter: Person | None = None
    former_keys: tuple[str, ...] = ()
    hidden: bool = False
    archived: datetime | None = None

    @property
    def number(self) -> int:
        """The digits of the key."""
        return int(self.key.rpartition("-")[2])
