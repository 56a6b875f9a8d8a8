"""Addresses of stores, good and bad, and what is made or refused on opening."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine

from connectors.errors import ConfigurationError, StoreError
from syncer.core.past import LatestCheckIn
from syncer.core.records import CheckIn, KrState
from syncer.store.database import Database
from syncer.store.lock import held
from syncer.store.store import open_store
from tests.store.samples import NOW, okrs, write

SECRET = "correct-horse-battery"


def _refused(url, **how):
    """Open what can't be opened, and give the message."""
    with pytest.raises(StoreError) as caught, open_store(url, **how):
        pass
    assert "Traceback" not in str(caught.value)
    return str(caught.value)


def test_a_store_opened_again_holds_what_it_held(store, url):
    """Closing and opening lose nothing."""
    store.apply([write(range(3))], NOW)
    state = store.states(["PUB-1"])
    store.close()
    with open_store(url) as again:
        assert again.states(["PUB-1"]) == state


def test_a_reader_opens_what_is_there(store, url):
    """`create=False` reads a store that exists like any other."""
    store.apply([write(range(3))], NOW)
    with open_store(url, create=False) as reader:
        assert reader.states(["PUB-1"]) == store.states(["PUB-1"])


def test_a_reader_of_a_missing_file_sees_an_empty_store(tmp_path):
    """Nothing is there to be read, and nothing is made, not even in a missing folder."""
    with open_store(f"sqlite:///{tmp_path}/none/okr-sync.db", create=False) as reader:
        assert reader.states(["PUB-1"]) == {"PUB-1": KrState()}
        assert reader.latest_checkins(["PUB-1"]) == {"PUB-1": LatestCheckIn()}
        assert reader.readings("PUB-1") == reader.ledger("PUB-1") == reader.changes() == ()
        assert reader.last_runs() == ()
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_to_a_file_that_is_not_there(tmp_path):
    """What would be forgotten at once is refused, and so is a lock on it."""
    with open_store(f"sqlite:///{tmp_path}/okr-sync.db", create=False) as reader:
        with pytest.raises(StoreError, match="read only"):
            reader.add_checkin(CheckIn("PUB-1", NOW, confidence=5))
        with pytest.raises(StoreError, match="nothing to lock"), reader.lock():
            pass
    assert list(tmp_path.iterdir()) == []


def test_a_path_with_odd_characters(tmp_path):
    """A path may hold spaces, percent signs and umlauts, written plainly or as in a URL."""
    folder = tmp_path / "Größe 100%"
    folder.mkdir()
    url = f"sqlite:///{folder}/okr%20sync now.db"
    with open_store(url) as store:
        store.define(okrs(), NOW)
    assert (folder / "okr sync now.db").is_file()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "okr-sync.db",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite://okr-sync.db",
        "sqlite:///okr-sync.db?mode=ro",
        f"mysql://okr:{SECRET}@db/okr",
        f"postgresql+asyncpg://okr:{SECRET}@db/okr",
        f"postgresql://okr:{SECRET}@db:port/okr",
        f"://{SECRET}",
    ],
)
def test_what_is_no_url_of_a_store_is_a_fault_of_the_configuration(url):
    """The message names the setting and the right forms, and no password."""
    with pytest.raises(ConfigurationError, match="OKR_SYNC_STORE") as caught:
        open_store(url)
    assert "sqlite:///okr-sync.db" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_a_missing_folder(tmp_path):
    """The folder is named, and isn't made."""
    assert f"{tmp_path}/none isn't there" in _refused(f"sqlite:///{tmp_path}/none/okr-sync.db")
    assert not (tmp_path / "none").exists()


