"""Replays the quarter over a Jira and a Trello, up to any moment."""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime
from string import Template

from sandbox.quarter.batches import text
from sandbox.quarter.jira_stage import JiraStage
from sandbox.quarter.story import story
from sandbox.quarter.trello_stage import TrelloStage
from sandbox.quarter.working_hours import NOW

PEOPLE = (
    "Ottilie Marchbanks",
    "Fergus Quillfeather",
    "Ngozi Adeyemi-Holt",
    "Tamsin Rookwood",
    "Idris Valecourt",
    "Priya Sundaresan",
)
"""The planted names: on cards, issues and accounts, and to be seen nowhere else."""

BEGINS = datetime(2026, 9, 25, 8, tzinfo=UTC)
RAISED = date(2026, 10, 26)
IN_TRELLO = ("delivery", "quality", "content")


class Quarter:
    """The fourth quarter of 2026 as three teams lived it.

    `jira` and `trello` are the worlds to serve; they are as they were at
    `moment`, which only goes forward. Nothing here depends on the real time.
    """

    def __init__(self) -> None:
        self.moment = BEGINS
        self._jira = JiraStage(self.clock, PEOPLE)
        self._trello = TrelloStage(self.clock, PEOPLE)
        self.jira, self.trello = self._jira.site, self._trello.world
        self._story = story()
        self._left = deque(self._story)

    def clock(self) -> datetime:
        """Return the quarter's own time."""
        return self.moment

    def advance(self, to: datetime) -> None:
        """Let everything happen up to a moment, that moment too."""
        if to < self.moment:
            raise ValueError("the quarter doesn't go back")
        while self._left and self._left[0].at <= to:
            event = self._left.popleft()
            self.moment = event.at
            stage = self._trello if event.where in IN_TRELLO else self._jira
            stage.play(event)
        self.moment = to

    def okrs_yaml(self, jira_url: str, trello_url: str) -> str:
        """Write the okrs.yaml as the teams had it at this moment: one target was raised."""
        trello = {name: self.trello.boards[id_] for name, id_ in self._trello.boards.items()}
        keys = {each.card: each.more.get("key") for each in self._story if each.verb == "create"}
        return Template(text("okrs.template.yaml")).substitute(
            jira_url=jira_url,
            trello_url=trello_url,
            failures=keys["failures/epic"],
            republish=keys["republish/epic"],
            squad_board=self._jira.boards["squad"].id,
            sign_in_board=self._jira.boards["sign-in"].id,
            departments=24 if self.moment.date() >= RAISED else 20,
            **{name: board["shortLink"] for name, board in trello.items()},
        )


def world_at(moment: datetime = NOW) -> Quarter:
    """Return the quarter as it was at a moment; as it is now, if none is given."""
    quarter = Quarter()
    quarter.advance(moment)
    return quarter
