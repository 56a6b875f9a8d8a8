"""Results as Markdown, and their places in docs/performance.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.comparing import CLIENTS, HTTP, LATENCY, STORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bench.comparing import Job, Row, Start
    from bench.measuring import Run

SEEN = ["requests", "in flight", "waves", "MB"]
COST = ["CPU s", "peak MB"]
MEGA = 1e6


def sections(results: Mapping[str, Job]) -> dict[str, str]:
    """The Markdown of every job that there are results of, and of the targets."""
    drawn_jobs = {name: _job(name, job) for name, job in results.items()}
    if "a" in results:
        drawn_jobs["targets"] = reached(results)
    return drawn_jobs


def put(text: str, sections: Mapping[str, str]) -> str:
    """The document with each section between its two markers; the rest as it was."""
    for name, table in sections.items():
        begin, end = f"<!-- bench {name} -->", f"<!-- /bench {name} -->"
        section = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not section.search(text):
            raise ValueError(f"there is no place for {begin}")
        block = f"{begin}\n\n{table}\n\n{end}"
        text = section.sub(lambda _, block=block: block, text)  # type: ignore[misc] # mypy sees no default
    return text


def reached(results: Mapping[str, Job]) -> str:
    """What must be shown, line by line."""
    lines = [
        [one.subject, one.asked, one.measured, "reached" if one.reached else "**not reached**"]
        for one in targets(results)
    ]
    return drawn(["", "must reach", "measured", ""], lines)


def drawn(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; all columns but the first are set to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _job(name: str, job: Job) -> str:
    if job.starts:
        return _starts(job)
    if name == "report":
        return f"{_reports(job.rows)}\n\n{reached({name: job})}"
    parts = [_growth(job.rows) if name == "e" else _compared(job.rows)]
    if job.written:
        parts.append(_written(job))
    return "\n\n".join(parts)


def _compared(rows: Sequence[Row]) -> str:
    head = ["program", *SEEN, "wall, 0 ms", "wall, 150 ms", "over the floor", *COST]
    ours = rows[0]
    return drawn(head, (_line(row, ours) for row in rows))


def _line(row: Row, ours: Row) -> list[str]:
    """A program's figures; the walls are multiples of okr-sync's."""
    name = f"{row.program}{_times(row)}"
    if row.swift is None:
        return [f"{name}: {row.note}", *[""] * (len(SEEN) + len(COST) + 3)]
    if row.note:
        name += f" ({row.note})"
    late = row.late or row.swift
    floor = row.floor * LATENCY / 1000
    over = f"{late.wall / floor:.1f}" if row.late and floor else ""
    walls = [_ratio(row.swift, ours.swift), _ratio(row.late, ours.late)]
    return [name, *_seen(late), *walls, over, *_cost(row.swift)]


def _times(row: Row) -> str:
    runs = [run.times for run in (row.swift, row.late) if run]
    return " *" if runs and min(runs) == 1 else ""


def _seen(run: Run) -> list[str]:
    seen = run.tally
    weight = (seen.sent + seen.received) / MEGA
    return [f"{seen.requests:,}", str(seen.peak), f"{seen.waves:,}", f"{weight:.1f}"]


def _cost(run: Run) -> list[str]:
    return [f"{run.cpu:.2f}", f"{run.memory / MEGA:.0f}"]


def _ratio(run: Run | None, ours: Run | None) -> str:
    if run is None or ours is None:
        return ""
    return f"{run.wall / ours.wall:.2f}" if run.wall < ours.wall else f"{run.wall / ours.wall:.1f}"


def _growth(rows: Sequence[Row]) -> str:
    """Each program's way from the first size to the last."""
    head = ["program", "issues", "requests", "MB", *COST]
    ordered = sorted(rows, key=lambda row: (row.program, row.size))
    return drawn(head, map(_grown, ordered))


def _grown(row: Row) -> list[str]:
    name = [row.program, f"{row.size:,}"] if row.swift else [f"{row.program}: {row.note}", ""]
    if row.swift is None:
        return [*name, *[""] * (2 + len(COST))]
    requests, *_, weight = _seen(row.swift)
    return [*name, requests, weight, *_cost(row.swift)]


def _written(job: Job) -> str:
    rows = [[name, f"{count:,}"] for name, count in job.written.items()]
    caption = f"Rows written by a steady run after {job.changed} of 10,000 issues changed:"
    return f"{caption}\n\n{drawn(['table', 'rows'], rows)}"


def _starts(job: Job) -> str:
    theirs = next(one.cpu for one in job.starts if one.name == "import jira")
    rows = [
        [f"`{one.name}`", str(one.modules), f"{one.cpu / theirs:.2f}", ", ".join(one.heavy)]
        for one in job.starts
    ]
    return drawn(["", "modules", "CPU of `import jira`", "of the heavy ones"], rows)


def _reports(rows: Sequence[Row]) -> str:
    """Each format of the report; the walls are multiples of the first one's."""
    return drawn(["format", "wall", *COST, "KB written"], (_made(row, rows[0]) for row in rows))


