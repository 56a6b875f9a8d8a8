"""What the comparison must show, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.starting import CLIENTS, HTTP, STORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bench.comparing import Job, Row
    from bench.measuring import Run
    from bench.starting import Start

MEMORY = 400e6
REPORT = 5.0, 300e6
"""CPU seconds and bytes of memory that a report may take in its costliest format."""
CARDS = ("cards", "known_cards")
"""The store's tables that have a row for each issue."""
PERMITTED = {"sqlalchemy", "sqlalchemy.dialects._typing", "sqlalchemy.dialects.sqlite"}
"""What `status` on a SQLite store may load of the heavy ones."""


@dataclass(frozen=True, slots=True)
class Target:
    """One line: what is asked, what was measured, and whether that is enough."""

    what: str
    asked: str
    measured: str
    reached: bool


def targets(results: Mapping[str, Job]) -> list[Target]:
    """Every line whose jobs were run."""
    lines = {"a": _a, "b": _b, "c": _c, "start": _start, "report": _report}
    found = [line for name, of in lines.items() if name in results for line in of(results[name])]
    if "a" in results and "d" in results:
        found += _d(results["a"], results["d"])
    return found


def at_most(what: str, most: float, measured: float, form: str = "{:.0f}") -> Target:
    """A figure that must not be larger."""
    return Target(what, f"at most {form.format(most)}", form.format(measured), measured <= most)


def at_least(what: str, least: float, measured: float) -> Target:
    """A ratio that must not be smaller."""
    form = "{:.1f} times"
    return Target(what, f"at least {form.format(least)}", form.format(measured), measured >= least)


def _a(job: Job) -> Iterator[Target]:
    rows = {row.program: row for row in job.rows}
    ours, capped = rows["okr-sync"], rows["okr-sync, bulkfetch capped"]
    theirs = _late(rows["jira client, two fields"]).wall
    yield at_most("(a) requests, bulkfetch at 1000", 16, _late(ours).tally.requests)
    yield at_most("(a) requests, bulkfetch capped at 100", 110, _late(capped).tally.requests)
    what = "(a) faster than the jira client with two fields, 150 ms, whole process, bulkfetch"
    yield at_least(f"{what} at 1000", 10, theirs / _late(ours).wall)
    yield at_least(f"{what} capped at 100", 5, theirs / _late(capped).wall)
    yield _floor("(a)", 1.5, job)


def _b(job: Job) -> Iterator[Target]:
    ours = job.rows[0]
    yield at_most("(b) requests", 6, _late(ours).tally.requests)
    yield _floor("(b)", 2.0, job)
    for table in CARDS:
        what = f"store: rows of `{table}` written after {job.changed} issues changed"
        yield at_most(what, job.changed, job.written.get(table, 0))


def _c(job: Job) -> Iterator[Target]:
    rows = {row.program: row for row in job.rows}
    ours, lists = _late(rows["okr-sync"]), _late(rows["py-trello, lists, cards"])
    yield at_most("(c) requests", 21, ours.tally.requests)
    what = "(c) faster than py-trello's lists and cards, 150 ms, whole process"
    yield at_least(what, 20, lists.wall / ours.wall)


def _d(less: Job, more: Job) -> Iterator[Target]:
    small, large = less.rows[0].swift, more.rows[0].swift
    if small and large:
        form = "{:.1f} times (a)'s"
        yield at_most("(d) CPU of the whole run", 12, large.cpu / small.cpu, form)
        yield at_most("(d) peak memory", MEMORY / 1e6, large.memory / 1e6, "{:.0f} MB")


def _floor(name: str, most: float, job: Job) -> Target:
    what = f"{name} asking and reading at 150 ms over the floor of its own {job.planned} waves"
    return at_most(what, most, job.inside, "{:.2f}")


def _start(job: Job) -> Iterator[Target]:
    starts = {one.name: one for one in job.starts}
    yield _none("`okr-sync --help` loads", starts["okr-sync --help"], set())
    yield _none("`okr-sync status` on SQLite loads", starts["okr-sync status"], PERMITTED)


def _report(job: Job) -> Iterator[Target]:
    runs = [row.swift for row in job.rows if row.swift]
    cpu, memory = REPORT
    what = "report for 300 KRs and 100,000 ledger entries, costliest format"
    yield at_most(f"{what}: CPU", cpu, max(run.cpu for run in runs), "{:.1f} s")
    yield at_most(
        f"{what}: peak memory", memory / 1e6, max(run.memory for run in runs) / 1e6, "{:.0f} MB"
    )


def _none(what: str, one: Start, permitted: set[str]) -> Target:
    loaded = sorted(set(one.heavy) - permitted)
    unwanted = ", ".join((*CLIENTS, *HTTP, *(() if permitted else STORE)))
    asked = f"none of {unwanted}" + (", no other dialect" if permitted else "")
    return Target(what, asked, ", ".join(loaded) or "none", not loaded)


def _late(row: Row) -> Run:
    if row.late is None:
        raise ValueError(f"{row.program} was not measured: {row.note}")
    return row.late
