"""A store made new and one that was brought up to date are the same."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect

from syncer.store.database import connect
from syncer.store.schema import HEAD, MIGRATIONS, VERSION_TABLE, migrate, version_of
from syncer.store.store import open_store
from syncer.store.tables import metadata
from tests.store.samples import NOW, okrs


def test_the_newest_migration_is_the_version_we_ask_for():
    """`HEAD` names the one newest step, so that a new one can't be forgotten."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def _shape(connection):
    """Everything that a database holds before anything is in it, by the name of the thing."""
    if connection.dialect.name == "sqlite":
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master").all()
        return {name: " ".join((sql or "").replace('"', "").split()) for name, sql in made}
    inspector = inspect(connection)
    return {
        table: (
            [{**column, "type": str(column["type"])} for column in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            sorted(map(str, inspector.get_foreign_keys(table))),
            sorted(map(str, inspector.get_indexes(table))),
        )
        for table in inspector.get_table_names()
    }


def test_migrations_and_tables_agree(url, backend, tmp_path, request):
    """A store made at once and one that came through every migration are the same."""
    if backend == "sqlite":
        other = f"sqlite:///{tmp_path}/migrated.db"
    else:
        other = request.getfixturevalue("schema_url")
    migrated = connect(other, create=True)
    with migrated.writing() as connection:
        migrate(connection, None, "the store")
        options = {"version_table": VERSION_TABLE, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    with open_store(url) as store, store._database.reading() as made:
        assert version_of(made) == HEAD
        with migrated.reading() as stepwise:
            assert version_of(stepwise) == HEAD
            assert _shape(made) == _shape(stepwise)
    migrated.close()


def test_the_first_to_open_a_new_store_may_be_several(url):
    """Opened side by side, a new store is made once, and everybody can use it."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [url] * 4))
    for store in stores:
        store.define(okrs(), NOW)
        store.close()


def _mode(file):
    with sqlite3.connect(file) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    return mode


def test_a_store_that_is_just_being_made_can_be_opened(blank, tmp_path):
    """While its maker writes, a file gets no write-ahead log; the next one to open it does that."""
    file = shutil.copy(blank, tmp_path / "okr-sync.db")
    maker = sqlite3.connect(file, isolation_level=None)
    maker.execute("PRAGMA journal_mode=DELETE")
    maker.execute("BEGIN IMMEDIATE")
    with open_store(f"sqlite:///{file}") as store:
        assert store.last_runs() == ()
    maker.close()
    assert _mode(file) == "delete"
    open_store(f"sqlite:///{file}").close()
    assert _mode(file) == "wal"


@pytest.mark.usefixtures("store")
def test_opening_a_store_of_our_version_only_asks(url):
    """At the head, opening begins no writing transaction and says nothing but questions."""
    statements = []

    def _heard(*values):
        statements.append(values[2])

    event.listen(Engine, "before_cursor_execute", _heard)
    open_store(url).close()
    event.remove(Engine, "before_cursor_execute", _heard)
    assert statements
    assert all(
        statement.lstrip().split()[0] in {"SELECT", "PRAGMA", "BEGIN", "SET"}
        for statement in statements
    )
    assert "BEGIN IMMEDIATE" not in statements