def _made(row: Row, first: Row) -> list[str]:
    if row.swift is None:
        return [f"{row.program}: {row.note}", *[""] * (2 + len(COST))]
    wall = _ratio(row.swift, first.swift)
    return [f"{row.program}{_times(row)}", wall, *_cost(row.swift), f"{row.size / 1000:,.0f}"]


MEMORY = 400e6
REPORT = 5.0, 300e6
"""CPU seconds and bytes of memory that a report may take in its costliest format."""
CARDS = ("cards", "known_cards")
"""The store's tables that have a row for each issue."""
PERMITTED = {"sqlalchemy", "sqlalchemy.dialects._typing", "sqlalchemy.dialects.sqlite"}
"""What `status` on a SQLite store may load of the heavy ones."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One line: what is asked, what was measured, and whether that is enough."""

    subject: str
    asked: str
    measured: str
    reached: bool


def targets(results: Mapping[str, Job]) -> list[Goal]:
    """Every line whose jobs were run."""
    lines = {"a": _a, "b": _b, "c": _c, "start": _start, "report": _report}
    reached_lines = [
        line for name, of in lines.items() if name in results for line in of(results[name])
    ]
    if "a" in results and "d" in results:
        reached_lines += _d(results["a"], results["d"])
    return reached_lines


def at_most(subject: str, most: float, measured: float, form: str = "{:.0f}") -> Goal:
    """A figure that must not be larger."""
    return Goal(subject, f"at most {form.format(most)}", form.format(measured), measured <= most)


def at_least(subject: str, least: float, measured: float) -> Goal:
    """A ratio that must not be smaller."""
    form = "{:.1f} times"
    return Goal(subject, f"at least {form.format(least)}", form.format(measured), measured >= least)


def _a(job: Job) -> Iterator[Goal]:
    rows = {row.program: row for row in job.rows}
    ours, capped = rows["okr-sync"], rows["okr-sync, bulkfetch capped"]
    theirs = _late(rows["jira client, two fields"]).wall
    yield at_most("(a) requests, bulkfetch at 1000", 16, _late(ours).tally.requests)
    yield at_most("(a) requests, bulkfetch capped at 100", 110, _late(capped).tally.requests)
    subject = "(a) faster than the jira client with two fields, 150 ms, whole process, bulkfetch"
    yield at_least(f"{subject} at 1000", 10, theirs / _late(ours).wall)
    yield at_least(f"{subject} capped at 100", 5, theirs / _late(capped).wall)
    yield _floor("(a)", 1.5, job)


def _b(job: Job) -> Iterator[Goal]:
    ours = job.rows[0]
    yield at_most("(b) requests", 6, _late(ours).tally.requests)
    yield _floor("(b)", 2.0, job)
    for table in CARDS:
        subject = f"store: rows of `{table}` written after {job.changed} issues changed"
        yield at_most(subject, job.changed, job.written.get(table, 0))


def _c(job: Job) -> Iterator[Goal]:
    rows = {row.program: row for row in job.rows}
    ours, lists = _late(rows["okr-sync"]), _late(rows["py-trello, lists, cards"])
    yield at_most("(c) requests", 21, ours.tally.requests)
    subject = "(c) faster than py-trello's lists and cards, 150 ms, whole process"
    yield at_least(subject, 20, lists.wall / ours.wall)


def _d(less: Job, more: Job) -> Iterator[Goal]:
    small, large = less.rows[0].swift, more.rows[0].swift
    if small and large:
        form = "{:.1f} times (a)'s"
        yield at_most("(d) CPU of the whole run", 12, large.cpu / small.cpu, form)
        yield at_most("(d) peak memory", MEMORY / 1e6, large.memory / 1e6, "{:.0f} MB")


def _floor(name: str, most: float, job: Job) -> Goal:
    what = f"{name} asking and reading at 150 ms over the floor of its own {job.planned} waves"
    return at_most(what, most, job.inside, "{:.2f}")


def _start(job: Job) -> Iterator[Goal]:
    starts = {one.name: one for one in job.starts}
    yield _none("`okr-sync --help` loads", starts["okr-sync --help"], set())
    yield _none("`okr-sync status` on SQLite loads", starts["okr-sync status"], PERMITTED)


def _report(job: Job) -> Iterator[Goal]:
    runs = [row.swift for row in job.rows if row.swift]
    cpu, memory = REPORT
    subject = "report for 300 KRs and 100,000 ledger entries, costliest format"
    yield at_most(f"{subject}: CPU", cpu, max(run.cpu for run in runs), "{:.1f} s")
    yield at_most(
        f"{subject}: peak memory", memory / 1e6, max(run.memory for run in runs) / 1e6, "{:.0f} MB"
    )


def _none(subject: str, start: Start, permitted: set[str]) -> Goal:
    loaded = sorted(set(start.heavy) - permitted)
    unwanted = ", ".join((*CLIENTS, *HTTP, *(() if permitted else STORE)))
    asked = f"none of {unwanted}" + (", no other dialect" if permitted else "")
    return Goal(subject, asked, ", ".join(loaded) or "none", not loaded)


def _late(row: Row) -> Run:
    if row.late is None:
        raise ValueError(f"{row.program} was not measured: {row.note}")
    return row.late
