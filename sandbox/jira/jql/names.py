"""What names and ids in a query stand for, on one site, for one account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.jql.parsing import JqlError, no_function, no_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.jira.jql.parsing import Call, Clause
    from sandbox.jira.models import Issue, JiraAccount, Named
    from sandbox.jira.site import JiraSite

_CATEGORIES = {
    "new": ("2", "to do"),
    "indeterminate": ("4", "in progress"),
    "done": ("3", "done"),
    "undefined": ("1", "no category"),
}
_SPRINTS = {"opensprints": "active", "closedsprints": "closed", "futuresprints": "future"}
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")


@dataclass(frozen=True, slots=True)
class SiteNames:
    """Finds what a text means; names are compared without regard to case.

    Each finder returns the ids, and raises `JqlError` where there is nothing.
    `field` is how the query calls the field.
    """

    site: JiraSite
    account: JiraAccount

    def projects(self, text: str, field: str) -> frozenset[object]:
        """Find projects by key, name or id, among those that the account can browse."""
        names = (
            (each.id, (each.key, each.name, each.id, *each.former_keys))
            for each in self.site.projects.values()
            if self.site.browses(self.account, each.id) and not each.archived
        )
        return _matching(names, text, field)

    def types(self, text: str, field: str) -> frozenset[object]:
        """Find issue types by name or id."""
        return _matching(_called(self.site.types.values()), text, field)

    def statuses(self, text: str, field: str) -> frozenset[object]:
        """Find statuses by name or id; several may share a name."""
        return _matching(_called(self.site.statuses.values()), text, field)

    def resolutions(self, text: str, field: str) -> frozenset[object]:
        """Find resolutions by name or id; "Unresolved" is none."""
        if text.lower() == "unresolved":
            return frozenset({None})
        return _matching(_called(self.site.resolutions.values()), text, field)

    def categories(self, text: str, field: str) -> frozenset[object]:
        """Find status categories by key, id or English name; "undefined" is none."""
        names = ((key, (key, *names)) for key, names in _CATEGORIES.items())
        keys = _matching(names, text, field)
        return frozenset({None}) if keys == {"undefined"} else keys

    def components(self, text: str, field: str) -> frozenset[object]:
        """Find components by name or id, of any project that the account can browse."""
        names = (
            (each.id, (each.name, each.id))
            for each in self.site.components.values()
            if self.site.browses(self.account, each.project)
        )
        return _matching(names, text, field)

    def sprints(self, text: str, field: str) -> frozenset[object]:
        """Find sprints by name or id; several may share a name."""
        del field
        sprints = self.site.sprints.values()
        ids = [each.id for each in sprints if each.name.lower() == text.lower()]
        ids = ids or [each.id for each in sprints if str(each.id) == text]
        if not ids:
            word = "id" if text.isdecimal() else "name"
            raise JqlError(
                f"Sprint with {word} '{text}' does not exist or you do not have permission to "
                f"view it.",
            )
        return frozenset(ids)

    def called(self, clause: Clause, call: Call) -> frozenset[object]:
        """Give the sprints that a function stands for: other functions aren't played."""
        name = call.name.lower()
        if name not in _SPRINTS:
            raise no_function(call.name, call.arguments)
        if clause.field.lower() != "sprint" or clause.operator not in ("in", "not in"):
            raise JqlError(f"The function '{call.name}' doesn't fit '{clause.field}'.")
        sprints = self.site.sprints.values()
        return frozenset(each.id for each in sprints if each.state == _SPRINTS[name])

    def labels(self, text: str, field: str) -> frozenset[object]:
        """Take any label; whether case matters is the site's to say."""
        del field
        if not self.site.labels_fold:
            return frozenset({text})
        labels = {label for issue in self.site.index.issues.values() for label in issue.labels}
        return frozenset({text, *(label for label in labels if label.lower() == text.lower())})

    def issue(self, text: str, field: str) -> Issue | None:
        """Find the issue with this key or id, also by a key from before a move.

        None where it can't be found and the site omits such keys; otherwise
        that is an error.
        """
        if not text.isdecimal() and not _KEY.fullmatch(text):
            raise JqlError(f"The issue key '{text}' for field '{field}' is invalid.")
        issue = self.site.find(text)
        if issue is not None and self.site.sees(self.account, issue):
            return issue
        if self.site.missing_keys == "refuse":
            raise self._no_issue(text, field)
        return None

    def filter(self, text: str, field: str) -> str:
        """Give the JQL of the saved query with this id or name."""
        for saved in self.site.filters.values():
            if text == saved.id or text.lower() == saved.name.lower():
                return saved.jql
        raise no_value(text, field)

    def _no_issue(self, text: str, field: str) -> JqlError:
        if text.isdecimal():
            return no_value(text, field)
        if self.site.deployment == "cloud" and field.lower() != "parent":
            return JqlError("Issue does not exist or you do not have permission to see it.")
        return JqlError(f"An issue with key '{text}' does not exist for field '{field}'.")


def _called(things: Iterable[Named]) -> Iterable[tuple[str, tuple[str, ...]]]:
    return ((each.id, (each.name, *each.names.values(), each.id)) for each in things)


def _matching(
    names: Iterable[tuple[str, tuple[str, ...]]], text: str, field: str
) -> frozenset[object]:
    folded = text.lower()
    ids = frozenset(id_ for id_, names in names if folded in (name.lower() for name in names))
    if not ids:
        raise no_value(text, field)
    return ids
