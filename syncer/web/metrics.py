"""What a Prometheus scrapes: how old the numbers are, what the last sync cost, what waits."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.responses import Response

from connectors.errors import OkrSyncError
from syncer.core.outbox import TargetState
from syncer.documents.status import status_rows
from syncer.web.fleet import of_fleet
from syncer.web.sources import health

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from starlette.requests import Request

    from config.okrs import Okrs
    from syncer.core.records import Run
    from syncer.review.status import StatusRow
    from syncer.store.store import Store
    from syncer.web.site import WebSite
    from syncer.web.sources import Health

_COSTS = {
    "requests": ("okr_sync_requests", "Requests of the last sync"),
    "waited": ("okr_sync_waited_seconds", "Seconds that the last sync waited for a limit"),
    "received": ("okr_sync_received_bytes", "Bytes that the last sync received"),
    "sent": ("okr_sync_sent_bytes", "Bytes that the last sync sent"),
}


class Metrics:
    """Gives the figures, gathered anew each time in a registry of their own."""

    def __init__(self, site: WebSite) -> None:
        """Be a part of a site."""
        self._site = site

    def show(self, _: Request) -> Response:
        """Give all there are; of a store that can't be read, that."""
        registry, now = CollectorRegistry(), self._site.live.now()
        up = Gauge("okr_sync_store_up", "Whether the store can be read", registry=registry)
        wrong = Gauge("okr_sync_okrs_valid", "Whether okrs.yaml is right", registry=registry)
        wrong.set(not now.problem)
        present = self._site.live.context.now()
        try:
            with self._site.live.reading(now) as (store, okrs), store.snapshot() as seen:
                _of_numbers(registry, status_rows(seen, okrs, present), present)
                _of_sources(registry, health(seen, okrs), present)
                _of_outbox(registry, seen, okrs)
                of_fleet(registry, seen, present)
            up.set(1)
        except OkrSyncError:
            up.set(0)
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _of_numbers(registry: CollectorRegistry, rows: Iterable[StatusRow], now: datetime) -> None:
    names = ("kr", "team", "period")
    age = Gauge("okr_sync_reading_age_seconds", "Age of a reading", names, registry=registry)
    stale = Gauge("okr_sync_reading_stale", "Whether it is an old one", names, registry=registry)
    for row in rows:
        if row.closed:
            continue
        labels = (row.id, row.team, row.period)
        stale.labels(*labels).set(row.stale)
        if row.synced_at is not None:
            age.labels(*labels).set((now - row.synced_at).total_seconds())


def _of_sources(registry: CollectorRegistry, seen: Health, now: datetime) -> None:
    age = Gauge(
        "okr_sync_source_age_seconds", "Since a source was read", ["source"], registry=registry
    )
    failing = Gauge(
        "okr_sync_source_problems", "What is wrong with a source", ["source"], registry=registry
    )
    for source in seen.sources:
        failing.labels(source.name).set(len(source.problems))
        if source.newest is not None:
            age.labels(source.name).set((now - source.newest).total_seconds())
    if seen.run is not None:
        _of_run(registry, seen.run, now)


def _of_run(registry: CollectorRegistry, run: Run, now: datetime) -> None:
    """Give the last sync: when, how it ended, and what it cost by source."""
    age = Gauge("okr_sync_last_sync_age_seconds", "Since the last sync began", registry=registry)
    age.set((now - run.began).total_seconds())
    if run.ended is not None and run.exit_code is not None:
        code = Gauge("okr_sync_last_sync_exit_code", "How the last sync ended", registry=registry)
        code.set(run.exit_code)
        took = Gauge("okr_sync_last_sync_seconds", "How long it took", registry=registry)
        took.set((run.ended - run.began).total_seconds())
    costs = {
        part: Gauge(name, text, ["source"], registry=registry)
        for part, (name, text) in _COSTS.items()
    }
    for name, value in run.stats.items():
        source, _, part = name.rpartition(".")
        if part in costs and isinstance(value, int | float):
            costs[part].labels(source).set(value)


def _of_outbox(registry: CollectorRegistry, store: Store, okrs: Okrs) -> None:
    """Count the numbers that go to OKR tools by how they stand there."""
    named = {
        (kr.id, target.store, target.id) for _, kr in okrs.key_results() for target in kr.write_to
    }
    states = Counter(
        status.state for target, status in store.target_statuses().items() if target in named
    )
    outbox = Gauge("okr_sync_outbox", "Numbers in OKR tools by state", ["state"], registry=registry)
    for state in TargetState:
        outbox.labels(state.value).set(states[state])
