"""An open database: its transactions, its lock, and what one reader sees."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import and_

from connectors.errors import StoreError
from syncer.store import lock
from syncer.store.errors import translated, understood

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

    from syncer.store.database import Database
    from syncer.store.lock import Claim


def _unlocked() -> None:
    """Nothing to check: no lock is held."""


class Session:
    """An open database; a context manager that closes it at its end.

    All that is read and written is of one `workspace`.
    """

    def __init__(
        self,
        database: Database,
        workspace: str = "",
        seen: Connection | None = None,
        *,
        writes: bool = False,
    ) -> None:
        """Work on a database, or in a transaction that is open: a snapshot's, or a writer's."""
        self.workspace = workspace
        self._database = database
        self._seen = seen
        self._writes = writes
        self._still_locked: Callable[[], None] = _unlocked

    @property
    def name(self) -> str:
        """Its name for people."""
        return self._database.name

    @property
    def is_there(self) -> bool:
        """Whether it is kept anywhere: a reader's of a file that isn't there is empty."""
        return not self._database.transient

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back; the store can't be used after that."""
        self._database.close()

    @contextmanager
    def lock(self, job: str = "") -> Iterator[None]:
        """Keep other runs out while inside; raises `LockedError` at once where another is at work.

        With a `job` ("report") only those of that job are kept out. On PostgreSQL it is
        this workspace's lock, in a file the whole store's. A lock that was lost on the way
        (the server was restarted) stops the next write.
        """
        workspace = self.workspace
        claims = lock.of_job(workspace, job) if job else lock.of_workspace(workspace)
        with self._holding(claims, job):
            yield

    @contextmanager
    def lock_part(self, part: str) -> Iterator[None]:
        """Do the same for a part of the workspace: others of its parts are worked on beside it."""
        with self._holding(lock.of_part(self.workspace, part)):
            yield

    @contextmanager
    def lock_whole(self) -> Iterator[None]:
        """Do the same for the whole store, whatever workspace a run is for."""
        with self._holding(lock.whole_store()):
            yield

    @contextmanager
    def _holding(self, claims: tuple[Claim, ...], job: str = "") -> Iterator[None]:
        with lock.held(self._database, claims, job) as still_locked:
            self._still_locked = still_locked
            try:
                yield
            finally:
                self._still_locked = _unlocked

    @contextmanager
    def alone(self) -> Iterator[Self]:
        """Give the same store in one writing transaction, whole or not at all.

        Of this workspace, one at a time: what is read inside stays so until the end.
        """
        with self._writing() as connection:
            lock.wait_for(connection, self.workspace)
            yield type(self)(self._database, self.workspace, connection, writes=True)

    @contextmanager
    def snapshot(self) -> Iterator[Self]:
        """Give the same store, to be read only, as it is now until the end."""
        with self._database.reading() as connection:
            yield type(self)(self._database, self.workspace, connection)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with understood(self._database.name):
            if self._seen is None:
                with self._database.reading() as connection:
                    yield connection
            else:
                with translated(self._database.name):
                    yield self._seen

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._seen is not None and self._writes:
            with translated(self._database.name):
                yield self._seen
            return
        if self._seen is not None or self._database.transient:
            raise StoreError(f"{self._database.name}: it was opened to be read only")
        self._still_locked()
        with self._database.writing() as connection:
            yield connection
            self._still_locked()

    def _mine(self, table: Table) -> ColumnElement[bool]:
        """Whether a row is of this workspace."""
        condition: ColumnElement[bool] = table.c.workspace == self.workspace
        return condition

    def _is(self, table: Table, **values: str) -> ColumnElement[bool]:
        """Whether a row of this workspace has these values."""
        return and_(self._mine(table), *(table.c[name] == value for name, value in values.items()))

    def _own(self, row: dict[str, Any]) -> dict[str, Any]:
        """Make a row one of this workspace."""
        return {"workspace": self.workspace, **row}
