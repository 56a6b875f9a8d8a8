"""What docs/performance.md says that okr-sync must reach (targets.csv), and whether it does."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from bench.comparing import LATENCY, measured_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.comparing import Job, Row

    PeerRow = Mapping[str, str]
    Peers = Mapping[str, Sequence[PeerRow]]

MEGA = 1e6
TARGETS = Path(__file__).with_name("targets.csv")
FIGURES: Mapping[str, Callable[[Job, Row, str], float | None]] = {
    "requests": lambda _, row, __: measured_run(row, row.late).tally.requests,
    # A multiple of `import jira`, which no machine's speed changes.
    "cpu": lambda job, row, _: measured_run(row, row.swift).cpu / job.loading,
    "status": lambda job, _, __: job.status / job.loading,
    "memory": lambda _, row, __: measured_run(row, row.swift).memory / MEGA,
    "most seconds": lambda job, _, __: max(row.swift.cpu for row in job.rows if row.swift),
    "most memory": lambda job, _, __: max(row.swift.memory for row in job.rows if row.swift) / MEGA,
    "written": lambda job, _, table: job.written.get(table, 0),
    "stored": lambda job, _, __: job.stored / MEGA,
    "beside cards": lambda job, _, __: job.beside_cards / MEGA,
    "opened": lambda job, _, __: job.opened,
}


def goals(section: str, results: Mapping[str, Job], peers: Peers) -> Iterator[list[str]]:
    """Every line of a section whose job was run, and that there is a figure for."""
    with TARGETS.open(encoding="utf-8", newline="") as lines:
        for target in csv.DictReader(lines):
            if target["section"] != section or target["job"] not in results:
                continue
            job = results[target["job"]]
            row = job.rows[int(target["row"])]
            if target["figure"] == "faster":
                figure: float | None = _faster(peers[target["job"]], target["of"], job, row)
            else:
                figure = FIGURES[target["figure"]](job, row, target["of"])
            if figure is not None:
                yield judged(target, figure)


def judged(target: Mapping[str, str], figure: float) -> list[str]:
    """A line: what is asked, what was measured, and whether that is enough."""
    bound, form = float(target["bound"]), target["form"]
    reached = figure <= bound if target["side"] == "at most" else figure >= bound
    asked = f"{target['side']} {form.format(bound)}"
    verdict = "reached" if reached else "**not reached**"
    return [target["subject"], asked, form.format(figure), verdict]


def _faster(peers: Sequence[PeerRow], program: str, job: Job, row: Row) -> float:
    """How many times as long another program took at 150 ms, when it was measured last."""
    peer = next(peer for peer in peers if peer["program"].startswith(program))
    theirs = float(peer["over the floor"]) * job.rows[0].floor * LATENCY / 1000
    return theirs / measured_run(row, row.late).wall
