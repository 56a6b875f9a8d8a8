"""The database under the store: its URL, its connections and its transactions."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from connectors.errors import ConfigurationError, StoreError
from syncer.store.errors import NO_DATABASE, translated
from syncer.store.file import NOT_WRITABLE, has_log_index, roomy, writable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.engine import Connection, Engine

_FORMS = "write sqlite:///okr-sync.db or postgresql://user:password@host/database"
_BUSY_SECONDS = 10
_CONNECT_SECONDS = 10
_LIMITS = {"statement_timeout": 120, "lock_timeout": 60}
# https://www.postgresql.org/docs/current/libpq-connect.html: a server that is gone is noticed.
_KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True)
class Database:
    """An engine, its name for people, and the file it is in (None: no file).

    A reading transaction sees one state from its first question to its last; a
    writing one is alone from its first statement, and whole or not at all.
    """

    engine: Engine
    name: str
    file: Path | None = None
    read_only: bool = False

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
    _refuse_strangers(file, name)
    mine = writable(file.parent) and (writable(file) or not file.exists())
    if not create:
        if not file.exists():
            return _empty(name)
        mine = mine and roomy(file.parent)
        return Database(_in_file(file, read_only=not mine), name, file, read_only=not mine)
    if not file.parent.is_dir():
        raise StoreError(f"{name}: the folder {file.parent} isn't there: make it first")
    if not mine:
        raise StoreError(f"{name}: {NOT_WRITABLE}")
    return Database(_in_file(file), name, file)


def _refuse_strangers(file: Path, name: str) -> None:
    """Raise `StoreError` for a file that is no database at all, before SQLite touches it."""
    try:
        with file.open("rb") as opened:
            head = opened.read(len(_MAGIC))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StoreError(f"{name}: it can't be read: {error.strerror}") from error
    if head and head != _MAGIC:
        raise StoreError(f"{name}: {NO_DATABASE}")


def _in_file(file: Path, *, read_only: bool = False) -> Engine:
    url = URL.create("sqlite", database=str(file))
    if read_only:
        # Where the index of the log can't be made beside it, the file must be taken as it
        # stands: https://www.sqlite.org/wal.html#read_only_databases
        logged = has_log_index(file)
        mode = {"mode": "ro"} if logged else {"mode": "ro", "immutable": "1"}
        path = f"file:{quote(str(file.absolute()))}"
        url = URL.create("sqlite", database=path, query={**mode, "uri": "true"})
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)
    _own_transactions(engine)
    return engine


def _empty(name: str) -> Database:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    _own_transactions(engine)
    return Database(engine, name)


def empty_instead(database: Database) -> Database:
    """Give an empty store in memory in the place of one that isn't there."""
    if database.transient:
        return database
    database.close()
    return _empty(database.name)


def log_ahead(database: Database) -> None:
    """Let readers go on beside the writer (https://www.sqlite.org/wal.html), once and for all.

    Only for a store that is known to be ours. Where it is just being made, the next one
    to open it does this.
    """
    with database.connected() as connection:
        driver: Any = connection.connection.driver_connection
        if driver.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            with suppress(driver.OperationalError):
                driver.execute("PRAGMA journal_mode=WAL").close()


# A committed transaction is on the disk: FULL waits for it at each commit.
_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON")


def _own_transactions(engine: Engine) -> None:
    """Begin SQLite's transactions ourselves: the driver's own begin too late, at the first write.

    https://docs.sqlalchemy.org/en/latest/dialects/sqlite.html, "Serializable isolation".
    """

    @event.listens_for(engine, "connect")
    def _connected(driver: Any, _record: object) -> None:
        for pragma in _PRAGMAS:
            driver.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("okr_begin", "BEGIN"))


def _server(url: URL) -> Database:
    host = url.host or url.query.get("host") or "the local server"
    name = f"the store {url.database or ''} on {host}{f':{url.port}' if url.port else ''}"
    settings = {
        "connect_timeout": _CONNECT_SECONDS,
        "application_name": "okr-sync",
        **_KEEPALIVES,
        # A pooler in transaction mode knows no statement of another connection's.
        "prepare_threshold": None,
    }
    try:
        engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args={key: value for key, value in settings.items() if key not in url.query},
            pool_pre_ping=True,  # a run may wait minutes for a tracker between two questions
            hide_parameters=True,
        )
    except ImportError as error:
        from connectors.extras import missing  # noqa: PLC0415 - rarely needed

        raise StoreError(f"{name}: {missing('postgresql', 'PostgreSQL')}") from error
    _limited(engine, url)
    return Database(engine, name)


def _limited(engine: Engine, url: URL) -> None:
    """Let no statement take for ever; what the URL itself sets in `options` stands.

    It is set for each transaction, since a pooler forgets what a session has set.
    """
    own = str(url.query.get("options", ""))
    limits = "; ".join(
        f"SET LOCAL {name} = '{seconds}s'" for name, seconds in _LIMITS.items() if name not in own
    )

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        if limits:
            connection.exec_driver_sql(limits)
