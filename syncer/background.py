"""Work beside the main thread that keeps no process alive, and ends when the run's time is up."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import CancelledError, Future
from concurrent.futures import TimeoutError as LateError
from typing import TYPE_CHECKING, TypeVar

from connectors.errors import NotUnderstoodError, OkrSyncError, SourceError, TransientError
from syncer.logs import origin

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.clock import Deadline

T = TypeVar("T")

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds beyond the end in which what listens ends by itself, with a better word."""


def begin(work: Callable[[], T]) -> Future[T]:
    """Do the work in a thread of its own, which dies with the process."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future


def in_time(name: str, future: Future[T], deadline: Deadline) -> T | SourceError:
    """Give the work's result, or the error that its time went by without one."""
    left = deadline.left() + GRACE
    try:
        return future.result(min(left, threading.TIMEOUT_MAX))
    except LateError:
        return TransientError(
            f"{name}: no whole answer in {deadline.name}; --deadline gives it more"
        )


def bounded(name: str, work: Callable[[], T]) -> T | SourceError:
    """Do what concerns one source alone: whatever it raises is that one's failure.

    A service or a library may bring about any exception: recursion, overflow, want
    of memory. The store's errors are no source's, nor is the end of the run.
    """
    try:
        return work()
    except SourceError as error:
        return error
    except (OkrSyncError, CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 - the boundary
        log.debug("%s: %s", name, origin(error))
        return NotUnderstoodError(
            f"{name}: an answer that can't be read ({type(error).__name__}); -v -v logs where"
        )
