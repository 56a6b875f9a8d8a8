"""How a fleet reads the sources, for the page and for whoever scrapes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from syncer.documents.fleet import fleet_rows

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus_client import CollectorRegistry

    from syncer.documents.fleet import FleetRows, SiteRow, SourceRow
    from syncer.store.store import Store

_SOURCE = ("workspace", "source")


@dataclass(frozen=True)
class OwnFleet:
    """The sources of a page's workspace that a fleet reads, and the sites that they are on."""

    sources: tuple[SourceRow, ...]
    sites: tuple[SiteRow, ...]


def own_fleet(store: Store, now: datetime) -> OwnFleet | None:
    """Give how a fleet reads this workspace's sources; None where none does."""
    rows = fleet_rows(store, now)
    sources = tuple(row for row in rows.sources if row.known.workspace == store.workspace)
    sites = {row.known.site for row in sources}
    own_sites = tuple(site for site in rows.sites if site.site in sites)
    return OwnFleet(sources, own_sites) if sources else None


def of_fleet(registry: CollectorRegistry, store: Store, now: datetime) -> None:
    """Give the figures of the whole fleet on this store; nothing where there is none."""
    rows = fleet_rows(store, now)
    if not rows.sources and not rows.status.files:
        return
    _of_sources(registry, rows, now)
    _of_sites(registry, rows)
    jobs = Gauge("okr_sync_fleet_jobs", "Jobs in the queue by state", ["state"], registry=registry)
    running = sum(job.running for job in rows.status.jobs)
    jobs.labels("running").set(running)
    jobs.labels("waiting").set(len(rows.status.jobs) - running)
    workers = Gauge("okr_sync_fleet_workers", "Workers that were heard of", registry=registry)
    workers.set(len(rows.status.workers))
    broken = Gauge("okr_sync_fleet_broken_files", "okrs.yaml that are wrong", registry=registry)
    broken.set(sum(file.problem is not None for file in rows.status.files))


def _of_sources(registry: CollectorRegistry, rows: FleetRows, now: datetime) -> None:
    age = Gauge(
        "okr_sync_fleet_source_age_seconds",
        "Since a source was read whole",
        _SOURCE,
        registry=registry,
    )
    failing = Gauge(
        "okr_sync_fleet_source_failing_seconds",
        "Since a source fails, 0 for one that doesn't",
        _SOURCE,
        registry=registry,
    )
    state = Gauge(
        "okr_sync_fleet_source_state",
        "What a source is at: 1 for running, waiting, failing or idle",
        (*_SOURCE, "state"),
        registry=registry,
    )
    for row in rows.sources:
        known, labels = row.known, (row.known.workspace, row.known.source)
        state.labels(*labels, row.state).set(1)
        since = known.failing_since
        failing.labels(*labels).set((now - since).total_seconds() if since else 0)
        if known.read_at is not None:
            age.labels(*labels).set((now - known.read_at).total_seconds())


def _of_sites(registry: CollectorRegistry, rows: FleetRows) -> None:
    names = ("site", "limit")
    used = Gauge(
        "okr_sync_fleet_site_used", "Requests used of a site's limit", names, registry=registry
    )
    allowed = Gauge(
        "okr_sync_fleet_site_allowed", "Requests that a site allows", names, registry=registry
    )
    hourly = Gauge(
        "okr_sync_fleet_site_requests_this_hour",
        "Requests of a site since the hour began",
        ["site"],
        registry=registry,
    )
    for site in rows.sites:
        hourly.labels(site.site).set(site.this_hour)
        for name, spent, most, _ in site.limits:
            used.labels(site.site, name).set(spent)
            allowed.labels(site.site, name).set(most)
