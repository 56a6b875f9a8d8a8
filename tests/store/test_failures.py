"""Full disks, locked databases and lost servers: told plainly, with nothing half-written."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from connectors.errors import StoreError
from syncer.store.store import open_store
from tests.store.samples import HOUR, NOW, write


def _on_its_connection(store, statement):
    """Run a statement on the connection that the store's pool hands out next."""
    with store._database.connected() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()


def _fill_up(store, backend, ask):
    """Leave the store no room for another card."""
    if backend == "sqlite":
        _on_its_connection(store, "PRAGMA max_page_count = 60")
        return
    ask(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$"
    )
    ask("CREATE TRIGGER full_disk BEFORE INSERT ON entries EXECUTE FUNCTION full_disk()")


def _make_room(store, backend, ask):
    if backend == "sqlite":
        _on_its_connection(store, "PRAGMA max_page_count = 100000")
    else:
        ask("DROP TRIGGER full_disk ON entries")


def test_a_full_disk_leaves_the_last_whole_state(store, backend, ask):
    """A write that finds no room says so and leaves nothing; with room it succeeds."""
    store.apply([write(range(3))], NOW)
    before = store.states(["PUB-1"])
    _fill_up(store, backend, ask)
    with pytest.raises(StoreError, match="disk is full: make room"):
        store.apply([write(range(3, 2000), NOW + HOUR)], NOW + HOUR)
    assert store.states(["PUB-1"]) == before
    _make_room(store, backend, ask)
    store.apply([write(range(3, 2000), NOW + HOUR)], NOW + HOUR)
    assert len(store.states(["PUB-1"])["PUB-1"].cards) == 2000


def _grabbed(url, backend):
    """A connection of another program's, in a transaction that lets nobody else write."""
    if backend == "sqlite":
        other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(url)
        other.execute("LOCK TABLE kr_reads IN EXCLUSIVE MODE")
    return other


@pytest.mark.usefixtures("store")
def test_a_store_that_another_program_keeps(url, backend):
    """A database that stays locked is told as locked, and nothing is written until it is free."""
    patience = "" if backend == "sqlite" else "%20-clock_timeout%3D50ms"
    with open_store(f"{url}{patience}") as impatient:
        if backend == "sqlite":
            _on_its_connection(impatient, "PRAGMA busy_timeout = 0")
        other = _grabbed(url, backend)
        with pytest.raises(StoreError, match="keeps it locked"):
            impatient.apply([write(range(3))], NOW)
        other.rollback()
        assert impatient.readings("PUB-1") == ()
        impatient.apply([write(range(3))], NOW)
        other.close()


def test_tables_that_were_tampered_with(store, ask):
    """A table that someone dropped is told as that."""
    ask("DROP TABLE source_notes")
    with pytest.raises(StoreError, match="tables aren't as okr-sync made them"):
        store.recall("jira")


def test_a_message_holds_nothing_of_what_was_written(store, ask):
    """Neither the statement nor its values are in the message of a failure."""
    ask("DROP TABLE entries")
    with pytest.raises(StoreError) as caught:
        store.apply([write(range(3))], NOW)
    for hidden in ("INSERT", "Card 1", "PUB-1", "postgres:"):
        assert hidden not in str(caught.value)
    assert "Card 1" not in str(caught.value.__cause__)


def _cut(url, name):
    """End every connection of this name, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 300000) FROM pg_stat_activity"
            " WHERE starts_with(application_name, %s)",
            (name,),
        )


@pytest.fixture
def cut_off(schema_url):
    """A store on PostgreSQL whose connections can be ended, and how to."""
    schema = schema_url.split("search_path%3D")[1]
    with open_store(f"{schema_url}&application_name={schema}") as store:
        yield store, lambda: _cut(schema_url, schema)


def test_a_restarted_server_between_two_writes(cut_off):
    """A connection that went away between two writes is made anew."""
    store, cut = cut_off
    store.remember("jira", "page", "100", NOW)
    cut()
    store.remember("jira", "page", "50", NOW)
    assert store.recall("jira") == {"page": ("50", NOW)}


def test_a_server_that_goes_away_in_a_transaction(cut_off):
    """A transaction that the server broke off is a failure of the store."""
    store, cut = cut_off
    with store.snapshot() as seen:
        assert seen.recall("jira") == {}
        cut()
        with pytest.raises(StoreError, match="went away"):
            seen.recall("jira")


def test_a_lock_that_was_lost_stops_the_next_write(cut_off):
    """When the server forgot the lock, another run may be at work: no more is written."""
    store, cut = cut_off
    with store.lock():
        store.remember("jira", "page", "100", NOW)
        cut()
        with pytest.raises(StoreError, match="went away"):
            store.remember("jira", "page", "50", NOW)
    with store.lock():
        store.remember("jira", "page", "25", NOW)
    assert store.recall("jira") == {"page": ("25", NOW)}
