"""The mark beside an okrs.yaml that has a store: where the store is gone, it isn't a new one."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from syncer.store.file import writable

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = (
    "{name} has a store. While this file is here, okr-sync takes none that is gone or empty\n"
    "for a new one; `okr-sync sync --new-store` begins a new one.\n"
)


def mark_of(okrs: Path) -> Path:
    """Name the mark of an okrs.yaml."""
    return okrs.with_name(f".{okrs.name}.store")


def is_marked(okrs: Path) -> bool:
    """Whether this okrs.yaml has had a store."""
    return mark_of(okrs).is_file()


def can_be_marked(okrs: Path) -> bool:
    """Whether it is marked, or this account could do it."""
    return is_marked(okrs) or writable(okrs.parent)


def leave_mark(okrs: Path) -> None:
    """Mark an okrs.yaml that has a store, if this account may; `check` says where it may not."""
    try:
        number = os.open(mark_of(okrs), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except OSError:
        return
    # An empty one, on a full disk, is a mark too.
    with suppress(OSError), os.fdopen(number, "w", encoding="utf-8") as opened:
        opened.write(_TEXT.format(name=okrs.name))
