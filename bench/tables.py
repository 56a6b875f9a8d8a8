"""Results as Markdown, and their places in docs/performance.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.comparing import LATENCY
from bench.targets import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.comparing import Job, Row
    from bench.measuring import Run

SEEN = ["requests", "in flight", "waves", "MB"]
COST = ["CPU s", "peak MB"]
MEGA = 1e6


def sections(results: Mapping[str, Job]) -> dict[str, str]:
    """The Markdown of every job that there are results of, and of the targets."""
    found = {name: _job(name, job) for name, job in results.items()}
    if "a" in results:
        found["targets"] = reached(results)
    return found


def put(text: str, sections: Mapping[str, str]) -> str:
    """The document with each section between its two markers; the rest as it was."""
    for name, table in sections.items():
        begin, end = f"<!-- bench {name} -->", f"<!-- /bench {name} -->"
        place = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        if not place.search(text):
            raise ValueError(f"there is no place for {begin}")
        block = f"{begin}\n\n{table}\n\n{end}"
        text = place.sub(lambda _, block=block: block, text)  # type: ignore[misc] # mypy sees no default
    return text


def reached(results: Mapping[str, Job]) -> str:
    """What must be shown, line by line."""
    lines = [
        [one.what, one.asked, one.measured, "reached" if one.reached else "**not reached**"]
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
    told = f"Rows written by a steady run after {job.changed} of 10,000 issues changed:"
    return f"{told}\n\n{drawn(['table', 'rows'], rows)}"


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
