"""A Jira site's contents: filled by an author, changed by tests, asked by the apps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.jira.models import Issue
from sandbox.jira.visibility import SiteIssues

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sandbox.jira.models import IssueType, Resolution, Sprint, Status


class JiraSite(SiteIssues):
    """One Jira with its issues; safe to change while an app serves it.

    `now` is the site's clock. A change is found by searches `index_lag` after
    it was made; by id or key it is seen at once. Every mutator takes `at`, the
    moment of the change, which defaults to the clock's.

    Where the real services are said to differ, or nobody knows, the stricter
    reading is the default: `missing_keys` in a query make it fail ("omit":
    they find nothing), and labels are compared with regard to case
    (`labels_fold`: without).
    """

    def add_issue(
        self,
        *,
        key: str,
        type: str | IssueType = "Story",  # noqa: A002 - the field's own word
        summary: str = "",
        status: str | Status = "To Do",
        created: datetime | None = None,
        updated: datetime | None = None,
        finished: datetime | None = None,
        resolution: str | Resolution | None = None,
        labels: Iterable[str] = (),
        parent: str | None = None,
        sprints: Iterable[Sprint] = (),
        components: Iterable[str] = (),
        points: float | None = None,
        custom: Mapping[str, object] | None = None,
        id: int | None = None,  # noqa: A002 - the field's own word
        **more: Any,
    ) -> Issue:
        """Add an issue as it is now; its project, status, type and parent must exist.

        `created` defaults to the clock, `updated` to the latest date. `finished` is when it came
        into its status category, and was resolved if it has a `resolution`. `points` go to the
        field of its project's style. `add_unseen` names a parent elsewhere. `more` as in `Issue`.
        """
        project, born = self.project(key.rpartition("-")[0]), created or self.now()
        named = self.resolution(resolution)
        issue = Issue(
            id=next(self._issue_ids) if id is None else id,
            key=key,
            project=project.id,
            type=self.type(type).id,
            summary=summary or key,
            status=self.status(status).id,
            created=born,
            updated=updated or max(born, finished or born),
            category_changed=finished or born,
            resolution=_id(named),
            resolved=(finished or updated or born) if named else None,
            labels=tuple(labels),
            parent=None if parent is None else self._parent_id(parent),
            sprints=tuple(sprint.id for sprint in sprints),
            components=tuple(self.component(project, name).id for name in components),
            custom={**(custom or {}), **self._points(project, points)},
            **more,
        )
        return self._add(issue)

    def move(
        self,
        key: str,
        status: str | Status,
        *,
        resolution: str | Resolution | None = None,
        at: datetime | None = None,
    ) -> Issue:
        """Bring the issue into another status; without a `resolution` it has none then."""
        issue, moment = self.issue(key), at or self.now()
        after, named = self.status(status), self.resolution(resolution)
        crossed = after.category != self.category_of(issue)
        return self._update(
            issue,
            moment,
            status=after.id,
            category=None,
            category_changed=moment if crossed else issue.category_changed,
            resolution=_id(named),
            resolved=moment if named else None,
        )

    def resolve(
        self,
        key: str,
        resolution: str | Resolution | None,
        *,
        at: datetime | None = None,
    ) -> Issue:
        """Set or clear the resolution, whatever the status."""
        moment, named = at or self.now(), self.resolution(resolution)
        return self._update(
            self.issue(key),
            moment,
            resolution=_id(named),
            resolved=moment if named else None,
        )

    def relabel(self, key: str, *labels: str, at: datetime | None = None) -> Issue:
        """Give the issue exactly these labels."""
        return self._update(self.issue(key), at or self.now(), labels=labels)

    def reparent(self, key: str, parent: str | None, *, at: datetime | None = None) -> Issue:
        """Put the issue under another one, or under none."""
        above = None if parent is None else self._parent_id(parent)
        return self._update(self.issue(key), at or self.now(), parent=above)

    def plan(self, key: str, *sprints: Sprint, at: datetime | None = None) -> Issue:
        """Put the issue into exactly these sprints, the earliest first."""
        ids = tuple(sprint.id for sprint in sprints)
        return self._update(self.issue(key), at or self.now(), sprints=ids)

    def estimate(self, key: str, points: float | None, *, at: datetime | None = None) -> Issue:
        """Set or clear the story points."""
        issue = self.issue(key)
        field = self.points_field(self.projects[issue.project])
        left = {name: value for name, value in issue.custom.items() if name != field}
        custom = left if points is None else {**left, field: points}
        return self._update(issue, at or self.now(), custom=custom)

    def move_project(self, key: str, project: str, *, at: datetime | None = None) -> Issue:
        """Move the issue to another project; its old key still leads to it."""
        issue, target = self.issue(key), self.project(project)
        number = self._numbers.get(target.id, 0) + 1
        return self._update(
            issue,
            at or self.now(),
            project=target.id,
            key=f"{target.key}-{number}",
            former_keys=(*issue.former_keys, issue.key),
        )

    def migrate(self, *projects: str, at: datetime | None = None) -> None:
        """Date the category of these projects' issues anew, as an import into Cloud may do.

        When they were updated and resolved stays as it was: Jira's own import is said to
        do so, and nobody has confirmed it. Without `projects` all are moved.
        """
        for issue in list(self.issues.values()):
            if not projects or self.projects[issue.project].key in projects:
                self.put(replace(issue, category_changed=at or self.now()))

    def archive(self, key: str) -> Issue:
        """Take the issue out of every search; it can still be read, and says since when."""
        return self.put(replace(self.issue(key), archived=self.now()))

    def hide(self, key: str) -> Issue:
        """Let nobody see the issue any more; `updated` doesn't move."""
        return self.put(replace(self.issue(key), hidden=True))

    def show(self, key: str) -> Issue:
        """Undo `hide`."""
        return self.put(replace(self.issue(key), hidden=False))

    def delete(self, key: str) -> None:
        """Remove the issue for good."""
        with self.lock:
            issue = self.issues.pop(self.issue_id(key))
            for each in (issue.key, *issue.former_keys):
                del self._by_key[each]
            self.changes.append((self.now(), issue.id, None))


def _id(resolution: Resolution | None) -> str | None:
    return None if resolution is None else resolution.id
