"""The jobs that are compared, from (a) to (e), and what surrounds them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench import floors, programs, rows
from bench.environments import NotInstalledError
from bench.measuring import ProgramError, Run, repeated
from bench.programs import Office, other
from bench.starting import Start, starts
from bench.trackers import Trackers
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bench.programs import Program

LATENCY = 150.0
"""Milliseconds that a request takes beside no time at all."""
CAPPED = 100
UNCAPPED = 1000
SHARE = 0.01

ISSUES = Size(issues=10_000, epics=50)
BOARDS = Size(boards=20, cards=300)
MANY = Size(issues=100_000, epics=500)
FEW = Size(issues=1_000, epics=5)
SMALL = Size(issues=100, epics=5)
PARTS = (Size(issues=100, epics=50), Size(issues=300, epics=50))
"""What bugwarrior is measured on; more of it is the same, request by request."""


@dataclass(frozen=True, slots=True)
class Row:
    """One program at one job: without latency and with; a note where there is more to say.

    `floor` is the least number of waves of the job, 0 where nothing is compared to it.
    """

    program: str
    swift: Run | None = None
    late: Run | None = None
    floor: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """What came out of one job; the first row is okr-sync, which the others are compared to.

    `inside` are seconds of one `sync` in a warm process, `written` rows by table.
    """

    rows: tuple[Row, ...] = ()
    inside: float = 0.0
    changed: int = 0
    written: Mapping[str, int] = field(default_factory=dict)
    starts: tuple[Start, ...] = ()


@contextmanager
def folder() -> Iterator[Path]:
    """Somewhere to work, gone afterwards."""
    with TemporaryDirectory(prefix="okr-sync-bench-") as name:
        yield Path(name)


def measured(
    name: str,
    trackers: Trackers,
    once: Callable[[], Run],
    *,
    floor: int = 0,
    note: str = "",
    late: bool = True,
) -> Row:
    """One program without latency (and a run before that, to warm up), then with."""
    try:
        trackers.latency(0)
        once()
        swift = repeated(once)
        trackers.latency(LATENCY)
        slow = repeated(once) if late else None
    except (ProgramError, NotInstalledError) as error:
        what = "not installed" if isinstance(error, NotInstalledError) else "failed"
        return Row(name, note=f"{what}: {error}")
    finally:
        trackers.latency(0)
    return Row(name, swift, slow, floor, note)


def others(trackers: Trackers, *which: Program, floor: int = 0, late: bool = True) -> list[Row]:
    """The programs that a user would run instead."""
    found = []
    for program in which:
        with folder() as here:
            once = partial(other, program, trackers, here)
            found.append(measured(program.name, trackers, once, floor=floor, late=late))
    return found


def inside(office: Office, kept: bytes | None = None) -> float:
    """Seconds of one `sync` in a warm process, with latency; the median of three."""
    office.trackers.latency(LATENCY)
    seconds = median(office.inside(kept) for _ in range(3))
    office.trackers.latency(0)
    return seconds


def a(*, whole: bool = False) -> Job:
    """10,000 issues under 50 epics, first run."""
    with Trackers(ISSUES) as trackers, folder() as here, folder() as labelled:
        office, by_label = Office(trackers, here), Office(trackers, labelled, by="label")
        floor = floors.first(ISSUES, UNCAPPED)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        warm = inside(office)
        label = measured("okr-sync, epics by label", trackers, by_label.first, floor=floor)
        trackers.bulkfetch(CAPPED)
        floor = floors.first(ISSUES, CAPPED)
        capped = measured("okr-sync, bulkfetch capped", trackers, office.first, floor=floor)
        trackers.bulkfetch(UNCAPPED)
        rest = others(
            trackers,
            programs.JIRA_ALL,
            programs.JIRA_TWO,
            programs.JIRA_SPRINTS,
            programs.DLT,
            programs.DLT_EACH,
            programs.TAP_JIRA,
            floor=floors.first(ISSUES, UNCAPPED),
        )
        last = others(trackers, programs.BUGWARRIOR) if whole else [bugwarrior(ISSUES)]
    return Job((ours, label, capped, *rest, *last), warm)


def bugwarrior(size: Size) -> Row:
    """A request an issue: measured on two small parts, and drawn out in a straight line."""
    parts = []
    for part in PARTS:
        with Trackers(part) as trackers:
            parts += others(trackers, programs.BUGWARRIOR)
    less, more = parts
    if not (less.swift and less.late and more.swift and more.late):
        return less
    far = (size.issues - PARTS[1].issues) / (PARTS[1].issues - PARTS[0].issues)
    return Row(
        more.program,
        drawn_out(less.swift, more.swift, far),
        drawn_out(less.late, more.late, far),
        floors.first(size, UNCAPPED),
        f"drawn out from {PARTS[0].issues} and {PARTS[1].issues} issues",
    )


def drawn_out(less: Run, more: Run, far: float) -> Run:
    """What comes `far` times the step from one run to the other after the other."""

    def on(name: str, of: Callable[[Run], object]) -> float:
        return float(getattr(of(more), name)) * (1 + far) - float(getattr(of(less), name)) * far

    counts = ("requests", "sent", "received", "waves")
    traffic = {name: round(on(name, lambda run: run.tally)) for name in counts}
    return Run(
        wall=on("wall", lambda run: run),
        cpu=on("cpu", lambda run: run),
        memory=round(on("memory", lambda run: run)),
        tally=replace(more.tally, **traffic),
    )


def b() -> Job:
    """The same issues, steady state: 1 % changed since the last run."""
    with Trackers(ISSUES) as trackers, folder() as here, folder() as tap:
        office = Office(trackers, here)
        office.first()
        kept = office.keep()
        other(programs.TAP_JIRA, trackers, tap)
        bookmark = _bookmark(tap)
        changed = trackers.change(SHARE)
        floor = floors.steady(ISSUES)
        ours = measured("okr-sync", trackers, partial(office.again, kept), floor=floor)
        warm = inside(office, kept)
        again = partial(other, programs.TAP_JIRA, trackers, tap, bookmark)
        note = "sees no deletion, no move out of scope, no remapped status"
        singer = measured("tap-jira, with its state", trackers, again, floor=floor, note=note)
        office.empty()
        office.store.write_bytes(kept)
        rows.watch(office.store)
        office.sync()
        written = rows.written(office.store)
    return Job((ours, singer), warm, changed, written)


def _bookmark(tap: Path) -> str:
    """The state that a Singer tap would be started with next time."""
    state = ""
    with (tap / "out").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"type": "STATE"'):
                state = line.partition('"value": ')[2].rstrip()[:-1]
    (tap / "state.json").write_text(state, encoding="utf-8")
    return "state.json"


def c() -> Job:
    """20 Trello boards of 300 cards."""
    with Trackers(BOARDS) as trackers, folder() as here:
        office = Office(trackers, here)
        floor = floors.boards(BOARDS)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        warm = inside(office)
        kinds = (programs.TRELLO_LISTS, programs.TRELLO_OPEN, programs.TAP_TRELLO)
        return Job((ours, *others(trackers, *kinds, floor=floor)), warm)


def d() -> Job:
    """100,000 issues over 500 KRs."""
    with Trackers(MANY) as trackers, folder() as here:
        office = Office(trackers, here)
        floor = floors.first(MANY, UNCAPPED)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        warm = inside(office)
        kept = office.keep()
        changed = trackers.change(SHARE)
        again = partial(office.again, kept)
        floor = floors.steady(MANY)
        steady = measured("okr-sync, 1 % changed", trackers, again, floor=floor)
        floor = floors.first(MANY, UNCAPPED)
        rest = others(trackers, programs.JIRA_TWO, floor=floor)
        return Job((ours, steady, *rest), warm, changed)


def e() -> Job:
    """How each grows from 1,000 to 100,000 issues, without latency."""
    found: list[Row] = []
    kinds = (programs.JIRA_TWO, programs.JIRA_ALL, programs.DLT, programs.TAP_JIRA)
    for size in (FEW, ISSUES, MANY):
        with Trackers(size) as trackers, folder() as here:
            office = Office(trackers, here)
            mine = [measured("okr-sync", trackers, office.first, late=False)]
            kept = office.keep()
            trackers.change(SHARE)
            again = partial(office.again, kept)
            mine.append(measured("okr-sync, 1 % changed", trackers, again, late=False))
            rest = others(trackers, *kinds, late=False)
        found += [replace(row, floor=size.issues) for row in (*mine, *rest)]
    return Job(tuple(found))


def start() -> Job:
    """What it costs to start."""
    with Trackers(SMALL) as trackers, folder() as here:
        office = Office(trackers, here)
        office.first()
        return Job(starts=tuple(starts(here, office.environ)))


JOBS: Mapping[str, Callable[[], Job]] = {
    "a": a,
    "b": b,
    "c": c,
    "d": d,
    "e": e,
    "start": start,
}
