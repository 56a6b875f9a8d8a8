"""A small organisation on both trackers, and its true numbers by brute force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.jira.models import Person
from sandbox.jira.site import JiraSite
from sandbox.trello.world import TrelloWorld

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from random import Random

PEOPLE = ("Wilhelmina Overton", "Bartholomew Quince")
"""They work on the cards, and may be seen nowhere."""

EMAIL, TOKEN = "robot@example.com", "jira-token-0xC0FFEE"
KEY, SECRET = "trello-key-0xBEEF", "trello-token-0xF00D"
DONE, DROPPED, REMAINING = "done", "dropped", "remaining"
LISTS = ("Doing", "Review", "Done")
NAMES_OF_DONE = ("Done", "Shipped", "Live")
LABELS = ("SPEED", "Quality", "BOTH")
MOST_CARDS = 24

States = dict[str, str]
"""What each card counts as, by its key."""


@dataclass(frozen=True)
class Link:
    """A link of a KR: a label or an epic in Jira, or a label on the Trello board."""

    source: str
    name: str
    epic: bool = False

    def yaml(self, board: str) -> str:
        if self.source == "trello":
            return f"{{source: trello, board: {board}, label: {self.name}}}"
        key = "epic" if self.epic else "label"
        return f"{{source: jira, {key}: {self.name}}}"


@dataclass
class Organisation:
    """Both trackers; `happen` lets one random thing happen, `states` tells what is true."""

    dice: Random
    now: Callable[[], datetime]
    person: Person = field(default_factory=lambda: Person(PEOPLE[0], "wo@example.com", "id-wo"))

    def __post_init__(self) -> None:
        self.jira, self.trello = JiraSite(now=self.now), TrelloWorld(self.now)
        self.admit()
        self.trello.add_member(PEOPLE[1])
        self.jira.add_project("WEB")
        self.jira.add_status("Cancelled", "done")
        self.jira.add_issue(key="WEB-1", type="Epic", summary="The epic", reporter=self.person)
        for _ in range(8):
            self._new_issue()
        self.board_id = self.trello.add_board("Squad")
        self.board = self.trello.boards[self.board_id]["shortLink"]
        self.lists = [self.trello.add_list(self.board_id, name) for name in LISTS]
        for _ in range(8):
            self._new_card()

    def admit(self) -> None:
        """Let the program in again, where its tokens were revoked."""
        if not self.jira.accounts:
            self.jira.add_account(EMAIL, TOKEN, name=PEOPLE[0])
        self.trello.accounts.clear()
        self.trello.add_account(KEY, SECRET, full_name=PEOPLE[1])

    def revoke(self) -> None:
        """Make both tokens worthless."""
        self.jira.accounts.clear()
        self.trello.accounts.clear()

    def happen(self) -> None:
        """Let one thing happen."""
        self.dice.choice(
            (
                self._new_issue,
                self._new_card,
                self._finish_issue,
                self._finish_issue,
                self._reopen_issue,
                self._drop_issue,
                self._delete_issue,
                self._relabel_issue,
                self._adopt_issue,
                self._move_card,
                self._move_card,
                self._complete_card,
                self._archive_card,
                self._delete_card,
                self._relabel_card,
                self._rename_done,
            )
        )()

    def states(self, link: Link) -> States:
        """What a link's cards count as now, by looking at every card there is."""
        if link.source == "trello":
            cards = self.trello.cards.values()
            return {
                card["shortLink"]: self._card_state(card)
                for card in cards
                if link.name.lower() in (label["name"].lower() for label in card["labels"])
            }
        epic = self.jira.find(link.name) if link.epic else None
        states = {
            issue.key: self._issue_state(issue.key)
            for issue in self.jira.issues.values()
            if self.jira.types[issue.type].level == 0
            and (
                issue.parent == epic.id
                if epic
                else link.name.lower() in (label.lower() for label in issue.labels)
            )
        }
        # An epic with nothing under it is a card itself (rule 1).
        return states or ({link.name: self._issue_state(link.name)} if epic else {})

    def _issue_state(self, key: str) -> str:
        issue = self.jira.issue(key)
        status = self.jira.statuses[issue.status]
        resolution = issue.resolution and self.jira.resolutions[issue.resolution].name
        if status.name == "Cancelled" or resolution == "Won't Do":
            return DROPPED
        return DONE if status.category == "done" else REMAINING

    def _card_state(self, card: dict) -> str:
        if card["dueComplete"] or self.trello.lists[card["idList"]]["name"] in NAMES_OF_DONE:
            return DONE
        return DROPPED if card["closed"] else REMAINING

    def _issue(self) -> str:
        keys = [each.key for each in self.jira.issues.values() if each.number > 1]
        return self.dice.choice(keys)

    def _card(self) -> str:
        return self.dice.choice(list(self.trello.cards))

    def _new_issue(self) -> None:
        if len(self.jira.issues) > MOST_CARDS:
            return
        number = max(self.jira._numbers.values(), default=1) + 1
        self.jira.add_issue(
            key=f"WEB-{number}",
            labels=self.dice.sample(LABELS, self.dice.randint(0, 2)),
            parent="WEB-1" if self.dice.random() < 0.5 else None,
            points=self.dice.choice((None, 1, 3)),
            assignee=self.person,
            reporter=self.person,
        )

    def _new_card(self) -> None:
        if len(self.trello.cards) > MOST_CARDS:
            return
        labels = self.dice.sample(LABELS, self.dice.randint(0, 2))
        self.trello.add_card(
            self.dice.choice(self.lists),
            f"Card {len(self.trello.actions[self.board_id])}",
            labels=labels,
            members=PEOPLE[1:],
        )

    def _finish_issue(self) -> None:
        self.jira.move(self._issue(), "Done", resolution=self.dice.choice((None, "Done")))

    def _reopen_issue(self) -> None:
        self.jira.move(self._issue(), "In Progress")

    def _drop_issue(self) -> None:
        if self.dice.random() < 0.5:
            self.jira.move(self._issue(), "Cancelled")
        else:
            self.jira.move(self._issue(), "Done", resolution="Won't Do")

    def _delete_issue(self) -> None:
        if len(self.jira.issues) > 6:
            self.jira.delete(self._issue())

    def _relabel_issue(self) -> None:
        labels = self.dice.sample(LABELS, self.dice.randint(0, 2))
        self.jira.relabel(self._issue(), *(label.swapcase() for label in labels))

    def _adopt_issue(self) -> None:
        self.jira.reparent(self._issue(), self.dice.choice(("WEB-1", None)))

    def _move_card(self) -> None:
        self.trello.move(self._card(), self.dice.choice(self.lists))

    def _complete_card(self) -> None:
        self.trello.complete(self._card(), done=self.dice.random() < 0.6)

    def _archive_card(self) -> None:
        self.trello.archive_card(self._card(), closed=self.dice.random() < 0.6)

    def _delete_card(self) -> None:
        if len(self.trello.cards) > 6:
            self.trello.delete(self._card())

    def _relabel_card(self) -> None:
        labels = self.dice.sample(LABELS, 1)
        card = self._card()
        worn = [each["name"] for each in self.trello.cards[card]["labels"]]
        self.trello.relabel(card, add=labels, remove=[each for each in worn if each not in labels])

    def _rename_done(self) -> None:
        self.trello.rename_list(self.lists[2], self.dice.choice(NAMES_OF_DONE))
