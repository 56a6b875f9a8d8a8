"""The newest result of each job, kept between runs of the bench."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.comparing import Job, Row, Start
from bench.measuring import Run
from bench.trackers import TrafficTally

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def keep(results: Mapping[str, Job], file: Path) -> None:
    """Write them down."""
    told = {name: asdict(job) for name, job in results.items()}
    file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def kept(file: Path) -> dict[str, Job]:
    """What was written down; nothing where nothing was."""
    if not file.exists():
        return {}
    kept_jobs = json.loads(file.read_text(encoding="utf-8"))
    return {name: _job(one) for name, one in kept_jobs.items()}


def _job(written: dict[str, Any]) -> Job:
    rows = tuple(Row(**{**row, **_runs(row)}) for row in written["rows"])
    starts = tuple(Start(**{**one, "heavy": tuple(one["heavy"])}) for one in written["starts"])
    return Job(**{**written, "rows": rows, "starts": starts})


def _runs(row: dict[str, Any]) -> dict[str, Run | None]:
    return {name: row[name] and _run(row[name]) for name in ("swift", "late")}


def _run(told: dict[str, Any]) -> Run:
    return Run(**{**told, "tally": TrafficTally(**told["tally"])})
