"""A fleet on a terminal: its sources by when they were last read, and its sites' budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from syncer.report.text import counted, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import RenderableType

    from syncer.documents.fleet import FleetRows, SiteRow, SourceRow

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def fleet_table(rows: FleetRows, width: int, now: datetime) -> RenderableType:
    """Draw the sources, what is wrong with them, and the sites; fits 80 columns."""
    if not rows.sources and not rows.status.files:
        return Text("No fleet has worked on this store yet: okr-sync worker begins one.")
    parts: list[RenderableType] = [_sources(rows.sources, now)]
    parts += [_note(row, now) for row in rows.sources if row.known.problem]
    parts += [Text(plain(file.problem)) for file in rows.status.files if file.problem]
    if rows.sites:
        parts += [Text(), _sites(rows.sites, width, now)]
    heard = len(rows.status.workers)
    running = sum(job.running for job in rows.status.jobs)
    waiting = len(rows.status.jobs) - running
    parts.append(
        Text(f"{counted(heard, 'worker')}; {counted(running, 'job')} under way, {waiting} waiting")
    )
    return Group(*parts)


def _sources(rows: Sequence[SourceRow], now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Source", width=24, overflow="ellipsis", no_wrap=True)
    table.add_column("Read", justify="right", width=6)
    table.add_column("Now", width=8)
    table.add_column("Asked", justify="right", width=6)
    table.add_column("Waits for, or fails since", ratio=1, overflow="ellipsis", no_wrap=True)
    for row in rows:
        known = row.known
        name = f"{known.workspace}/{known.source}" if known.workspace else known.source
        requests = "" if known.requests is None else str(known.requests)
        table.add_row(
            plain(name), _ago(known.read_at, now), row.state, requests, plain(_why(row, now))
        )
    return table


def _why(row: SourceRow, now: datetime) -> str:
    if row.state == "running":
        return f"worker {row.worker}"
    if row.waits_until is not None and row.waits_until > now:
        return f"{_length((row.waits_until - now).total_seconds())} more: {row.waits_for}"
    if row.known.failing_since is not None:
        return f"since {row.known.failing_since:%Y-%m-%d %H:%M} UTC"
    return row.waits_for or ""


def _note(row: SourceRow, now: datetime) -> Text:
    since = row.known.failing_since or now
    return Text(plain(f"{row.known.problem} (since {since:%Y-%m-%d %H:%M} UTC)"))


def _sites(rows: Sequence[SiteRow], width: int, now: datetime) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Site, account", width=max(24, width - 52), overflow="ellipsis", no_wrap=True)
    table.add_column("This hour", justify="right", width=9)
    table.add_column("Used of what is allowed", width=30, overflow="ellipsis", no_wrap=True)
    for row in rows:
        rests = row.free_at and f"rests for {_length((row.free_at - now).total_seconds())}"
        table.add_row(plain(row.site), str(row.this_hour), rests or row.tightest)
    return table


def _ago(at: datetime | None, now: datetime) -> str:
    return "never" if at is None else _length((now - at).total_seconds())


def _length(seconds: float) -> str:
    for unit, size in (("d", _DAY), ("h", _HOUR), ("m", _MINUTE)):
        if seconds >= size:
            return f"{seconds // size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"
