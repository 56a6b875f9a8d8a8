"""A store's file, as far as no database is needed for it: its lock, and who may write it.

The database's library is slow to load; nothing here does.
"""

from __future__ import annotations

import errno
import os
import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.errors import LockedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DISK_FULL = "the disk is full: make room and run again; nothing is half-written"
NOT_WRITABLE = (
    "this account may not write there: give it the right to write the file and its folder"
)


def writable(path: Path) -> bool:
    """Whether this account may write to a file or folder."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


@contextmanager
def locked(file: Path, name: str, job: str = "") -> Iterator[None]:
    """Hold the lock beside a file; raises `LockedError` at once where another run has it."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only a run needs it

    path = file.with_name(f"{file.name}{job and f'.{job}'}.lock")
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
        path.write_text(this_process(), "utf-8")
    except Timeout:
        if not path.exists():  # nobody holds what isn't there: it can't be made
            raise StoreError(f"{name}: no lock on {path}: {NOT_WRITABLE}") from None
        raise LockedError(
            f"another run is at work on {name}: {_holder(path)} holds {path}"
        ) from None
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"{name}: no lock on {path}: {_why(error)}") from error
    try:
        yield
    finally:
        with suppress(OSError):  # the file means nothing without its lock
            path.write_text("", "utf-8")
        lock.release()


def this_process() -> str:
    """Say which process this is, for whoever waits for it."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def _holder(path: Path) -> str:
    """Say who holds a lock and since when, as its holder has noted it."""
    with suppress(OSError, ValueError):
        process = path.read_text("utf-8").strip()[:200]
        since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if process:
            return f"{process}, since {since:%Y-%m-%d %H:%M:%S} UTC,"
    return "it"


def _why(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return DISK_FULL
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NOT_WRITABLE
    return f"its file system takes none ({error}): put the store on another disk"
