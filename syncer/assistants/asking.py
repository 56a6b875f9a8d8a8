"""One question's own look at the world: the files as they are now, and nothing written."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.clock import Clock
from syncer.context import Context
from syncer.documents.status import status_document, status_rows
from syncer.publish.calendars import as_known

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.store.store import Store

_FOLDERS = re.compile(r"(?<![\w:/.])(?:/[^\s/:;,'\"]+)+/(?=[^\s/])")


@dataclass(frozen=True)
class AskedContext(Context):
    """What a question is asked beside: what a command would warn of is kept for the answer."""

    warnings: list[str] = field(default_factory=list)

    def warn(self, text: str) -> None:
        """Keep a warning, without where the files lie."""
        self.warnings.append(without_folders(text))


@dataclass(frozen=True)
class Asked:
    """What a question is asked of."""

    context: AskedContext
    okrs: Okrs
    settings: Settings
    now: datetime

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the store for reading; one that isn't there is empty."""
        with self.context.store(self.settings, self.okrs.workspace, create=False) as store:
            yield store

    def status(
        self, store: Store, *, team: str | None = None, period: str | None = None
    ) -> dict[str, Any]:
        """Give the document of `status`."""
        rows = status_rows(store, as_known(self.okrs, store), self.now, team=team, period=period)
        return status_document(self.okrs, rows, store.target_statuses())

    def row(self, store: Store, kr: str) -> list[dict[str, Any]]:
        """Give a key result's row of `status`; none for what left okrs.yaml."""
        return [row for row in self.status(store)["key_results"] if row["id"] == kr]


def ask(arguments: argparse.Namespace, context: Context) -> Asked:
    """Read okrs.yaml and the settings anew, with a clock of this question's own.

    Raises `ConfigurationError` with all that is wrong.
    """
    own = AskedContext(
        context.environ,
        context.directory,
        Clock(context.clock.now, context.clock.sleep),
        out=io.StringIO(),
        err=io.StringIO(),
    )
    okrs, settings = own.configured(arguments)
    return Asked(own, okrs, settings, own.now())


def without_folders(text: str) -> str:
    """Give a message with the names of files alone: where they lie is nobody's business."""
    return _FOLDERS.sub("", text)
