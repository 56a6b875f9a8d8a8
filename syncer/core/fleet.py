"""What a fleet of workers knows of its sources, sites and files; pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from syncer.core.budget import RequestBudget


class SourceState(NamedTuple):
    """Where a source stands: last read whole, last tried, failing since and why.

    `waits_for` says what its next read waits for until `waits_until`, where that isn't
    its turn by the clock. `requests` and `seconds` are what the last whole read cost.
    """

    workspace: str
    source: str
    site: str
    file: str
    read_at: datetime | None = None
    tried_at: datetime | None = None
    failing_since: datetime | None = None
    problem: str | None = None
    waits_for: str | None = None
    waits_until: datetime | None = None
    requests: int | None = None
    seconds: float | None = None


class FileState(NamedTuple):
    """An okrs.yaml that the fleet works for; `problem` is why it can't, `since` when."""

    file: str
    workspace: str
    problem: str | None
    since: datetime | None
    seen_at: datetime


class QueuedJob(NamedTuple):
    """A job that waits or is done now, and on which worker; what for is in its arguments.

    `at` is when it may begin where it waits, None for now.
    """

    task: str
    workspace: str
    source: str
    running: bool
    at: datetime | None
    worker: int | None


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """A moment of a fleet: what is in the store about it, and its queue.

    `workers` are by number when each was last heard of.
    """

    at: datetime
    sources: tuple[SourceState, ...] = ()
    files: tuple[FileState, ...] = ()
    budgets: Mapping[str, RequestBudget] = field(default_factory=dict)
    jobs: tuple[QueuedJob, ...] = ()
    workers: Mapping[int, datetime] = field(default_factory=dict)
