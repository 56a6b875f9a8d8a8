"""How a fleet's sources are read, as `status --fleet` and its siblings give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncer.core.budget import HOUR
from syncer.core.fleet import SourceState
from syncer.review.status import instant, instant_or_none
from syncer.store.site_budgets import moment

if TYPE_CHECKING:
    from datetime import datetime

    from syncer.core.budget import RequestBudget
    from syncer.core.fleet import FleetStatus, QueuedJob
    from syncer.store.store import Store

READ = "read"
QUEUED = "a worker that is free"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source now: `running` on a worker, `waiting` for what, `failing`, or read (`idle`)."""

    known: SourceState
    state: str
    worker: int | None = None
    waits_for: str | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SiteRow:
    """What a site was asked of what it allows: each limit by its name, and since when it rests."""

    site: str
    this_hour: int
    limits: tuple[tuple[str, int, int, float], ...]
    free_at: datetime | None

    @property
    def tightest(self) -> str:
        """Say what is used of the limit that is nearest to its end; many have one an endpoint."""
        by_use = sorted(self.limits, key=lambda limit: -limit[1] / max(1, limit[2]))
        used = [f"{used} of {most} in {every:g} s" for _, used, most, every in by_use[:1]]
        return "".join(used) or "tells no limit"


@dataclass(frozen=True, slots=True)
class FleetRows:
    """A fleet as people and programs see it; sources by when they were last read, oldest first."""

    sources: tuple[SourceRow, ...]
    sites: tuple[SiteRow, ...]
    status: FleetStatus


def fleet_rows(store: Store, now: datetime) -> FleetRows:
    """Draw up how the fleet on this store stands, of all its workspaces."""
    status = store.fleet(now)
    jobs = {(job.workspace, job.source): job for job in status.jobs if job.task == READ}
    known = {(state.workspace, state.source): state for state in status.sources}
    blank = (SourceState(*key, site="", file="") for key in jobs.keys() - known.keys())
    states = sorted([*known.values(), *blank], key=_age)
    sources = tuple(_source(state, jobs.get((state.workspace, state.source))) for state in states)
    at = now.timestamp()
    sites = tuple(_site(name, budget, at) for name, budget in sorted(status.budgets.items()))
    return FleetRows(sources, sites, status)


def fleet_status(store: Store, now: datetime) -> dict[str, Any]:
    """Give the document of `status --fleet`."""
    rows = fleet_rows(store, now)
    return {
        "at": instant(now),
        "sources": [_source_json(row) for row in rows.sources],
        "sites": [_site_json(row) for row in rows.sites],
        "workers": [
            {"number": number, "heard_of": instant(at)}
            for number, at in sorted(rows.status.workers.items())
        ],
        "files": [
            {
                "file": file.file,
                "workspace": file.workspace,
                "problem": file.problem,
                "since": instant_or_none(file.since),
            }
            for file in rows.status.files
        ],
        "jobs": {
            "running": sum(job.running for job in rows.status.jobs),
            "waiting": sum(not job.running for job in rows.status.jobs),
        },
    }


def _age(state: SourceState) -> tuple[float, str, str]:
    read = state.read_at.timestamp() if state.read_at else 0.0
    return (read, state.workspace, state.source)


def _source(state: SourceState, job: QueuedJob | None) -> SourceRow:
    if job is not None and job.running:
        return SourceRow(state, "running", job.worker)
    if job is not None:
        why = state.waits_for if job.at is not None else None
        return SourceRow(state, "waiting", None, why or QUEUED, job.at)
    return SourceRow(state, "failing" if state.failing_since else "idle")


def _site(name: str, budget: RequestBudget, now: float) -> SiteRow:
    limits = tuple(
        (limit_name, round(max(0.0, limit.most - limit.left)), round(limit.most), limit.every)
        if now < limit.at + limit.every
        else (limit_name, 0, round(limit.most), limit.every)
        for limit_name, limit in sorted(budget.limits.items())
    )
    this_hour = budget.this_hour if int(now // HOUR) == budget.hour else 0
    return SiteRow(
        name, this_hour, limits, moment(budget.free_at) if budget.free_at > now else None
    )


def _source_json(row: SourceRow) -> dict[str, Any]:
    known = row.known
    return {
        "workspace": known.workspace,
        "source": known.source,
        "site": known.site,
        "state": row.state,
        "last_read": instant_or_none(known.read_at),
        "worker": row.worker,
        "waits_for": row.waits_for,
        "waits_until": instant_or_none(row.waits_until),
        "failing_since": instant_or_none(known.failing_since),
        "problem": known.problem,
        "requests": known.requests,
        "seconds": None if known.seconds is None else round(known.seconds, 3),
    }


def _site_json(row: SiteRow) -> dict[str, Any]:
    return {
        "site": row.site,
        "requests_this_hour": row.this_hour,
        "limits": [
            {"name": name, "used": used, "allowed": allowed, "every_seconds": every}
            for name, used, allowed, every in row.limits
        ],
        "free_at": instant_or_none(row.free_at),
    }
