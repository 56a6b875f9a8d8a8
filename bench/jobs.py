"""The jobs that are compared, from (a) to (d), and what a report costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import measuring, worlds
from bench.comparing import Job, Row, folder, measured
from bench.history import Past
from bench.office import Office
from bench.reporting import ReportDesk
from bench.trackers import Trackers
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path


CAPPED = 100
UNCAPPED = 1000
SHARE = 0.01

ISSUES = Size(issues=10_000, epics=50)
BOARDS = Size(boards=20, cards=300)
MANY = Size(issues=100_000, epics=500)
QUARTER = Past(key_results=300, entries=100_000)


def a() -> Job:
    """10,000 issues under 50 epics, first run."""
    floor = worlds.first_waves(ISSUES, UNCAPPED)
    with Trackers(ISSUES) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        ours = measured("okr-sync", trackers, office.first, floor=floor)
        loading, status = measuring.loading(workplace), office.status()
        return Job((ours, *_other_ways(office)), loading=loading, status=status)


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
    with Trackers(ISSUES) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        office.first()
        kept = office.keep()
        trackers.change(SHARE)
        ours = measured("okr-sync", trackers, partial(office.again, kept), floor=floor)
        written = _written(office, kept)
        return Job((ours,), written=written, loading=measuring.loading(workplace))


def _written(office: Office, kept: Path) -> dict[str, int]:
    """The rows that a run on a store of before writes, by table."""
    office.put_back(kept)
    measuring.watch(office.store)
    office.sync()
    return measuring.written(office.store)


def c() -> Job:
    """20 Trello boards of 300 cards."""
    floor = worlds.board_waves(BOARDS)
    with Trackers(BOARDS) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        return Job((measured("okr-sync", trackers, office.first, floor=floor),))


def d() -> Job:
    """100,000 issues over 500 KRs."""
    first, steady = worlds.first_waves(MANY, UNCAPPED), worlds.steady_waves(MANY)
    with Trackers(MANY) as trackers, folder() as workplace:
        office = Office(trackers, workplace)
        ours = measured("okr-sync", trackers, office.first, floor=first)
        kept = office.keep()
        stored = kept.stat().st_size
        trackers.change(SHARE)
        again = partial(office.again, kept)
        later = measured("okr-sync, 1 % changed", trackers, again, floor=steady)
        again = partial(office.again, office.keep())
        idle = measured("okr-sync, nothing changed", trackers, again, floor=steady)
        loading = measuring.loading(workplace)
        return Job((ours, later, idle), stored=stored, loading=loading)


def report() -> Job:
    """`okr-sync report` for 300 KRs and 100,000 ledger entries."""
    with folder() as workplace:
        desk = ReportDesk(workplace, QUARTER)
        rows, loading = tuple(desk.rows()), measuring.loading(workplace)
        return Job(rows, loading=loading, beside_cards=desk.beside_cards(), opened=desk.opened())


JOBS: Mapping[str, Callable[[], Job]] = {
    "a": a,
    "b": b,
    "c": c,
    "d": d,
    "report": report,
}
