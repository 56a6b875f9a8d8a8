"""A store's file, as far as no database is needed for it: its lock, and who may write it.

The database's library is slow to load; nothing here does.
"""

from __future__ import annotations

import errno
import os
import shutil
import socket
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connectors.errors import LockedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_INDEX = 32768
"""Bytes of the index of SQLite's log, at the least."""

DISK_FULL = "the disk is full: make room and run again; nothing is half-written"
NOT_WRITABLE = (
    "this account may not write there: give it the right to write the file and its folder"
)


def writable(path: Path) -> bool:
    """Whether this account may write to a file or folder."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def roomy(folder: Path) -> bool:
    """Whether the disk has room for what SQLite puts beside a file that is only read."""
    try:
        return shutil.disk_usage(folder).free >= 2 * _INDEX
    except OSError:  # nobody can tell
        return True


def has_log_index(file: Path) -> bool:
    """Whether a whole index of SQLite's log is beside a file; on a full disk it is cut."""
    try:
        return file.with_name(f"{file.name}-shm").stat().st_size >= _INDEX
    except OSError:
        return False


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
    except (OSError, NotImplementedError) as error:  # the latter: no flock on this file system
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
