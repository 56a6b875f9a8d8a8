"""What the page shows: okrs.yaml, the settings and the store, as they are at this moment."""

from __future__ import annotations

import logging
import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError, StoreError
from syncer.publish.calendars import as_known
from syncer.store.marks import is_marked
from syncer.store.store import open_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.store.store import Store

log = logging.getLogger(__name__)

Stamp = tuple[object, ...]
"""What changes when a file does."""

_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^/\s:;,]+/)+")
_SECONDS = 2
"""For how long a server's store, which can't be seen to change, is taken as unchanged."""


class NoStoreError(StoreError):
    """There is no store yet, or none any more."""


@dataclass(frozen=True)
class OkrsNow:
    """okrs.yaml as it was last read whole, and why it can't be read any more, "" for nothing."""

    okrs: Okrs
    settings: Settings
    problem: str = ""


class Live:
    """Reads anew what has changed; any thread may ask."""

    def __init__(self, arguments: argparse.Namespace, context: Context) -> None:
        """Read okrs.yaml; raises `ConfigurationError` where it is wrong from the beginning."""
        self.context = context
        self._arguments = arguments
        self._lock = threading.Lock()
        self._written = 0
        self._now = OkrsNow(*context.configured(arguments))
        self._file = context.directory / self._now.settings.okrs
        self._seen = self._files()

    def now(self) -> OkrsNow:
        """Give okrs.yaml as it is, or as it was before somebody broke it."""
        with self._lock:
            seen = self._files()
            if seen != self._seen:
                self._seen = seen
                self._now = self._read_again()
            return self._now

    def configured(self) -> tuple[Okrs, Settings]:
        """Read file and secrets for what is to be written; `ConfigurationError` where wrong."""
        return self.context.configured(self._arguments)

    @contextmanager
    def reading(self, now: OkrsNow) -> Iterator[tuple[Store, Okrs]]:
        """Open the store to be read, with the file as its calendars are known.

        Raises `NoStoreError` where there is none, `StoreError` where it can't be read.
        """
        okrs, url = now.okrs, now.settings.store
        with open_store(
            url, okrs.workspace, create=False, seen_before=is_marked(self._file)
        ) as store:
            if not store.is_there:
                raise NoStoreError(f"{store.name}: there is none yet; okr-sync sync makes it")
            yield store, as_known(okrs, store)

    @contextmanager
    def writing(self) -> Iterator[tuple[Store, Okrs]]:
        """Open the store for what a team says, as `okr-sync checkin` does."""
        now = self.now()
        with self.reading(now):
            pass  # what isn't there isn't made
        with self.context.store(now.settings, now.okrs.workspace) as store:
            store.refuse_other_file(self._file)
            store.define(now.okrs, self.context.now())
            yield store, now.okrs
        self._written += 1

    def stamp(self, now: OkrsNow) -> Stamp:
        """Give what changes when anything that is shown does."""
        file = _file_of(now.settings.store)
        if file is None:
            store: Stamp = (self.context.now().timestamp() // _SECONDS,)
        else:
            store = tuple(_stamp(f"{file}{suffix}") for suffix in ("", "-wal"))
        return (self._seen, self._written, *store)

    def tidy(self, text: str) -> str:
        """Take folders out of a message: where files are, and in whose home, isn't for the page."""
        return _FOLDERS.sub("", text)

    @property
    def file(self) -> Path:
        """Where okrs.yaml is."""
        return self._file

    def _read_again(self) -> OkrsNow:
        try:
            return OkrsNow(*self.context.configured(self._arguments))
        except ConfigurationError as error:
            log.warning("okrs.yaml was edited and is wrong, the page goes on as before: %s", error)
            return OkrsNow(self._now.okrs, self._now.settings, str(error))

    def _files(self) -> Stamp:
        folder = self._file.parent
        return (_stamp(str(self._file)), _stamp(str(folder / ".env")))


def _stamp(path: str) -> Stamp:
    try:
        status = os.stat(path)  # noqa: PTH116 - asked at each request; a Path costs more than it
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _file_of(url: str) -> str | None:
    scheme, _, rest = url.partition(":///")
    return rest.partition("?")[0] if scheme.startswith("sqlite") and rest else None
