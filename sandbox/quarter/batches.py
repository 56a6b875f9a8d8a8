"""The written part of the quarter: which cards there are, and what befalls them."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

TEAMS = ("publishing", "search", "accounts")


@dataclass(frozen=True, slots=True)
class Batch:
    """Cards that came together. Numbers count cards from 1; dates are days.

    `done` is how many cards were finished in each week from 1 October, in their
    order. `reopened` is a day, and a second one where the card was finished
    again. `sprints` is true for the team's sprints, "squad" for the squad's.
    `spread` is over how many days the cards were written; all at once for 0.
    """

    name: str
    where: str
    created: date
    cards: tuple[str, ...]
    done: tuple[int, ...]
    prefix: str = ""
    labels: tuple[str, ...] = ()
    component: str | None = None
    type: str = "Story"
    epic: dict[str, Any] | None = None
    points: str | bool = "none"
    sprints: str | bool = False
    spread: int = 0
    doing: int = 2
    discovery: tuple[int, ...] = ()
    spikes: tuple[int, ...] = ()
    shared: dict[int, list[str]] = field(default_factory=dict)
    typo: dict[int, str] = field(default_factory=dict)
    corrected: dict[int, date] = field(default_factory=dict)
    subtasks: dict[int, list[str]] = field(default_factory=dict)
    dropped: dict[int, date] = field(default_factory=dict)
    cancelled: dict[int, date] = field(default_factory=dict)
    parked: dict[int, date] = field(default_factory=dict)
    deleted: dict[int, date] = field(default_factory=dict)
    archived: dict[int, date] = field(default_factory=dict)
    reopened: dict[int, list[date]] = field(default_factory=dict)

    @property
    def numbers(self) -> range:
        """The numbers of the cards."""
        return range(1, len(self.cards) + 1)

    def labels_of(self, number: int) -> tuple[str, ...]:
        """Return the labels that a card was written with."""
        own = (self.typo[number],) if number in self.typo else self.labels
        threads = ("discovery",) * (number in self.discovery) + ("spike",) * (number in self.spikes)
        return (*own, *threads, *self.shared.get(number, ()))


def read(name: str) -> Any:
    """Return one of the quarter's files."""
    return yaml.safe_load(text(name))


def text(name: str) -> str:
    """Return one of the quarter's files as it is."""
    return files("sandbox.quarter").joinpath(name).read_text(encoding="utf-8")


def batches() -> tuple[Batch, ...]:
    """Return all batches of all teams."""
    return tuple(_batch(each) for team in TEAMS for each in read(f"work_{team}.yaml"))


def _batch(written: dict[str, Any]) -> Batch:
    lists = ("cards", "done", "labels", "discovery", "spikes")
    fixed = {name: tuple(written[name]) for name in lists if name in written}
    return Batch(**{**written, **fixed})


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """At a moment something happens to a card, named "batch/number" ("queue/3").

    `where` is the Jira project or Trello board; `more` is what the verb needs.
    """

    at: datetime
    where: str
    card: str
    verb: str
    more: Mapping[str, Any] = field(default_factory=dict)
