"""Replays the quarter over a Jira and a Trello, up to any moment."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from string import Template
from typing import TYPE_CHECKING

from sandbox.quarter.batches import StoryEvent, batches, read, text
from sandbox.quarter.card_events import lives
from sandbox.quarter.jira_stage import JiraStage
from sandbox.quarter.sprints import planned, turns
from sandbox.quarter.trello_stage import TrelloStage
from sandbox.quarter.working_hours import NOW, morning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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


FIRST_KEY = {"PBL": 2140, "ACCT": 310, "SIGN": 75}


def story() -> tuple[StoryEvent, ...]:
    """Return everything that happens until now, in order; the same every time."""
    events = [*_work(), *turns(), *_clutter()]
    in_order = sorted((each for each in events if each.at <= NOW), key=lambda each: each.at)
    return tuple(_numbered(in_order))


def _work() -> Iterator[StoryEvent]:
    for batch in batches():
        happened = list(lives(batch))
        yield from happened
        yield from planned(batch, happened)


def _clutter() -> Iterator[StoryEvent]:
    """Put on the boards what is no work: separators, templates, links and mirrors."""
    for number, each in enumerate(read("clutter.yaml")):
        more = {name: value for name, value in each.items() if name not in ("where", "created")}
        at = morning(each["created"]) + timedelta(minutes=number)
        yield StoryEvent(at, each["where"], f"clutter/{number + 1}", "create", more)


def _numbered(events: Iterable[StoryEvent]) -> Iterator[StoryEvent]:
    """Give every Jira issue its key, in the order in which they were written."""
    written: Counter[str] = Counter()
    for each in events:
        if each.verb == "create" and each.where in FIRST_KEY:
            written[each.where] += 1
            key = f"{each.where}-{FIRST_KEY[each.where] + written[each.where]}"
            yield replace(each, more={**each.more, "key": key})
        else:
            yield each
