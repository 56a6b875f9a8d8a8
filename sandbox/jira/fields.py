"""Which of its fields an issue is shown with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.jira.issue_json import IssueText

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.jira.issue_json import Rendering
    from sandbox.jira.models import Issue

_SPECIAL = ("*all", "*navigable")
_NOT_NAVIGABLE = ("comment",)
_BARE = ("id", "key")


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """The `fields` of a request, in order, as they were given."""

    names: tuple[str, ...]

    @property
    def bare(self) -> bool:
        """Whether ids and keys alone are asked for."""
        return all(name in _BARE for name in self.names)

    @property
    def named(self) -> tuple[str, ...]:
        """The fields asked for by name, ids and keys left out."""
        return tuple(
            name for name in self.names if name not in (*_SPECIAL, *_BARE) and name[0] != "-"
        )

    @property
    def explicit(self) -> bool:
        """Whether some field is named and none of the special sets is."""
        return bool(self.named) and not any(name in _SPECIAL for name in self.names)

    def among(self, known: Iterable[str]) -> list[str]:
        """The fields to show; a name that no field has is passed over in silence."""
        without = {name[1:] for name in self.names if name[0] == "-"}
        base = [name for name in known if self._takes(name)]
        return [name for name in base if name not in without]

    def _takes(self, name: str) -> bool:
        if "*all" in self.names:
            return True
        only_without = not self.named and any(each[0] == "-" for each in self.names)
        if "*navigable" in self.names or only_without:
            return name not in _NOT_NAVIGABLE or name in self.named
        return name in self.named


def draw(rendering: Rendering, issues: Iterable[Issue], choice: FieldChoice) -> list[IssueText]:
    """The issues with the chosen of their fields."""
    if choice.names == ("id",):
        return [IssueText(f'{{"id":"{issue.id}"}}') for issue in issues]
    if choice.bare:
        return [rendering.bare(issue) for issue in issues]
    fields = choice.among(rendering.known)
    return [rendering.issue(issue, fields) for issue in issues]
