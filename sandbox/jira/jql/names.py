"""What names and ids in a query stand for, on one site, for one account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.jql.errors import JqlError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.jira.models import Account, Component, Issue, Named, Project, Version
    from sandbox.jira.site import JiraSite

_CATEGORIES = {
    "new": ("2", "to do"),
    "indeterminate": ("4", "in progress"),
    "done": ("3", "done"),
    "undefined": ("1", "no category"),
}
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")


@dataclass(frozen=True, slots=True)
class Names:
    """Finds what a text means; names are compared without regard to case.

    Each finder returns the ids, and raises `JqlError` where there is nothing.
    `field` is how the query calls the field.
    """

    site: JiraSite
    account: Account

    def projects(self, text: str, field: str) -> frozenset[object]:
        """Projects by key, name or id, among those that the account can browse."""
        visible = [each for each in self.site.projects.values() if self._browses(each.id)]
        found = [
            each.id for each in visible if text.lower() in (each.key.lower(), each.name.lower())
        ]
        return _some(found or _with_id(visible, text), text, field)

    def types(self, text: str, field: str) -> frozenset[object]:
        """Issue types by name or id."""
        return self._named(self.site.types.values(), text, field)

    def statuses(self, text: str, field: str) -> frozenset[object]:
        """Statuses by name or id; several may share a name."""
        return self._named(self.site.statuses.values(), text, field)

    def resolutions(self, text: str, field: str) -> frozenset[object]:
        """Resolutions by name or id; "Unresolved" is none."""
        if text.lower() == "unresolved":
            return frozenset({None})
        return self._named(self.site.resolutions.values(), text, field)

    def categories(self, text: str, field: str) -> frozenset[object]:
        """Status categories by key, id or English name; "undefined" is none."""
        found = [key for key, names in _CATEGORIES.items() if text.lower() in (key, *names)]
        return frozenset({None}) if found == ["undefined"] else _some(found, text, field)

    def components(self, text: str, field: str) -> frozenset[object]:
        """Components by name or id, of any project that the account can browse."""
        return self._of_projects(self.site.components.values(), text, field)

    def versions(self, text: str, field: str) -> frozenset[object]:
        """Versions by name or id, of any project that the account can browse."""
        return self._of_projects(self.site.versions.values(), text, field)

    def sprints(self, text: str, field: str) -> frozenset[object]:
        """Sprints by name or id; several may share a name."""
        del field
        sprints = self.site.sprints.values()
        found = [each.id for each in sprints if each.name.lower() == text.lower()]
        found = found or [each.id for each in sprints if str(each.id) == text]
        if not found:
            word = "id" if text.isdecimal() else "name"
            raise JqlError(
                f"Sprint with {word} '{text}' does not exist or you do not have permission to "
                f"view it.",
            )
        return frozenset(found)

    def labels(self, text: str, field: str) -> frozenset[object]:
        """Labels are free; whether case matters is the site's to say."""
        del field
        if not self.site.labels_fold:
            return frozenset({text})
        known = self.site.index.values("label")
        return frozenset({text, *(each for each in known if str(each).lower() == text.lower())})

    def people(self, text: str, field: str) -> frozenset[object]:
        """People by account id, name or e-mail."""
        known = {
            person.account_id: (person.account_id, person.name, person.email)
            for issue in self.site.issues.values()
            for person in (issue.assignee, issue.reporter)
            if person is not None
        }
        found = [id_ for id_, called in known.items() if text in called]
        return _some(found, text, field)

    def issue(self, text: str, field: str) -> Issue | None:
        """The issue with this key or id, also by a key from before a move.

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
        """The JQL of the saved query with this id or name."""
        for saved in self.site.filters.values():
            if text == saved.id or text.lower() == saved.name.lower():
                return saved.jql
        raise _no_value(text, field)

    def _browses(self, project: str) -> bool:
        return self.site.browses(self.account, project)

    def _no_issue(self, text: str, field: str) -> JqlError:
        if text.isdecimal():
            return _no_value(text, field)
        if self.site.deployment == "cloud" and field.lower() != "parent":
            return JqlError("Issue does not exist or you do not have permission to see it.")
        return JqlError(f"An issue with key '{text}' does not exist for field '{field}'.")

    def _named(self, things: Iterable[Named], text: str, field: str) -> frozenset[object]:
        known = list(things)
        found = [
            each.id
            for each in known
            if text.lower() in (name.lower() for name in (each.name, *each.names.values()))
        ]
        return _some(found or _with_id(known, text), text, field)

    def _of_projects(
        self, things: Iterable[Component | Version], text: str, field: str
    ) -> frozenset[object]:
        visible = [each for each in things if self._browses(each.project)]
        found = [each.id for each in visible if each.name.lower() == text.lower()]
        return _some(found or _with_id(visible, text), text, field)


def _with_id(things: Iterable[Named | Project | Component | Version], text: str) -> list[str]:
    return [each.id for each in things if each.id == text]


def _some(found: Iterable[object], text: str, field: str) -> frozenset[object]:
    ids = frozenset(found)
    if not ids:
        raise _no_value(text, field)
    return ids


def _no_value(text: str, field: str) -> JqlError:
    if text.isdecimal():
        return JqlError(f"A value with ID '{text}' does not exist for the field '{field}'.")
    return JqlError(f"The value '{text}' does not exist for the field '{field}'.")
