"""Plays the quarter's events on a Jira site."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.jira.models import Person
from sandbox.jira.site import JiraSite
from sandbox.quarter.sprints import SERIES, fortnights
from sandbox.quarter.working_hours import dice

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.jira.models import SiteBoard
    from sandbox.quarter.batches import StoryEvent

EMAIL, TOKEN = "okr-sync@demo.example", "demo-jira-token"
COLUMNS = {
    "To Do": ["To Do"],
    "In Progress": ["In Progress", "In Review"],
    "Done": ["Done"],
}
SIGN_IN_COLUMNS = {**COLUMNS, "Done": ["Done", "Cancelled"]}


class JiraStage:
    """Three projects, three boards and their sprints; `people` work on the issues."""

    def __init__(self, now: Callable[[], datetime], people: tuple[str, ...]) -> None:
        self.site = JiraSite(now=now)
        self.keys: dict[str, str] = {}
        self._people = [_person(each) for each in people]
        self.site.add_account(EMAIL, TOKEN, name=people[0])
        self._furnish()
        self.boards = self._boards()
        planned_on = dict(zip(SERIES, self.boards.values(), strict=False))
        self._sprints = {
            each.name: self.site.add_sprint(each.name, planned_on[each.series])
            for each in fortnights()
        }

    def _furnish(self) -> None:
        self.site.add_project("PBL", "Publishing platform")
        self.site.add_project("ACCT", "Accounts", simplified=True)
        self.site.add_project("SIGN", "Sign-in")
        for name in ("Scheduling", "Accessibility", "Support"):
            self.site.add_component("PBL", name)
        self.site.add_status("In Review", "indeterminate")
        self.site.add_status("Cancelled", "done")
        self.site.add_status("Parked", "new")

    def _boards(self) -> dict[str, SiteBoard]:
        return {
            "team": self.site.add_board(
                "Publishing", "project = PBL", columns=COLUMNS, estimation="Story Points"
            ),
            "squad": self.site.add_board(
                "Accessibility squad",
                "project = PBL AND component = Accessibility",
                columns=COLUMNS,
                estimation="Story Points",
            ),
            "sign-in": self.site.add_board(
                "Sign-in", "project = SIGN", type="kanban", columns=SIGN_IN_COLUMNS
            ),
        }

    def play(self, event: StoryEvent) -> None:
        """Let an event happen; an unknown verb raises KeyError."""
        if event.where == "sprint":
            self._turn(event)
        elif event.verb == "create":
            self._create(event, event.more)
        else:
            self._change(event, self.keys[event.card])

    def _create(self, event: StoryEvent, more: Any) -> None:
        self.keys[event.card] = more["key"]
        parent, component = more.get("parent"), more.get("component")
        self.site.add_issue(
            key=more["key"],
            type=more["type"],
            summary=more["title"],
            created=event.at,
            labels=more.get("labels", ()),
            parent=None if parent is None else self.keys[parent],
            components=() if component is None else (component,),
            points=more.get("points"),
            assignee=self._people[dice(event.card) % len(self._people)],
        )

    def _change(self, event: StoryEvent, key: str) -> None:
        verbs: dict[str, Callable[[], object]] = {
            "start": lambda: self.site.move(key, "In Progress"),
            "review": lambda: self.site.move(key, "In Review"),
            "finish": lambda: self._finish(event, key),
            "reopen": lambda: self.site.move(key, "In Progress"),
            "drop": lambda: self._drop(event, key),
            "park": lambda: self.site.move(key, "Parked"),
            "delete": lambda: self.site.delete(key),
            "label": lambda: self._label(event, key),
            "plan": lambda: self._plan(event, key),
        }
        verbs[event.verb]()

    def _finish(self, event: StoryEvent, key: str) -> None:
        """Close an issue; the team-managed project sets no resolution."""
        self.site.move(key, "Done", resolution=None if event.where == "ACCT" else "Done")

    def _drop(self, event: StoryEvent, key: str) -> None:
        """Give an issue up: each project has its own way to say so."""
        if event.where == "ACCT":
            self.site.move(key, "Cancelled")
        else:
            resolution = "Duplicate" if event.where == "SIGN" else "Won't Do"
            self.site.move(key, "Done", resolution=resolution)

    def _label(self, event: StoryEvent, key: str) -> None:
        kept = [x for x in self.site.issue(key).labels if x not in event.more["remove"]]
        self.site.relabel(key, *kept, *event.more["add"])

    def _plan(self, event: StoryEvent, key: str) -> None:
        self.site.plan(key, *(self._sprints[each] for each in event.more["sprints"]))

    def _turn(self, event: StoryEvent) -> None:
        sprint = self._sprints[event.card]
        changes: dict[str, object] = (
            {"state": "active", "start": event.at}
            if event.verb == "begin"
            else {"state": "closed", "completed": event.at, "end": event.at}
        )
        self._sprints[event.card] = self.site.change_sprint(sprint, **changes)


def _person(name: str) -> Person:
    short = name.lower().replace(" ", ".")
    return Person(name, f"{short}@demo.example", f"5b10a{dice(name):019d}")
