"""What a user would run instead: measured rarely, beside okr-sync; the rows kept with their day."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench import jobs
from bench import programs as by
from bench.comparing import folder, measured
from bench.tables import COMPARED, PEER_COLUMNS, line
from bench.trackers import Trackers
from bench.worlds import board_waves, first_waves, steady_waves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.comparing import Row
    from bench.programs import Program
    from bench.worlds import Size

KEPT = Path(__file__).with_name("peers.csv")
FIRST = first_waves(jobs.ISSUES, jobs.UNCAPPED)
RACES: Mapping[str, tuple[Size, int, Sequence[Program]]] = {
    "a": (
        jobs.ISSUES,
        FIRST,
        (
            by.JIRA_ALL,
            by.JIRA_TWO,
            by.JIRA_SPRINTS,
            by.DLT,
            by.DLT_EACH,
            by.TAP_JIRA,
            by.BUGWARRIOR,
        ),
    ),
    "c": (
        jobs.BOARDS,
        board_waves(jobs.BOARDS),
        (by.TRELLO_LISTS, by.TRELLO_OPEN, by.TAP_TRELLO),
    ),
    "d": (jobs.MANY, first_waves(jobs.MANY, jobs.UNCAPPED), (by.JIRA_TWO,)),
}
"""The jobs that others do: what there is to read, its floor, and who reads it."""


def kept(file: Path = KEPT) -> dict[str, list[dict[str, str]]]:
    """Read the rows that were measured last, by job."""
    rows: dict[str, list[dict[str, str]]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["job"], []).append(row)
    return rows


def measure(file: Path = KEPT, only: Sequence[str] = ("a", "b", "c", "d")) -> None:
    """Measure the others at these jobs, beside okr-sync in the same hour, and keep their rows."""
    rows = kept(file)
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    for job in only:
        lines = list(_bookmarked() if job == "b" else _raced(job))
        named = (dict(zip(COMPARED, cells, strict=True)) for cells in lines)
        rows[job] = [{"job": job, "measured": day, **row} for row in named]
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, PEER_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for job in sorted(rows) for row in rows[job])


def _raced(job: str) -> Iterator[list[str]]:
    size, floor, programs = RACES[job]
    with Trackers(size) as trackers, folder() as workplace:
        once = by.Office(trackers, workplace).first
        ours = measured("okr-sync", trackers, once, floor=floor)
        rows = others(trackers, *programs, floor=floor)
    yield from (line(row, ours) for row in rows)


def _bookmarked() -> Iterator[list[str]]:
    """Give (b) by the only one that goes on from a bookmark."""
    floor = steady_waves(jobs.ISSUES)
    with Trackers(jobs.ISSUES) as trackers, folder() as workplace, folder() as tap:
        office = by.Office(trackers, workplace)
        office.first()
        store = office.keep()
        by.other(by.TAP_JIRA, trackers, tap)
        bookmark = _bookmark(tap)
        trackers.change(jobs.SHARE)
        ours = measured("okr-sync", trackers, partial(office.again, store), floor=floor)
        again = partial(by.other, by.TAP_JIRA, trackers, tap, bookmark)
        note = "sees no deletion, no move out of scope, no remapped status"
        row = measured("tap-jira, with its state", trackers, again, floor=floor, note=note)
    yield line(row, ours)


def _bookmark(tap: Path) -> str:
    """Find the state that a Singer tap would be started with next time."""
    state = ""
    with (tap / "out").open(encoding="utf-8") as lines:
        for printed in lines:
            if printed.startswith('{"type": "STATE"'):
                state = printed.partition('"value": ')[2].rstrip()[:-1]
    (tap / "state.json").write_text(state, encoding="utf-8")
    return "state.json"


def others(trackers: Trackers, *programs: Program, floor: int = 0) -> list[Row]:
    """Measure programs that a user would run instead."""
    rows = []
    for program in programs:
        with folder() as workplace:
            once = partial(by.other, program, trackers, workplace)
            rows.append(measured(program.name, trackers, once, floor=floor))
    return rows
