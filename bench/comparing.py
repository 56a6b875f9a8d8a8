"""One program at one job: measured with and without latency, or the reason why not."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.measuring import TIMES, ProgramError, Run, repeated, run
from bench.programs import OKR_SYNC, NotInstalledError, Office, other
from bench.trackers import Trackers
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.programs import Program

LATENCY = 150.0
"""Milliseconds that a request takes beside no time at all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One program: without latency and with; a note where there is more to say.

    `floor` is the least number of waves of the job. `size` is told where it differs by row.
    """

    program: str
    swift: Run | None = None
    late: Run | None = None
    floor: int = 0
    size: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What came out of one job; the first row is okr-sync, which the others are compared to.

    `inside` is asking and reading over the floor of `planned` waves, in a warm
    process; `written` are rows by table.
    """

    rows: tuple[Row, ...] = ()
    inside: float = 0.0
    planned: int = 0
    changed: int = 0
    written: Mapping[str, int] = field(default_factory=dict)
    starts: tuple[Start, ...] = ()


@contextmanager
def folder() -> Iterator[Path]:
    """Somewhere to work, gone afterwards."""
    with TemporaryDirectory(prefix="okr-sync-bench-") as name:
        yield Path(name)


def measured(
    name: str, trackers: Trackers, once: Callable[[], Run], *, floor: int = 0, note: str = ""
) -> Row:
    """One program without latency (and a run before that, to warm up), then with."""

    def both() -> Row:
        once()
        swift = repeated(once)
        trackers.latency(LATENCY)
        return Row(name, swift, repeated(once), floor, note=note)

    trackers.latency(0)
    row = tried(name, both)
    trackers.latency(0)
    return row


def tried(name: str, measure: Callable[[], Row]) -> Row:
    """What was measured, or a row that says why nothing was."""
    try:
        return measure()
    except NotInstalledError as error:
        return Row(name, note=f"not installed: {error}")
    except ProgramError as error:
        return Row(name, note=f"failed: {error}")


def others(trackers: Trackers, *which: Program, floor: int = 0) -> list[Row]:
    """The programs that a user would run instead."""
    rows = []
    for program in which:
        with folder() as workplace:
            once = partial(other, program, trackers, workplace)
            rows.append(measured(program.name, trackers, once, floor=floor))
    return rows


def inside(office: Office, waves: int, kept: Path | None = None) -> float:
    """How often the floor of okr-sync's own plan goes into its asking and reading, warm.

    T >= latency * waves + parsing (see `floors`); the least of five.
    """
    trackers = office.trackers
    trackers.latency(0)
    office.inside(kept)
    trackers.latency(LATENCY)
    insides = [office.inside(kept) for _ in range(TIMES)]
    trackers.latency(0)
    return min(one.wall / (waves * LATENCY / 1000 + one.parsing) for one in insides)


STARTS = 7
CLIENTS = ("jira", "trello")
HTTP = ("requests", "urllib3", "http.client")
STORE = ("sqlalchemy", "alembic")
DIALECTS = "sqlalchemy.dialects."


@dataclass(frozen=True, slots=True)
class Start:
    """One program's start: CPU seconds, how many modules, and which heavy ones."""

    name: str
    cpu: float
    modules: int
    heavy: tuple[str, ...]


def starts(folder: Path, environ: Mapping[str, str]) -> list[Start]:
    """Help, the status of the store in this folder, a bare Python and the jira client."""
    return [
        _start("okr-sync --help", [OKR_SYNC, "--help"], folder, environ),
        _start("okr-sync status", [OKR_SYNC, "status"], folder, environ),
        _start("python -c pass", [sys.executable, "-c", "pass"], folder, environ),
        _start("import jira", [sys.executable, "-c", "import jira"], folder, environ),
    ]


def _start(name: str, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Start:
    cpu = median(run(command, folder, environ).cpu for _ in range(STARTS))
    run(_telling(command), folder, environ)
    printed = (folder / "err").read_text(encoding="utf-8").splitlines()
    lines = (line for line in printed if line.startswith("import time:"))
    modules = {line.rsplit("|", 1)[-1].strip() for line in lines} - {"imported package"}
    return Start(name, cpu, len(modules), _heavy(modules))


def _telling(command: Sequence[str]) -> list[str]:
    """The same command, telling its imports."""
    rest = command[1:] if command[0] == sys.executable else command
    return [sys.executable, "-X", "importtime", *rest]


def _heavy(modules: set[str]) -> tuple[str, ...]:
    dialects = {".".join(one.split(".")[:3]) for one in modules if one.startswith(DIALECTS)}
    return tuple(sorted(modules & {*CLIENTS, *HTTP, *STORE} | dialects))


PARTS = (Size(issues=50, epics=50), Size(issues=150, epics=50))
COUNTS = ("requests", "sent", "received", "waves")


def stretched(program: Program, size: Size, floor: int) -> Row:
    """What the program would cost at this size, by a straight line through two small ones."""
    parts = []
    for part in PARTS:
        with Trackers(part) as trackers:
            parts += others(trackers, program)
    less, more = parts
    if not (less.swift and less.late and more.swift and more.late):
        return less
    far = (size.issues - PARTS[1].issues) / (PARTS[1].issues - PARTS[0].issues)
    return Row(
        program.name,
        drawn_out(less.swift, more.swift, far),
        drawn_out(less.late, more.late, far),
        floor,
        note=f"drawn out from {PARTS[0].issues} and {PARTS[1].issues} issues",
    )


def drawn_out(less: Run, more: Run, far: float) -> Run:
    """What comes `far` times the step from one run to the other after the other."""

    def on(of: Callable[[Run], float]) -> float:
        return of(more) * (1 + far) - of(less) * far

    counts = {name: round(on(lambda run, name=name: getattr(run.tally, name))) for name in COUNTS}  # type: ignore[misc] # mypy sees no default
    return Run(
        wall=on(lambda run: run.wall),
        cpu=on(lambda run: run.cpu),
        memory=round(on(lambda run: run.memory)),
        tally=replace(more.tally, **counts),
    )
