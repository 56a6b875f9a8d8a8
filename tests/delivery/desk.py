"""A folder with okrs.yaml, a clock that is moved by hand, a store filled by hand, the program."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.load import load
from connectors.clock import Clock
from syncer.cli import main
from syncer.context import Context
from syncer.core.ledger import compare
from syncer.core.records import CheckIn, JudgedCard, Reading, State, Write
from syncer.core.sums import count
from syncer.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
REVIEW = (
    'review: {every: 2 weeks, starts: "2026-10-08T10:00", timezone: Europe/London, prepare: 24h}\n'
)
OBJECTIVES = """\
sources: {jira: {kind: jira, url: "https://acme.atlassian.net"}}
objectives:
  - id: PUB
    title: Publishing keeps up on launch day
    team: Publishing
    period: 2026-Q4
    key_results:
      - id: PUB-1
        title: Publishing takes 10 % less time
        metric: {start: 100, target: 90, unit: s}
        links: [{source: jira}]
      - {id: PUB-2, title: "45 developers <b>use</b> our SDK & stay", links: [{source: jira}]}
  - id: SEA
    title: People find what they came for
    team: Search
    period: 2026-Q4
    key_results:
      - {id: SEA-1, title: Half of all searches end in a click, links: [{source: jira}]}
"""
DUE = datetime.fromisoformat("2026-11-18T12:00+00:00")
"""Within the day before the review of 19 November, 10:00 in London."""


TIME = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[+-][0-9:]{5} ", re.MULTILINE)
"""What stands before each line that a run prints into a log."""


@dataclass
class Result:
    """What a command gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def printed(self) -> str:
        """Everything that a person could have read."""
        return self.out + self.err


@dataclass
class Desk:
    """Where somebody's cron runs okr-sync."""

    folder: Path
    now: datetime = DUE
    environ: dict[str, str] = field(default_factory=dict)
    cards: dict[str, list[JudgedCard]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environ["OKR_SYNC_STORE"] = self.store_url
        if not (self.folder / "okrs.yaml").exists():
            self.write(REVIEW)

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.folder}/okr-sync.db"

    @property
    def context(self) -> Context:
        clock = Clock(lambda: self.now, self.wait)
        return Context(self.environ, self.folder, clock, io.StringIO(), io.StringIO())

    def wait(self, seconds: float) -> None:
        """Let seconds pass without waiting."""
        self.now += timedelta(seconds=seconds)

    def write(self, *lines: str) -> None:
        """Put okrs.yaml there, with these lines at its end."""
        (self.folder / "okrs.yaml").write_text(OBJECTIVES + "".join(lines), encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        """Run okr-sync as the shell does."""
        context = self.context
        try:
            code = main(arguments, context)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Result(code, context.out.getvalue(), context.err.getvalue())

    def due(self, *more: str) -> Result:
        """Run what cron runs; each line of news comes with its time, which is left out."""
        result = self.run("report", "--due", *more)
        return replace(result, out=TIME.sub("", result.out))

    def sync(self, kr: str, done: int, remaining: int) -> None:
        """Write what a sync would write that found so many cards now."""
        self.sync_all({kr: (done, remaining)})

    def sync_all(self, counts: Mapping[str, Sequence[int]]) -> None:
        """Write a sync of several KRs: how many cards of each are done, and how many remain."""
        with open_store(self.store_url) as store:
            store.define(load(self.folder / "okrs.yaml"), self.now)
            for kr, (done, remaining) in counts.items():
                store.apply([self._found(kr, done, remaining)], self.now)

    def _found(self, kr: str, done: int, remaining: int) -> Write:
        states = [State.DONE] * done + [State.REMAINING] * remaining
        cards = [_card(kr, number, state) for number, state in enumerate(states)]
        entries = tuple(compare(kr, self.cards.get(kr, []), cards, self.now))
        self.cards[kr] = cards
        reading = Reading(kr, self.now, count(cards))
        return Write(kr, {"jira": self.now}, reading, tuple(cards), (), entries)

    def score(self, *krs: str, confidence: int = 7) -> None:
        """Let the teams score these now."""
        with open_store(self.store_url) as store:
            store.define(load(self.folder / "okrs.yaml"), self.now)
            for kr in krs:
                store.add_checkin(CheckIn(kr, self.now, confidence))

    def fill(self) -> None:
        """Give every KR some history: a month of it, scored on the way."""
        end, krs = self.now, ("PUB-1", "PUB-2", "SEA-1")
        for weeks in (4, 3, 2, 1):
            self.now = end - timedelta(weeks=weeks, hours=-2)
            for kr in krs:
                self.sync(kr, 5 - weeks, 3 + weeks)
            self.score(*krs)
        self.now = end

    def reports(self) -> list[str]:
        """Give the names of the files made, but for the list of them."""
        names = {path.name for path in (self.folder / "reports").glob("*")}
        return sorted(names - {"index.html"})

    def at_terminal(self, script: str, terminal: int) -> subprocess.Popen[bytes]:
        """Start a process of its own whose input and output are a terminal."""
        return subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=self.folder,
            env={**os.environ, **self.environ, "PYTHONPATH": str(ROOT)},
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
        )

    def outside(self, script: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a process of its own that runs a script of ours here."""
        return subprocess.Popen(
            [sys.executable, "-c", script, *arguments],
            cwd=self.folder,
            env={**os.environ, **self.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def deliver(*lines: str) -> str:
    """Make a deliver block."""
    return "deliver:\n" + "".join(f"  {line}\n" for line in lines)


def names(stem: str, formats: Iterable[str] = ("html",)) -> list[str]:
    """Name a report's files."""
    return [f"{stem}.{suffix}" for suffix in formats]


def _card(kr: str, number: int, state: State) -> JudgedCard:
    key = f"{kr}-{number}"
    url = f"https://acme.atlassian.net/browse/{key}"
    return JudgedCard("jira", key, key, f"Card {number}", url, state, "a rule", (f"label {kr}",))
