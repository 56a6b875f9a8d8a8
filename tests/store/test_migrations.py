from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from syncer.store.schema import HEAD, MIGRATIONS, VERSION_TABLE, version_of
from syncer.store.store import open_store
from syncer.store.tables import metadata
from tests.store.samples import NOW, okrs


def test_the_newest_migration_is_the_version_we_ask_for():
    """`HEAD` names the one newest step, so that a new one can't be forgotten."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_migrations_and_tables_agree(url):
    """From empty to the head, the migrations make exactly the tables that the code speaks of."""
    with open_store(url) as store, store._database.reading() as connection:
        assert version_of(connection) == HEAD
        options = {"version_table": VERSION_TABLE, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_the_first_to_open_a_new_store_may_be_several(url):
    """Opened side by side, a new store is made once, and everybody can use it."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [url] * 4))
    for store in stores:
        store.define(okrs(), NOW)
        store.close()


def test_opening_a_store_of_our_version_writes_nothing(store, url, backend, ask):
    """At the head, opening only looks."""
    if backend == "sqlite":
        counter = "PRAGMA data_version"
        with store._database.connected() as connection:
            before = connection.exec_driver_sql(counter).scalar()
            open_store(url).close()
            assert connection.exec_driver_sql(counter).scalar() == before
    else:
        written = "SELECT pg_current_wal_insert_lsn() - '0/0'"
        before = ask(written)
        open_store(url).close()
        assert ask("SELECT xmin FROM okr_sync_version") == ask("SELECT xmin FROM okr_sync_version")
        assert before
