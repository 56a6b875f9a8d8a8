"""Copies a store's file while it is in use, with SQLite's own online backup."""

from __future__ import annotations

import os
import secrets
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from connectors.errors import ConfigurationError, StoreError
from syncer.store.errors import driver_advice

if TYPE_CHECKING:
    from pathlib import Path

    from syncer.store.store import Store

_THERE = "that is there already: name a file that isn't"


def back_up(store: Store, target: Path) -> None:
    """Write a whole copy to a file that isn't there yet; it is there whole or not at all.

    Raises `ConfigurationError` for a store on a server and for a file that is there,
    `StoreError` where the copy can't be made.
    """
    database = store._database  # noqa: SLF001 - a part of the store
    if database.file is None:
        raise ConfigurationError(
            f"{database.name}: only a file is backed up so: use pg_dump, or okr-sync store copy"
        )
    if target.exists():
        raise ConfigurationError(f"{target}: {_THERE}")
    if not target.parent.is_dir():
        raise ConfigurationError(f"{target}: the folder {target.parent} isn't there: make it first")
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with database.connected() as connection:
            _copy(connection.connection.driver_connection, part, str(target))
        _settle(part, target)
    except OSError as error:
        raise StoreError(f"{target}: the copy can't be written: {error.strerror}") from error
    finally:
        for name in (part, part.with_name(f"{part.name}-journal")):
            with suppress(OSError):
                name.unlink()


def _copy(driver: Any, part: Path, target: str) -> None:
    import sqlite3  # noqa: PLC0415 - only where a store is a file

    try:
        with closing(sqlite3.connect(part)) as copy:
            driver.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, whatever the store has beside it
            sound = copy.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"{target}: {driver_advice(error)}") from error
    if sound != ("ok",):
        raise StoreError(f"{target}: the store is damaged, so no copy is kept of it")


def _settle(part: Path, target: Path) -> None:
    """Give the copy its name once it is on the disk; a file that came meanwhile stays."""
    for path, flags in ((part, os.O_RDWR), (part.parent, os.O_RDONLY)):
        number = os.open(path, flags)
        with suppress(OSError):  # some file systems flush no folders
            os.fsync(number)
        os.close(number)
    try:
        os.link(part, target)
    except FileExistsError:
        raise ConfigurationError(f"{target}: {_THERE}") from None
    except OSError:  # a file system without links
        part.replace(target)
