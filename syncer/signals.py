"""The end of a run from outside: SIGTERM and SIGINT, and a deadline that nothing outlives.

The main thread is interrupted, so that what is half-written is rolled back and the
lock given back. Where it can't be (in a library's C code, in a wait for a thread),
a second thread ends the process: the store's transactions and locks are made for that.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from connectors.clock import Deadline

ENDING = (signal.SIGTERM, signal.SIGINT)
GRACE = 2.0
"""Seconds that the main thread has for an orderly end."""

LATE_GRACE = 30.0
"""Seconds beyond its deadline in which a run may still write what it knows."""

LATE = "okr-sync: the run was ended long after its deadline; what was written is whole"


class StoppedError(BaseException):
    """A signal asks the process to end; like KeyboardInterrupt nothing catches it on the way."""

    def __init__(self, number: int) -> None:
        """Keep the signal's number: the exit code is 128 and that."""
        super().__init__(number)
        self.exit_code = 128 + number


def watch(deadline: Deadline, on_end: Callable[[int], None]) -> None:
    """End this process by a signal within 3 s, and some time after its deadline, come what may.

    `on_end` is given the exit code where the main thread can't be waited for.

    To be called once, from the main thread. Python's own handlers wait for the main
    thread's next step; the byte that the signal writes is read by another at once
    (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd).
    """
    reader, writer = socket.socketpair()
    writer.setblocking(False)  # noqa: FBT003 - the socket has no name for it
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    for number in ENDING:
        signal.signal(number, _stop)
    # The threads hold the sockets: nobody else does.
    threading.Thread(target=_end, args=(reader, writer, deadline, on_end), daemon=True).start()


def leave(code: int) -> None:
    """End the process where a thread that still listens would keep it; else do nothing."""
    if all(thread.daemon or thread is threading.main_thread() for thread in threading.enumerate()):
        return
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _stop(number: int, _: FrameType | None) -> NoReturn:
    # Once: a second signal mustn't interrupt the orderly end of the first.
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN)
    raise StoppedError(number)


def _end(
    reader: socket.socket,
    _writer: socket.socket,
    deadline: Deadline,
    on_end: Callable[[int], None],
) -> None:
    while True:
        ready, _, _ = select.select([reader], [], [], 1.0)
        numbers = [number for number in (reader.recv(64) if ready else b"") if number in ENDING]
        if numbers:
            threading.Event().wait(GRACE)
            on_end(128 + numbers[0])
            os._exit(128 + numbers[0])
        if deadline.late() > LATE_GRACE:
            os.write(sys.stderr.fileno(), f"{LATE}\n".encode())
            on_end(1)
            os._exit(1)
