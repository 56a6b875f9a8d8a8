"""The OKR store as the worker sees it: records go in, records come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.errors import StoreError
from syncer.store import schema
from syncer.store.checkins import CheckInsMixin
from syncer.store.database import connect, empty_instead
from syncer.store.definitions import DefinitionsMixin
from syncer.store.fleet import FleetMixin
from syncer.store.known import KnownMixin
from syncer.store.kr_status import KrStatusMixin
from syncer.store.ledger import LedgerMixin
from syncer.store.outbox import OutboxMixin
from syncer.store.readings import ReadingsMixin
from syncer.store.reads import ReadsMixin
from syncer.store.reports import ReportsMixin
from syncer.store.runs import RunsMixin
from syncer.store.workspaces import WorkspacesMixin

if TYPE_CHECKING:
    from syncer.store.database import Database


class Store(
    DefinitionsMixin,
    KrStatusMixin,
    ReadsMixin,
    ReadingsMixin,
    LedgerMixin,
    CheckInsMixin,
    ReportsMixin,
    OutboxMixin,
    KnownMixin,
    RunsMixin,
    WorkspacesMixin,
    FleetMixin,
):
    """The OKR store, open; every method raises `StoreError` where the database fails.

    Each noun has a mixin, where a method and its SQL stand together. Periods are after
    `since` and until `until`, so that periods that follow each other hold everything
    once; None leaves a side open. All moments have a zone.
    """


def open_store(
    url: str, workspace: str = "", *, create: bool = True, seen_before: bool = False
) -> Store:
    """Open the store at a `sqlite:///` or `postgresql://` URL, brought to our version.

    Several okrs.yaml in one store are told apart by `workspace`: what one has, none
    other sees. With `create=False`, for readers, a SQLite file that isn't there is an
    empty store, and nothing is made on the disk. Where there must be a store, since it
    was `seen_before`, neither is right. Raises `StoreError` where there is no store to
    be had, `ConfigurationError` where the URL is none.
    """
    database = connect(url, create=create)
    try:
        if database.transient or (seen_before and _is_empty(database)):
            is_there = False
        else:
            is_there = schema.prepare(database, create=create, make=not seen_before)
        if not is_there:
            _refuse_if_gone(database, seen_before=seen_before)
            database = empty_instead(database)
            schema.make_in_memory(database)
    except BaseException:
        database.close()
        raise
    return Store(database, workspace)


def _is_empty(database: Database) -> bool:
    file = database.file
    return file is not None and (not file.exists() or not file.stat().st_size)


def _refuse_if_gone(database: Database, *, seen_before: bool) -> None:
    if seen_before:
        raise StoreError(
            f"{database.name}: it was there before, and now it is gone or empty: see that "
            "OKR_SYNC_STORE names the right one and put a copy back, or begin a new one with "
            "okr-sync sync --new-store"
        )