def test_a_folder_in_place_of_a_file(tmp_path):
    """A folder is told as a folder."""
    assert "a folder" in _refused(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database(tmp_path):
    """A file of another kind is refused, and stays as it is."""
    file = tmp_path / "okrs.yaml"
    file.write_text("objectives: []\n" * 100)
    assert "isn't a database" in _refused(f"sqlite:///{file}")
    assert file.read_text() == "objectives: []\n" * 100


def test_a_damaged_file(tmp_path, blank):
    """A database whose pages are garbage is told as damaged."""
    file = tmp_path / "okr-sync.db"
    file.write_bytes(blank.read_bytes()[:100] + b"\xff" * 50_000)
    assert "damaged" in _refused(f"sqlite:///{file}")


def test_a_database_of_another_program(tmp_path):
    """Tables of strangers are left alone."""
    file = tmp_path / "places.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE bookmarks (id)")
    connection.close()
    before = file.read_bytes()
    assert "another program (it has a table bookmarks)" in _refused(f"sqlite:///{file}")
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_schema_that_has_our_names(schema_url):
    """On a server a stranger's tables are in the way only where they have our names."""
    with psycopg.connect(schema_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bookmarks (id int)")
        open_store(schema_url).close()
        connection.execute("DROP TABLE okr_sync_version")
    assert "another program (it has a table card_fields)" in _refused(schema_url)


@pytest.mark.usefixtures("store")
def test_a_store_of_a_newer_version(url, ask):
    """A store that a newer okr-sync made isn't touched."""
    ask("UPDATE okr_sync_version SET version_num = '9999'")
    assert "newer okr-sync (its version is 9999" in _refused(url)
    assert "newer okr-sync" in _refused(url, create=False)
    assert ask("SELECT version_num FROM okr_sync_version") == [("9999",)]


@pytest.fixture
def shown(blank):
    """A store in a folder that everybody may read and only its owner may write."""
    folder = Path(tempfile.mkdtemp(prefix="okr-sync-"))
    shutil.copy(blank, folder / "okr-sync.db")
    (folder / "okr-sync.db").chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # root may write anything: be nobody for a while
        os.seteuid(65534)
    yield folder / "okr-sync.db"
    if root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_file_that_may_not_be_written(shown):
    """The file or a new one beside it: the message says what right is wanting."""
    for file in (shown, shown.with_name("new.db")):
        assert "may not write" in _refused(f"sqlite:///{file}")


def test_reading_needs_no_right_to_write(shown):
    """Another account, or a read-only disk, reads the store and leaves nothing beside it."""
    with open_store(f"sqlite:///{shown}", create=False) as reader:
        assert reader.states(["PUB-1"]) == {"PUB-1": KrState()}
        with pytest.raises(StoreError, match="may not write"):
            reader.add_checkin(CheckIn("PUB-1", NOW, confidence=5))
    assert [file.name for file in shown.parent.iterdir()] == [shown.name]


def test_a_lock_that_may_not_be_made(shown):
    """Where the lock's file can't be written, the store is at fault, and no other run."""
    lock = held(Database(create_engine("sqlite://"), "the store", shown), ())
    with pytest.raises(StoreError, match="may not write"), lock:
        pass


def test_a_server_that_cannot_be_reached():
    """The message says where, and keeps the password to itself."""
    message = _refused(f"postgresql://okr:{SECRET}@127.0.0.1:1/okr")
    assert "the store okr on 127.0.0.1:1: the server can't be reached" in message
    assert SECRET not in message


def test_a_wrong_password(server):
    """The message says that the sign-in failed, and keeps user and password to itself."""
    message = _refused(server.replace("postgres:@", f"guarded:{SECRET}@"))
    assert "refused the sign-in" in message
    assert SECRET not in message
    assert "guarded" not in message


def test_no_password(server):
    """A password that is missing is a sign-in that failed."""
    assert "refused the sign-in" in _refused(server.replace("postgres:@", "guarded@"))


def test_an_unknown_user(server):
    """A user that isn't there is a sign-in that failed."""
    assert "refused the sign-in" in _refused(server.replace("postgres:@", "nobody@"))


def test_a_database_that_is_not_there(server):
    """A missing database is told as missing."""
    assert "no such database" in _refused(server.replace("/postgres?", "/none?"))


def test_a_schema_that_is_not_there(server):
    """A missing schema is told as missing."""
    assert "no such schema" in _refused(f"{server}&options=-csearch_path%3Dnone")


def test_an_account_without_rights(server):
    """An account that may sign in and not make tables is told so."""
    url = server.replace("postgres:@", f"guarded:{'open-sesame'}@")
    assert "give it the rights" in _refused(f"{url}&options=-csearch_path%3Dpublic")


def test_the_driver_is_not_installed(monkeypatch):
    """Without psycopg the message says what to install."""
    for name in [name for name in sys.modules if name.split(".")[0] == "psycopg"]:
        monkeypatch.setitem(sys.modules, name, None)
    message = _refused("postgresql://db/okr")
    assert "PostgreSQL needs okr-sync's extra [postgresql]; install it: " in message
    assert "psycopg[binary]" in message


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_form_of_the_url(schema_url, scheme):
    """The forms that people write for PostgreSQL are the same to us."""
    with open_store(schema_url.replace("postgresql:", f"{scheme}:")) as store:
        assert store.last_runs() == ()
