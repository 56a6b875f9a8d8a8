"""Who may see which issue, and where each is: by id, by key, by the keys before a move."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Literal

from sandbox.jira import defaults
from sandbox.jira.catalogue import Catalogue
from sandbox.jira.index import Index
from sandbox.jira.models import Category, Issue, JiraAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.jira.models import Project

Deployment = Literal["cloud", "datacenter"]


def _wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Caps:
    """What the service gives at once; may be changed while it serves.

    `ids_page` and `page` are Cloud's search pages with ids alone and with other
    fields, `bulkfetch` the most issues for named fields (1000, or 100 as
    before 2026), `agile_page` boards and sprints. `search_page` and `window`
    are Data Center's settings of the same purpose. A query that lists more than
    `operands` values breaks the service (JRACLOUD-84010).
    """

    ids_page: int = 5000
    page: int = 100
    bulkfetch: int = 1000
    agile_page: int = 50
    search_page: int = 1000
    window: int = 10_000
    operands: int = 5000


class SiteIssues(Catalogue):
    """Keeps a site's issues and accounts."""

    def __init__(
        self,
        *,
        deployment: Deployment = "cloud",
        version: str = "9.12.12",
        now: Callable[[], datetime] = _wall_clock,
        language: str = "en",
        missing_keys: Literal["refuse", "omit"] = "refuse",
        labels_fold: bool = False,
        cloud_id: str = "11111111-2222-3333-4444-555555555555",
        index_lag: timedelta = timedelta(0),
        caps: Caps | None = None,
    ) -> None:
        super().__init__(deployment)
        self.deployment = deployment
        self.version = version
        self.now = now
        self.language = language
        self.missing_keys = missing_keys
        self.labels_fold = labels_fold
        self.cloud_id = cloud_id
        self.index_lag = index_lag
        self.caps = caps or Caps()
        self.lock = threading.RLock()
        self.accounts: list[JiraAccount] = []
        self.issues: dict[int, Issue] = {}
        self.unseen: dict[int, str] = {}
        self.changes: deque[tuple[datetime, int, Issue | None]] = deque()
        self.index = Index()
        self._by_key: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._issue_ids = count(10001)

    def add_account(
        self,
        email: str,
        token: str,
        *,
        projects: Iterable[str] | None = None,
        scopes: Iterable[str] = (),
        **more: object,
    ) -> JiraAccount:
        """Let somebody in; `more` as in `JiraAccount`."""
        browsable = None if projects is None else frozenset(projects)
        account = JiraAccount(
            email,
            token,
            projects=browsable,
            scopes=frozenset(scopes),
            **more,  # type: ignore[arg-type]
        )
        self.accounts.append(account)
        return account

    def revoke(self, account: JiraAccount) -> None:
        """Make the account's token worthless, as when it expires."""
        self.accounts.remove(account)

    def add_unseen(self, key: str, id: int) -> None:  # noqa: A002 - the field's own word
        """Name an issue that nobody can see, so that others may have it as parent."""
        self.unseen[id] = key

    def issue(self, key: str) -> Issue:
        """The issue with this key or id, also by a key that it had before a move.

        Raises:
            KeyError: There is none.
        """
        with self.lock:
            return self.issues[self.issue_id(key)]

    def find(self, key: str) -> Issue | None:
        """As `issue`, but None where there is none."""
        try:
            return self.issue(key)
        except KeyError:
            return None

    def issue_id(self, key: str) -> int:
        """The id behind a key or id, hidden issues included.

        Raises:
            KeyError: There is none.
        """
        if key.isdecimal() and int(key) in self.issues:
            return int(key)
        return self._by_key[key.upper()]

    def sees(self, account: JiraAccount | None, issue: Issue) -> bool:
        """Whether the account may browse the issue; None, a stranger, never may."""
        return account is not None and not issue.hidden and self.browses(account, issue.project)

    def is_archived(self, issue: Issue) -> bool:
        """Whether the issue was archived, by itself or with its project."""
        return issue.archived is not None or self.projects[issue.project].archived

    def browses(self, account: JiraAccount | None, project: str) -> bool:
        """Whether the account may browse the project with this id."""
        if account is None:
            return False
        return account.projects is None or self.projects[project].key in account.projects

    def category_of(self, issue: Issue) -> Category:
        """The issue's status category: its own where it has one, else its status's."""
        return issue.category or self.statuses[issue.status].category

    def _update(self, issue: Issue, at: datetime, **changes: object) -> Issue:
        return self.put(replace(issue, updated=at, **changes))  # type: ignore[arg-type]

    def _add(self, issue: Issue) -> Issue:
        if issue.id in self.issues or issue.key in self._by_key:
            raise ValueError(f"{issue.key} ({issue.id}) is already on the site")
        return self.put(issue)

    def put(self, issue: Issue) -> Issue:
        """Keep the issue as it is now, in the place of an earlier state."""
        with self.lock:
            self.issues[issue.id] = issue
            self._by_key[issue.key] = issue.id
            top = self._numbers.get(issue.project, 0)
            self._numbers[issue.project] = max(top, issue.number)
            self.changes.append((self.now(), issue.id, issue))
        return issue

    def _parent_id(self, key: str) -> int:
        hidden = {name: id_ for id_, name in self.unseen.items()}
        return hidden[key] if key in hidden else self.issue_id(key)

    def points_field(self, project: Project) -> str:
        """The id of the field that holds story points in a project of this style."""
        custom = defaults.POINTS if project.simplified else defaults.FLOAT
        return self.field_with(custom).id

    def _points(self, project: Project, points: float | None) -> dict[str, object]:
        return {} if points is None else {self.points_field(project): points}
