"""Lives by the thousand on all cores, and what they tried and lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.life import WEEKS, Broken, Life, Street
from tests.torture.planted import PLANTS, growing
from tests.torture.thrift import folder

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
KEPT = Path(__file__).with_name("seeds.txt")
PATIENCE = 200
"""Weeks within which a planted fault must be found."""


@dataclass
class Outcome:
    """What some lives tried, and which rule broke in which of them."""

    weeks: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    broken: list[dict[str, str | int]] = field(default_factory=list)

    def add(self, weeks: int, tried: dict[str, int], broken: dict[str, str | int] | None) -> None:
        self.weeks += weeks
        self.tried.update(tried)
        self.broken += [broken] if broken else []


def live(seed: int, street: Street, weeks: int = WEEKS) -> tuple[Life, Broken | None]:
    """Live a life in a folder of its own, and tell what broke, if anything did."""
    home = folder("torture-")
    life, broken = Life(seed, home, street), None
    try:
        life.live(weeks)
    except Broken as error:
        broken = error
    finally:
        life.page.close()
        shutil.rmtree(home, ignore_errors=True)
        for serving in (street.jira, street.trello, street.hook):
            serving.log.clear()
            if serving.failures and broken is None:
                raise serving.failures[0]
            serving.failures.clear()
    return life, broken


def kept_seeds() -> list[tuple[int, int]]:
    """Give the seeds that once found something, and in which week: the tests live them again."""
    lines = KEPT.read_text(encoding="utf-8").splitlines()
    words = [line.split() for line in lines if line and line[0] != "#"]
    return [(int(seed), int(week)) for seed, week, *_ in words]


def lives(seeds: Iterable[int], until: float) -> Outcome:
    """Live these lives, one after another, until it is time."""
    outcome = Outcome()
    with Street() as street:
        for seed in seeds:
            if time.monotonic() > until:
                break
            life, broken = live(seed, street)
            loss = {"seed": seed, "rule": broken.rule, "story": str(broken)} if broken else None
            outcome.add(life.week + 1, life.tried, loss)
    return outcome


def worker(first: int, step: int, seconds: float) -> None:
    """Live for so long, and print the outcome for the process that asked."""
    outcome = lives(range(first, sys.maxsize, step), time.monotonic() + seconds)
    json.dump({**vars(outcome), "tried": dict(outcome.tried)}, sys.stdout)


def torture(minutes: float, first: int) -> Outcome:
    """Live on all cores; each process has seeds of its own.

    A life waits a third of its time, for kills and for connections that hang: two share a core.
    """
    processes = 2 * (os.cpu_count() or 1)
    code = "from tests.torture.machine import worker; worker({}, {}, {})"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", code.format(first + number, processes, minutes * 60)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    whole = Outcome()
    for process in workers:
        printed = process.communicate()[0]
        if process.returncode != 0:
            raise RuntimeError("a worker of the machine died: its traceback is above")
        part = json.loads(printed)
        whole.weeks += part["weeks"]
        whole.tried.update(part["tried"])
        whole.broken += part["broken"]
    return whole


def table(outcome: Outcome) -> str:
    """Draw what was tried, survived and lost."""
    lost = Counter(str(each["rule"]) for each in outcome.broken)
    rows = [("simulated weeks", outcome.weeks, len(outcome.broken))]
    rows += [(name, times, 0) for name, times in sorted(outcome.tried.items())]
    lines = ["| what | tried | survived | lost |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | {n:,} | {n - gone:,} | {gone:,} |" for name, n, gone in rows]
    broken = ", ".join(f"{rule}: {times}" for rule, times in sorted(lost.items())) or "none"
    return "\n".join([*lines, "", f"Rules broken: {broken}."])


def find(story: str) -> tuple[int, str]:
    """Plant a fault, and give the weeks until it was found and by which rule; or "" for never."""
    weeks = 0
    with Street() as street, growing(story):
        for seed in range(PATIENCE // WEEKS):
            life, broken = live(seed, street)
            weeks += life.week + 1
            if broken:
                return weeks, broken.rule
    return weeks, ""


def planted_table() -> tuple[str, list[str]]:
    """Plant each fault, and draw how soon it was found; and those that weren't."""
    lines, missed = ["| planted | found in week | by the rule |", "|---|---:|---|"], []
    for story in PLANTS:
        weeks, rule = find(story)
        lines.append(f"| {story} | {weeks} | {rule or 'not found'} |")
        missed += [] if rule else [story]
        sys.stdout.write(lines[-1] + "\n")
        sys.stdout.flush()
    return "\n".join(lines), missed


def fill(name: str, text: str) -> None:
    """Put a table between its markers in docs/reliability.md."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
