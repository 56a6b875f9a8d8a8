"""A store on each database that it can be on: SQLite, and a PostgreSQL brought for the tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import closing
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, event, text

from syncer.store.store import Store, open_store
from tests.store.postgresql import LONGEST, start
from tests.store.samples import NOW, okrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A real PostgreSQL of this worker's own; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="okr-sync-"))
    try:
        running = start(folder)
    except BaseException:
        shutil.rmtree(folder)
        raise
    with closing(_reached(running.url)) as connection:
        _arrange(connection, folder / "data")
    yield running.url
    running.stop()


def _reached(url: str) -> psycopg.Connection[Any]:
    """Connect, once it is ready to be."""
    until = monotonic() + LONGEST
    while True:
        try:
            return psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError:
            if monotonic() > until:
                raise
            sleep(0.1)


def _arrange(connection: psycopg.Connection[Any], folder: Path) -> None:
    """Trade crash safety for speed, and make one user who needs a password."""
    rules = folder / "pg_hba.conf"
    rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
    for setting in ("fsync", "full_page_writes"):
        connection.execute(f"ALTER SYSTEM SET {setting} = off")
    connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'open-sesame'")
    connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the databases that a store can be on."""
    return str(request.param)


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store that has been opened once: copied, it saves each test the migration."""
    file = tmp_path_factory.mktemp("blank") / "okr-sync.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(scope="session")
def blank_statements(server: str) -> str:
    """All that makes a store on PostgreSQL: said again, it saves each test the migration."""
    statements: list[str] = []

    def _heard(*event_values: Any) -> None:
        if event_values[2].lstrip().startswith(("CREATE", "INSERT", "UPDATE")):
            statements.append(
                event_values[2] % {name: f"'{value}'" for name, value in event_values[3].items()}
            )

    event.listen(Engine, "before_cursor_execute", _heard)
    open_store(_schema(server)).close()
    event.remove(Engine, "before_cursor_execute", _heard)
    return ";".join(statements)


def _schema(server: str, statements: str = "") -> str:
    """Make a schema, say something in it, and give its URL."""
    name = f"s{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}; SET search_path = {name}; {statements}")
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture
def schema_url(server: str) -> str:
    """The URL of an empty schema on the server."""
    return _schema(server)


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a store that isn't there yet; where the test asks for `store`, of a blank one."""
    used = "store" in request.fixturenames
    if backend == "sqlite":
        if used:
            shutil.copy(request.getfixturevalue("blank"), tmp_path / "okr-sync.db")
        return f"sqlite:///{tmp_path}/okr-sync.db"
    statements = request.getfixturevalue("blank_statements") if used else ""
    return _schema(request.getfixturevalue("server"), statements)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open store that knows the objective PUB with the KRs PUB-1, PUB-2 and PUB-3."""
    with open_store(url) as opened:
        opened.define(okrs(), NOW)
        yield opened


@pytest.fixture
def ask(url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """Put a statement to the database past the store, and give its rows."""

    def _ask(statement: str) -> list[tuple[Any, ...]]:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows

    return _ask
