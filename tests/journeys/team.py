"""A small team whose every card is known: ten issues and twelve cards behind three KRs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.journeys.office import TRELLO_KEY, TRELLO_TOKEN, Office

if TYPE_CHECKING:
    from datetime import datetime

SPEED, FIND, BOTH = (3, 4, 1), (3, 5, 0), (3, 3, 0)
"""Done, remaining and dropped of each KR in the beginning."""

STATUSES = ["Done", "Done", "Done", "Won't Do", "To Do", "To Do", "In Progress", "To Do"]


class Team(Office):
    """SPEED is issues with that label, FIND cards with that one, BOTH is both trackers'."""

    def __post_init__(self) -> None:
        super().__post_init__()
        present, self.steps.at = self.steps.at, self.steps.at - timedelta(days=10)
        self._issues(present - timedelta(days=2))
        self._cards()
        self.steps.at = present
        self.aim(
            {
                "SPEED": ["{source: jira}"],
                "FIND": [f"{{source: trello, board: {self.board}, label: FIND}}"],
                "BOTH": [
                    "{source: jira}",
                    f"{{source: trello, board: {self.board}, label: BOTH}}",
                ],
            }
        )

    def _issues(self, finished: datetime) -> None:
        self.jira.add_project("WEB")
        for number, status in enumerate(STATUSES, start=1):
            dropped = status == "Won't Do"
            self.jira.add_issue(
                key=f"WEB-{number}",
                status="Done" if dropped else status,
                resolution=status if dropped else None,
                labels=["SPEED"],
                finished=finished if status == "Done" else None,
            )
        self.jira.add_issue(key="WEB-9", status="Done", labels=["both"])
        self.jira.add_issue(key="WEB-10", labels=["Both"])

    def _cards(self) -> None:
        self.board_id = self.trello.add_board("Search squad")
        self.board = self.trello.boards[self.board_id]["shortLink"]
        self.doing = self.trello.add_list(self.board_id, "Doing")
        self.done = self.trello.add_list(self.board_id, "Done")
        names = [(self.done, "FIND")] * 3 + [(self.doing, "FIND")] * 5
        names += [(self.done, "BOTH")] * 2 + [(self.doing, "BOTH")] * 2
        self.cards = [
            self.trello.add_card(where, f"Card {number}", labels=[label])
            for number, (where, label) in enumerate(names, start=1)
        ]

    def later(self, **time: float) -> None:
        """Let time go by; an hour, if not told."""
        self.steps.at += timedelta(**(time or {"hours": 1}))

    def key(self, number: int) -> str:
        """The short link of a Trello card, counted from one."""
        return str(self.trello.cards[self.cards[number - 1]]["shortLink"])

    def work_on(self) -> None:
        """Finish one piece of work of each tracker's own KR."""
        self.later()
        self.jira.move("WEB-5", "Done", resolution="Done")
        self.trello.move(self.cards[3], self.done)

    def lose_token(self, tracker: str) -> None:
        """Let the credentials for a tracker run out."""
        if tracker == "jira":
            self.jira.revoke(self.jira_account)
        else:
            self.trello.revoke(TRELLO_TOKEN)

    def renew_token(self, tracker: str) -> None:
        """Make them good again."""
        if tracker == "jira":
            self.jira.accounts.append(self.jira_account)
        else:
            (mine,) = (account for account in self.trello.accounts if account.key == TRELLO_KEY)
            self.trello.accounts[:] = [replace(mine, expires=None)]
