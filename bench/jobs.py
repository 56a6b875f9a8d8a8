"""The jobs that are compared, from (a) to (d), and what a report costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bench import measuring, worlds
from bench.comparing import Job, folder, measured
from bench.history import Past
from bench.office import Office, opened
from bench.reporting import ReportDesk
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    with opened(ISSUES) as office, folder() as workplace:
        trackers = office.trackers
        ours = measured("okr-sync", trackers, office.sync, floor=floor)
        loading, status = measuring.loading(workplace), office.status()
        by_label = Office(trackers, workplace, by="label").sync
        labels = measured("okr-sync, epics by label", trackers, by_label, floor=floor)
        trackers.bulkfetch(CAPPED)
        floor = worlds.first_waves(ISSUES, CAPPED)
        capped = measured("okr-sync, bulkfetch capped", trackers, office.sync, floor=floor)
        return Job((ours, labels, capped), loading=loading, status=status)


def b() -> Job:
    """The same issues, steady state: 1 % changed since the last run."""
    floor = worlds.steady_waves(ISSUES)
    with opened(ISSUES) as office:
        office.sync()
        kept = office.keep()
        office.trackers.change(SHARE)
        ours = measured("okr-sync", office.trackers, partial(office.sync, kept), floor=floor)
        measuring.watch(kept)
        office.sync(kept)
        written, loading = measuring.written(office.store), measuring.loading(office.folder)
        return Job((ours,), written=written, loading=loading)


def c() -> Job:
    """20 Trello boards of 300 cards."""
    floor = worlds.board_waves(BOARDS)
    with opened(BOARDS) as office:
        return Job((measured("okr-sync", office.trackers, office.sync, floor=floor),))


def d() -> Job:
    """100,000 issues over 500 KRs."""
    first, steady = worlds.first_waves(MANY, UNCAPPED), worlds.steady_waves(MANY)
    with opened(MANY) as office:
        trackers = office.trackers
        ours = measured("okr-sync", trackers, office.sync, floor=first)
        kept = office.keep()
        stored = kept.stat().st_size
        trackers.change(SHARE)
        again = partial(office.sync, kept)
        later = measured("okr-sync, 1 % changed", trackers, again, floor=steady)
        office.keep()
        idle = measured("okr-sync, nothing changed", trackers, again, floor=steady)
        return Job((ours, later, idle), stored=stored, loading=measuring.loading(office.folder))


def report() -> Job:
    """`okr-sync report` for 300 KRs and 100,000 ledger entries."""
    with folder() as workplace:
        desk = ReportDesk(workplace, QUARTER)
        rows, loading = tuple(desk.rows()), measuring.loading(workplace)
        return Job(rows, loading=loading, beside_cards=desk.beside_cards(), opened=desk.opened())


JOBS: Mapping[str, Callable[[], Job]] = {"a": a, "b": b, "c": c, "d": d, "report": report}
