"""A soak: a sync every second on one store, with kills and everything else beside it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates
from tests.torture.life import Life, Street

ROOT = Path(__file__).resolve().parents[2]
RUN = "import sys; from syncer.cli import main; sys.exit(main())"
WITHIN = 0.02
PARTS = 6
"""Of its time, five minutes of half an hour: the second is compared with the last."""

KILLED, OTHERS, SPOKEN = 0.03, 0.2, 0.02
"""How often a second sees a kill, readers and reports beside the sync, a check-in beside it."""

WIDER = 50
"""Trello's limits by so much: within them a sync a second would wait for minutes."""

ISSUES = 400
"""Beside those of a small team: what a check-in adds is little then."""


@dataclass
class Figures:
    """Peak memory of each run and the store's size, by the seconds since the beginning.

    `seconds` is how long each run took, with what was started beside it.
    """

    memory: list[tuple[float, float]] = field(default_factory=list)
    size: list[tuple[float, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    runs: int = 0
    kills: int = 0
    odd: list[str] = field(default_factory=list)

    def stretch(self, name: str, begins: float, ends: float) -> float:
        """Give the median of a figure between two moments."""
        return median(v for at, v in getattr(self, name) if begins <= at < ends)


def soak(minutes: float) -> Figures:
    """Soak for so long."""
    figures, dice = Figures(), random.Random(1)
    with Street() as street:
        life = Life(1, Path(tempfile.mkdtemp(prefix="soak-")), street)
        # Trello lets nobody ask who they are every second: 100 times in 15 minutes are its limit.
        wide = TrelloApp(life.world.trello, rates=Rates().scaled(WIDER))
        street.trello.app = life.trello_faults.wrap(wide)
        for number in range(ISSUES):
            life.world.jira.add_issue(key=f"WEB-{number + 1000}", labels=["SPEED"])
        began = time.monotonic()
        while (passed := time.monotonic() - began) < minutes * 60:
            _second(life, figures, dice, passed)
            time.sleep(max(0.0, began + passed + 1 - time.monotonic()))
        street.jira.log.clear()
    return figures


def _second(life: Life, figures: Figures, dice: random.Random, passed: float) -> None:
    kill = dice.random() < KILLED
    process, started = _start(life, "sync"), time.monotonic()
    others = [("status",), ("report", "--due")] if dice.random() < OTHERS else []
    others += [("checkin", "SPEED", "--confidence", "5")] if dice.random() < SPOKEN else []
    beside = [_start(life, *command) for command in others]
    figures.odd += [f"{each.args[3:]}: {each.returncode}" for each in beside if each.wait() != 0]
    if kill:
        time.sleep(dice.random() / 2)
        # Popen's own kill would reap one that has ended, and its figures with it.
        os.kill(process.pid, signal.SIGKILL)
        figures.kills += 1
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    figures.runs += 1
    figures.seconds.append(time.monotonic() - started)
    figures.odd += [] if code in (0, 1, 4, -9) else [f"sync ended with {code}"]
    for serving in (life.street.jira, life.street.trello, life.street.hook):
        serving.log.clear()
    if code in (0, 1):
        figures.memory.append((passed, usage.ru_maxrss))
    figures.size.append((passed, sum(x.stat().st_size for x in life.folder.glob("*.db*"))))


def _start(life: Life, *command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *command],
        cwd=life.folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **life.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def growth(figures: Figures, name: str) -> tuple[float, float]:
    """Give a figure in the second part of the time and in the last."""
    ends = figures.size[-1][0] + 1
    part = ends / PARTS
    return figures.stretch(name, part, 2 * part), figures.stretch(name, ends - part, ends)


def steady(figures: Figures) -> bool:
    """Tell whether neither has grown, and nothing ended oddly."""
    pairs = (growth(figures, name) for name in ("memory", "size"))
    return not figures.odd and all(last <= first * (1 + WITHIN) for first, last in pairs)


def table(figures: Figures) -> str:
    """Draw the figures."""
    minutes = figures.size[-1][0] / 60
    lines = [
        "| figure | second sixth of the time | last sixth | grown by |",
        "|---|---:|---:|---:|",
    ]
    for name, title in (("memory", "memory of a run, MB"), ("size", "size of the store, kB")):
        first, last = growth(figures, name)
        lines.append(
            f"| {title} | {first / 1024:,.1f} | {last / 1024:,.1f} | {last / first - 1:.1%} |"
        )
    odd = f"; ended oddly: {', '.join(figures.odd)}" if figures.odd else ", none ended oddly"
    whole = f"{minutes:.0f} minutes, {figures.runs:,} runs, {figures.kills} of them killed{odd}."
    usual, longest = median(figures.seconds), max(figures.seconds)
    paces = f"A run took {usual:.1f} s, what ran beside it too; the longest {longest:.1f} s."
    return "\n".join([*lines, "", whole, paces])
