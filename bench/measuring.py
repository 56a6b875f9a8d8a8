"""Runs a program to its end and takes what it cost, as the kernel and the servers saw it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bench.trackers import TrafficTally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bench.trackers import Trackers

SHORT = 8.0
"""Seconds up to which a run is short: it is repeated, and the quickest counts."""
TIMES = 5
WORDS_OF_A_FAILURE = 300


class ProgramError(Exception):
    """A program failed, or can't be had here; the message says why."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run, or the least of several: seconds, bytes, and what the servers saw.

    `wall` is from start to exit, `cpu` user and system time of the process and
    the children it waited for, `memory` its largest resident set.
    """

    wall: float
    cpu: float
    memory: int
    tally: TrafficTally = field(default_factory=TrafficTally)
    times: int = 1


def run(
    command: Sequence[str],
    folder: Path,
    environ: Mapping[str, str] | None = None,
    trackers: Trackers | None = None,
) -> Run:
    """Run once in a folder; what it prints goes to `out` and `err` there.

    Raises `ProgramError` where it doesn't exit with 0.
    """
    if trackers:
        trackers.clear()
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        began = time.monotonic()
        # The kernel counts this process's own size as the child's until it
        # execs: so this one stays small, and the worlds are in another.
        child = subprocess.Popen(  # noqa: S603 - the bench's own programs
            command,
            cwd=folder,
            env={**os.environ, **(environ or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        words = (folder / "err").read_text(errors="replace").strip()
        words = words[-WORDS_OF_A_FAILURE:] or f"exit code {child.returncode}"
        raise ProgramError(f"failed: {words}")
    tally = trackers.tally() if trackers else TrafficTally()
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, tally)


def repeated(once: Callable[[], Run]) -> Run:
    """A first run to warm the servers and the disk; then one, or of short ones the least.

    The least time of each kind, and the most memory; the traffic is that of the last run.
    What else goes on on a machine adds to a program's time and never takes from it:
    the least is the nearest to what the program costs
    (https://docs.python.org/3/library/timeit.html#timeit.Timer.repeat).
    """
    once()
    runs = [once()]
    while runs[0].wall < SHORT and len(runs) < TIMES:
        runs.append(once())
    return replace(
        runs[-1],
        wall=min(each.wall for each in runs),
        cpu=min(each.cpu for each in runs),
        memory=max(each.memory for each in runs),
        times=len(runs),
    )


def loading(folder: Path) -> float:
    """Seconds of CPU of `import jira`, by which machines and hours can be told apart."""
    return repeated(lambda: run([sys.executable, "-c", "import jira"], folder)).cpu


_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
_WATCH = """
CREATE TRIGGER "bench_{change}_{table}" AFTER {change} ON "{table}"
BEGIN INSERT INTO bench_written VALUES ('{table}'); END
"""


def watch(store: Path) -> None:
    """Note every row inserted, updated or deleted from now on."""
    with closing(sqlite3.connect(store)) as database, database:
        tables = [name for (name,) in database.execute(_TABLES)]
        database.execute("CREATE TABLE bench_written (name TEXT)")
        for table in tables:
            for change in ("INSERT", "UPDATE", "DELETE"):
                database.execute(_WATCH.format(change=change, table=table))


def written(store: Path) -> dict[str, int]:
    """Rows written since `watch`, by table; a table that nothing was written to is absent."""
    with closing(sqlite3.connect(store)) as database:
        counts = "SELECT name, count(*) FROM bench_written GROUP BY name ORDER BY name"
        return dict(database.execute(counts).fetchall())
