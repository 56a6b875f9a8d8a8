"""The OKR store as the worker sees it: records go in, records come out."""

from __future__ import annotations

from syncer.store import schema
from syncer.store.checkins import CheckInsMixin
from syncer.store.database import connect
from syncer.store.definitions import DefinitionsMixin
from syncer.store.known import KnownMixin
from syncer.store.kr_status import KrStatusMixin
from syncer.store.ledger import LedgerMixin
from syncer.store.outbox import OutboxMixin
from syncer.store.readings import ReadingsMixin
from syncer.store.reads import ReadsMixin
from syncer.store.reports import ReportsMixin
from syncer.store.runs import RunsMixin
from syncer.store.workspaces import WorkspacesMixin


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
):
    """The OKR store, open; every method raises `StoreError` where the database fails.

    Each noun has a mixin, where a method and its SQL stand together. Periods are after
    `since` and until `until`, so that periods that follow each other hold everything
    once; None leaves a side open. All moments have a zone.
    """


def open_store(url: str, workspace: str = "", *, create: bool = True) -> Store:
    """Open the store at a `sqlite:///` or `postgresql://` URL, brought to our version.

    Several okrs.yaml in one store are told apart by `workspace`: what one has, none
    other sees. With `create=False`, for readers, a SQLite file that isn't there is an
    empty store, and nothing is made on the disk. Raises `StoreError` where there is no
    store to be had, `ConfigurationError` where the URL is none.
    """
    database = connect(url, create=create)
    try:
        if database.transient:
            schema.make_in_memory(database)
        else:
            schema.prepare(database)
    except BaseException:
        database.close()
        raise
    return Store(database, workspace)
