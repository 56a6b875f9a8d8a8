"""The database under the store: its URL, its connections and its transactions."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from connectors.errors import ConfigurationError, StoreError
from syncer.store.errors import translated
from syncer.store.file import NOT_WRITABLE, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

_FORMS = "write sqlite:///okr-sync.db or postgresql://user:password@host/database"
_BUSY_SECONDS = 10
_CONNECT_SECONDS = 10


@dataclass(frozen=True)
class Database:
    """An engine, its name for people, and the file it is in (None: no file).

    A reading transaction sees one state from its first question to its last; a
    writing one is alone from its first statement, and whole or not at all.
    """

    engine: Engine
    name: str
    file: Path | None = None

    @property
    def server(self) -> bool:
        """Whether it is on a server, and not in a file or in memory."""
        return self.engine.dialect.name == "postgresql"

    @property
    def transient(self) -> bool:
        """Whether it stands for a file that isn't there, and will be forgotten."""
        return self.file is None and not self.server

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection in a reading transaction; raises `StoreError`."""
        with translated(self.name), self.connected() as connection:
            if self.server:
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            connection.begin()  # rolled back as the connection closes: there is nothing to keep
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a writing transaction, committed at the end; `StoreError`."""
        with translated(self.name), self.connected() as connection:
            connection.execution_options(okr_begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """Give a connection of one's own, in no transaction; raises `StoreError`."""
        with translated(self.name, connecting=True):
            connection = self.engine.connect()
        with connection:
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def connect(text: str, *, create: bool) -> Database:
    """Understand `OKR_SYNC_STORE` and make ready to connect; nothing is asked yet.

    Without `create`, a SQLite file that isn't there becomes an empty database
    in memory. Raises `ConfigurationError` for what is no URL of a store,
    `StoreError` for a place where none can be.
    """
    url = _understood(text)
    if url.get_backend_name() == "sqlite":
        return _file(url, create=create)
    return _server(url)


def _understood(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # the text may hold a password: not in the message
        raise ConfigurationError(f"OKR_SYNC_STORE is no URL of a store: {_FORMS}") from None
    if url.drivername not in {"sqlite", "postgresql", "postgres", "postgresql+psycopg"}:
        raise ConfigurationError(
            f"OKR_SYNC_STORE: {url.drivername} isn't a store we know: {_FORMS}"
        )
    return url


def _file(url: URL, *, create: bool) -> Database:
    if not url.database or url.database == ":memory:" or url.host or url.query:
        raise ConfigurationError(f"OKR_SYNC_STORE names no file: {_FORMS}")
    file = Path(url.database)
    name = f"the store {file}"
    if file.is_dir():
        raise StoreError(f"{name}: that is a folder: name a file in OKR_SYNC_STORE")
    if not create:
        return Database(_in_file(file), name, file) if file.exists() else _empty(name)
    if not file.parent.is_dir():
        raise StoreError(f"{name}: the folder {file.parent} isn't there: make it first")
    if not (writable(file.parent) and (writable(file) or not file.exists())):
        raise StoreError(f"{name}: {NOT_WRITABLE}")
    return Database(_in_file(file), name, file)


def _in_file(file: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": _BUSY_SECONDS},
        hide_parameters=True,
    )
    _own_transactions(engine)
    return engine


def _empty(name: str) -> Database:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    _own_transactions(engine)
    return Database(engine, name)


# A committed transaction is on the disk: WAL lets readers go on beside the writer,
# FULL waits for the disk at each commit (https://www.sqlite.org/wal.html).
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON")


def _own_transactions(engine: Engine) -> None:
    """Begin SQLite's transactions ourselves: the driver's own begin too late, at the first write.

    https://docs.sqlalchemy.org/en/latest/dialects/sqlite.html, "Serializable isolation".
    """

    @event.listens_for(engine, "connect")
    def _connected(driver: Any, _record: object) -> None:
        with suppress(driver.OperationalError):  # it is just being made: the next one will do it
            driver.execute("PRAGMA journal_mode=WAL").close()
        for pragma in _PRAGMAS:
            driver.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("okr_begin", "BEGIN"))


def _server(url: URL) -> Database:
    host = url.host or url.query.get("host") or "the local server"
    name = f"the store {url.database or ''} on {host}{f':{url.port}' if url.port else ''}"
    settings = {"connect_timeout": _CONNECT_SECONDS, "application_name": "okr-sync"}
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={key: value for key, value in settings.items() if key not in url.query},
            pool_pre_ping=True,  # a run may wait minutes for a tracker between two questions
            hide_parameters=True,
        )
    except ImportError as error:
        raise StoreError(
            f"{name}: PostgreSQL needs its driver: pip install 'okr-sync[postgresql]'"
        ) from error
    return Database(engine, name)
