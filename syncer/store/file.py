"""A store's file, as far as no database is needed for it: its lock, and whether it is there.

The database's library is slow to load; nothing here does.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
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
    except Timeout:
        if not path.exists():  # nobody holds what isn't there: it can't be made
            raise StoreError(f"{name}: no lock on {path}: {NOT_WRITABLE}") from None
        raise LockedError(f"another run is at work on {name}: it holds {path}") from None
    except (OSError, NotImplementedError) as error:
        raise StoreError(f"{name}: no lock on {path}: {_why(error)}") from error
    try:
        yield
    finally:
        lock.release()


def _why(error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number in {errno.ENOSPC, errno.EDQUOT}:
        return DISK_FULL
    if number in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NOT_WRITABLE
    return f"its file system takes none ({error}): put the store on another disk"
