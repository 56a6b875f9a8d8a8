"""A soak: a sync every second on one store, with kills and everything else beside it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.torture.life import Life, Street

ROOT = Path(__file__).resolve().parents[2]
RUN = "import sys; from syncer.cli import main; sys.exit(main())"
WITHIN = 0.02
EVERY = 300.0
KILLED, OTHERS = 0.03, 0.2


@dataclass
class Figures:
    """Peak memory of each run and the store's size, by the seconds since the beginning."""

    memory: list[tuple[float, float]] = field(default_factory=list)
    size: list[tuple[float, float]] = field(default_factory=list)
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
        began = time.monotonic()
        while (passed := time.monotonic() - began) < minutes * 60:
            _second(life, figures, dice, passed)
            time.sleep(max(0.0, began + passed + 1 - time.monotonic()))
        street.jira.log.clear()
    return figures


def _second(life: Life, figures: Figures, dice: random.Random, passed: float) -> None:
    kill = dice.random() < KILLED
    process = _start(life, "sync")
    if dice.random() < OTHERS:
        others = (("status",), ("report", "--due"), ("checkin", "SPEED", "--confidence", "5"))
        beside = [_start(life, *command) for command in others]
        figures.odd += [f"{each.args}" for each in beside if each.wait() not in (0, 1, 4)]
    if dice.random() < OTHERS:
        # What is there changes and comes back: the store must not grow by the clock alone.
        life.world._move_card()
    if kill:
        time.sleep(dice.random() / 2)
        process.kill()
        figures.kills += 1
    _, status, usage = os.wait4(process.pid, 0)
    code = process.returncode = os.waitstatus_to_exitcode(status)
    figures.runs += 1
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
    """Give a figure in the second five minutes and in the last five."""
    ends = figures.size[-1][0] + 1
    return figures.stretch(name, EVERY, 2 * EVERY), figures.stretch(name, ends - EVERY, ends)


def steady(figures: Figures) -> bool:
    """Tell whether neither has grown, and nothing ended oddly."""
    pairs = (growth(figures, name) for name in ("memory", "size"))
    return not figures.odd and all(last <= first * (1 + WITHIN) for first, last in pairs)


def table(figures: Figures) -> str:
    """Draw the figures."""
    lines = ["| figure | second five minutes | last five minutes |", "|---|---:|---:|"]
    for name, unit in (("memory", 1024), ("size", 1024)):
        first, last = growth(figures, name)
        lines.append(f"| {name} | {first / unit:,.1f} | {last / unit:,.1f} |")
    return "\n".join([*lines, "", f"{figures.runs} runs, {figures.kills} of them killed."])
