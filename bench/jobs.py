"""The jobs that are compared, from (a) to (e), and what a start and a report cost."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import measuring, programs, worlds
from bench.comparing import Job, Row, folder, inside, measured, others, starts, stretched, tried
from bench.history import Past
from bench.programs import Office, other
from bench.reporting import ReportDesk
from bench.trackers import Trackers
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bench.measuring import Run

CAPPED = 100
UNCAPPED = 1000
SHARE = 0.01

ISSUES = Size(issues=10_000, epics=50)
BOARDS = Size(boards=20, cards=300)
MANY = Size(issues=100_000, epics=500)
FEW = Size(issues=1_000, epics=5)
SMALL = Size(issues=100, epics=5)
QUARTER = Past(key_results=300, entries=100_000)


def a(*, whole: bool = False) -> Job:
    """10,000 issues under 50 epics, first run."""
    floor = worlds.first_waves(ISSUES, UNCAPPED)
    kinds = [
        programs.JIRA_ALL,
        programs.JIRA_TWO,
        programs.JIRA_SPRINTS,
        programs.DLT,
        programs.DLT_EACH,
        programs.TAP_JIRA,
        *([programs.BUGWARRIOR] if whole else []),
    ]
    with Trackers(ISSUES) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        planned = worlds.planned_waves(ISSUES, UNCAPPED)
        warm = inside(office, planned)
        ways = list(_other_ways(office))
        rest = others(trackers, *kinds, floor=floor)
    if not whole:
        rest.append(stretched(programs.BUGWARRIOR, ISSUES, floor))
    return Job((ours, *ways, *rest), warm, planned)


def _other_ways(office: Office) -> Iterator[Row]:
    """The same with epics linked by label, and at a site that gives less at once."""
    trackers, floor = office.trackers, worlds.first_waves(ISSUES, UNCAPPED)
    with folder() as workplace:
        once = Office(trackers, workplace, by="label").first
        yield measured("okr-sync, epics by label", trackers, once, floor=floor)
    trackers.bulkfetch(CAPPED)
    floor = worlds.first_waves(ISSUES, CAPPED)
    yield measured("okr-sync, bulkfetch capped", trackers, office.first, floor=floor)
    trackers.bulkfetch(UNCAPPED)


def b() -> Job:
    """The same issues, steady state: 1 % changed since the last run."""
    floor = worlds.steady_waves(ISSUES)
    with Trackers(ISSUES) as trackers, folder() as workplace, folder() as tap:
        office = Office(trackers, workplace)
        office.first()
        kept = office.keep()
        other(programs.TAP_JIRA, trackers, tap)
        bookmark = _bookmark(tap)
        changed = trackers.change(SHARE)
        ours = measured("okr-sync", trackers, partial(office.again, kept), floor=floor)
        warm = inside(office, floor, kept)
        again = partial(other, programs.TAP_JIRA, trackers, tap, bookmark)
        note = "sees no deletion, no move out of scope, no remapped status"
        singer = measured("tap-jira, with its state", trackers, again, floor=floor, note=note)
        return Job((ours, singer), warm, floor, changed, _written(office, kept))


def _bookmark(tap: Path) -> str:
    """The state that a Singer tap would be started with next time."""
    state = ""
    with (tap / "out").open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"type": "STATE"'):
                state = line.partition('"value": ')[2].rstrip()[:-1]
    (tap / "state.json").write_text(state, encoding="utf-8")
    return "state.json"


def _written(office: Office, kept: Path) -> dict[str, int]:
    """The rows that a run on a store of before writes, by table."""
    office.put_back(kept)
    measuring.watch(office.store)
    office.sync()
    return measuring.written(office.store)


def c() -> Job:
    """20 Trello boards of 300 cards."""
    floor = worlds.board_waves(BOARDS)
    kinds = (programs.TRELLO_LISTS, programs.TRELLO_OPEN, programs.TAP_TRELLO)
    with Trackers(BOARDS) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        return Job((ours, *others(trackers, *kinds, floor=floor)))


def d() -> Job:
    """100,000 issues over 500 KRs."""
    first, steady = worlds.first_waves(MANY, UNCAPPED), worlds.steady_waves(MANY)
    with Trackers(MANY) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        ours = measured("okr-sync", trackers, office.first, floor=first)
        kept = office.keep()
        rest = others(trackers, programs.JIRA_TWO, floor=first)
        changed = trackers.change(SHARE)
        again = partial(office.again, kept)
        later = measured("okr-sync, 1 % changed", trackers, again, floor=steady)
        return Job((ours, later, *rest), changed=changed)


def e() -> Job:
    """How each grows from 1,000 to 100,000 issues; one run each, without latency."""
    return Job(tuple(row for size in (FEW, ISSUES, MANY) for row in _at(size)))


def _at(size: Size) -> Iterator[Row]:
    with Trackers(size) as trackers, folder() as workplace:
        for program in (programs.JIRA_TWO, programs.JIRA_ALL, programs.DLT, programs.TAP_JIRA):
            yield _once(program.name, size, partial(other, program, trackers, workplace))
        office = Office(trackers, workplace)
        yield _once("okr-sync", size, office.first)
        kept = office.keep()
        trackers.change(SHARE)
        yield _once("okr-sync, 1 % changed", size, partial(office.again, kept))


def _once(name: str, size: Size, run: Callable[[], Run]) -> Row:
    return tried(name, lambda: Row(name, run(), size=size.issues))


def start() -> Job:
    """What it costs to start."""
    with Trackers(SMALL) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        office.first()
        return Job(starts=tuple(starts(workplace, office.environ)))


def report() -> Job:
    """`okr-sync report` for 300 KRs and 100,000 ledger entries."""
    with folder() as here:
        return Job(tuple(ReportDesk(here, QUARTER).rows()))


JOBS: Mapping[str, Callable[[], Job]] = {
    "a": a,
    "b": b,
    "c": c,
    "d": d,
    "e": e,
    "start": start,
    "report": report,
}
