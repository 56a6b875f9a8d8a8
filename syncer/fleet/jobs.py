"""The jobs of a fleet as procrastinate keeps them: each waits once, and is done by one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import psycopg
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from connectors.errors import StoreError
from syncer.core.plan import plan
from syncer.fleet.connecting import queueing_app
from syncer.store.fleet import QUEUE

# It reads the server's message for this, and stumbles where that isn't in English
# (lc_messages): procrastinate's sync_psycopg_connector.py, wrap_exceptions.
WAITS_ALREADY = (AlreadyEnqueued, AssertionError)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from procrastinate import App
    from procrastinate.jobs import JobDeferrer

    from config.okrs import Okrs

READ, PUSH, PUBLISH, TIDY = (f"okr_sync.{name}" for name in ("read", "push", "publish", "tidy"))


class Assignment(NamedTuple):
    """What a job is for: a source of a workspace, its numbers' way out, or what is due."""

    task: str
    workspace: str
    source: str = ""

    @property
    def key(self) -> str:
        """What is waiting once at most, and done by one at a time."""
        return " ".join(
            [self.task, *(quote(part, safe="") for part in (self.workspace, self.source))]
        )


def assignments(okrs: Okrs) -> Iterator[Assignment]:
    """Give all that is to be done for an okrs.yaml, again and again."""
    for source in plan(okrs).asks:
        yield Assignment(READ, okrs.workspace, source)
    if any(kr.write_to for _, kr in okrs.key_results()):
        yield Assignment(PUSH, okrs.workspace)
    if (
        okrs.review
        or okrs.reviews
        or any(destination.remind for destination in okrs.deliver.values())
    ):
        yield Assignment(PUBLISH, okrs.workspace)


def deferrer(
    app: App,
    assignment: Assignment,
    *,
    attempt: int = 0,
    at: datetime | None = None,
    slot: int = 0,
) -> JobDeferrer:
    """Give what puts an assignment into the queue, to be begun at a moment or at once.

    `slot` is the beginning of the turn that it is queued for, 0 for out of turn.
    """
    return app.configure_task(
        assignment.task,
        allow_unknown=True,
        queue=QUEUE,
        lock=assignment.key,
        queueing_lock=assignment.key,
        schedule_at=at,
        task_kwargs={
            "workspace": assignment.workspace,
            "source": assignment.source,
            "attempt": attempt,
            "timestamp": slot,
        },
    )


async def defer(
    app: App, assignment: Assignment, *, attempt: int = 0, at: datetime | None = None
) -> None:
    """Put it into the queue; where it waits there already, once is enough."""
    with suppress(*WAITS_ALREADY):
        await deferrer(app, assignment, attempt=attempt, at=at).defer_async()


def enqueue_all(url: str, name: str, every: Iterable[Assignment]) -> int:
    """Put all of them into the queue of a store, to be done now; give how many didn't wait yet."""
    try:
        with queueing_app(url).open() as app:
            return sum(_enqueued(app, assignment) for assignment in every)
    except (ConnectorException, psycopg.Error) as error:
        raise StoreError(f"{name}: nothing more can be queued ({type(error).__name__})") from error


def _enqueued(app: App, assignment: Assignment) -> bool:
    try:
        deferrer(app, assignment).defer()
    except WAITS_ALREADY:
        return False
    return True
