"""Results as Markdown, and their places in docs/performance.md."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.comparing import LATENCY, measured_run
from bench.targets import MEGA, goals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bench.comparing import Job, Row
    from bench.measuring import Run
    from bench.targets import PeerRow, Peers
    from bench.trackers import TrafficTally


SEEN = ["requests", "in flight", "waves", "MB"]
COST = ["CPU s", "peak MB"]
COMPARED = ["program", *SEEN, "wall, 0 ms", "wall, 150 ms", "over the floor", *COST]
PEER_COLUMNS = ["job", "measured", *COMPARED]


def sections(results: Mapping[str, Job], peers: Peers) -> dict[str, str]:
    """The Markdown of every job that there are results of, and of the targets."""
    texts = {name: _job(name, job, peers.get(name, [])) for name, job in results.items()}
    for section, job in (("targets", "a"), ("page", "report")):
        if job in results:
            lines = goals(section, results, peers)
            texts[section] = drawn(["", "must reach", "measured", ""], lines)
    return texts


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


def drawn(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; all columns but the first are set to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _job(name: str, job: Job, peers: Sequence[PeerRow]) -> str:
    if name == "report":
        rows = [_report(row, job.rows[0]) for row in job.rows]
        return drawn(["format", "wall", *COST, "KB written"], rows)
    peer_lines = [[row[column] for column in COMPARED] for row in peers]
    parts = [drawn(COMPARED, [*(line(row, job.rows[0]) for row in job.rows), *peer_lines])]
    if peers:
        days = ", ".join(sorted({row["measured"] for row in peers}))
        parts.append(f"The others' rows are of {days}; their walls are multiples of then.")
    if job.written:
        parts.append("Rows written by a steady run after 100 of 10,000 issues changed:")
        parts.append(drawn(["table", "rows"], [[n, f"{c:,}"] for n, c in job.written.items()]))
    return "\n\n".join(parts)


def line(row: Row, ours: Row) -> list[str]:
    """A program's figures; the walls are multiples of okr-sync's."""
    if row.swift is None:
        return [f"{row.program}: {row.note}", *[""] * (len(COMPARED) - 1)]
    late = row.late or row.swift
    floor = row.floor * LATENCY / 1000
    over = f"{late.wall / floor:.1f}" if row.late and floor else ""
    walls = [_ratio(row.swift, ours.swift), _ratio(row.late, ours.late)]
    name = f"{_starred(row)} ({row.note})" if row.note else _starred(row)
    return [name, *_seen(late.tally), *walls, over, *_cost(row.swift)]


def _report(row: Row, first: Row) -> list[str]:
    """A format of the report; the wall is a multiple of the first one's."""
    run = measured_run(row, row.swift)
    return [_starred(row), _ratio(run, first.swift), *_cost(run), f"{row.size / 1000:,.0f}"]


def _starred(row: Row) -> str:
    runs = [run.times for run in (row.swift, row.late) if run]
    return f"{row.program} *" if min(runs) == 1 else row.program


def _seen(tally: TrafficTally) -> list[str]:
    weight = (tally.sent + tally.received) / MEGA
    return [f"{tally.requests:,}", str(tally.peak), f"{tally.waves:,}", f"{weight:.1f}"]


def _cost(run: Run) -> list[str]:
    return [f"{run.cpu:.2f}", f"{run.memory / MEGA:.0f}"]


def _ratio(run: Run | None, ours: Run | None) -> str:
    if run is None or ours is None:
        return ""
    return f"{run.wall / ours.wall:.2f}" if run.wall < ours.wall else f"{run.wall / ours.wall:.1f}"
