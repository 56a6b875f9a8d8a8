"""What opening a store loads, since start-up time is most of a small run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.store.old_stores import make_old_store


def _modules(code):
    """Run code in a fresh interpreter, and give the names of what it imported."""
    show = "import json, sys; sys.stdout.write(json.dumps(sorted(sys.modules)))"
    command = [sys.executable, "-c", f"{code}\n{show}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def _any_of(modules, *names):
    return [
        module
        for module in modules
        if any(module == n or module.startswith(f"{n}.") for n in names)
    ]


HEAVY = ("alembic", "psycopg", "sqlite3", "requests", "filelock")


def test_importing_the_store_imports_no_database():
    """Until a store is opened, neither a dialect nor a driver nor Alembic is there."""
    modules = _modules("import syncer.store.store")
    assert _any_of(modules, *HEAVY) == []
    assert _any_of(modules, "sqlalchemy.dialects") == ["sqlalchemy.dialects"]


@pytest.mark.usefixtures("store")
def test_using_a_store_imports_its_own_database_alone(url, backend):
    """A store of our version needs no Alembic, and no database besides its own."""
    other = {"sqlite": "postgresql", "postgresql": "sqlite"}[backend]
    code = (
        "from syncer.store.store import open_store\n"
        f"with open_store({url!r}) as store: store.states(['PUB-1'])\n"
    )
    modules = _modules(code)
    driver = {"sqlite": "psycopg", "postgresql": "sqlite3"}[backend]
    assert _any_of(modules, f"sqlalchemy.dialects.{other}", "alembic", driver, "requests") == []
    assert _any_of(modules, f"sqlalchemy.dialects.{backend}")


def test_a_new_store_needs_no_alembic(url):
    """Making a store imports no Alembic: it has no history to go through."""
    code = f"from syncer.store.store import open_store\nopen_store({url!r}).close()"
    assert not _any_of(_modules(code), "alembic")


def test_an_old_store_needs_alembic(url):
    """The guards above can go red: bringing a store to our version does import Alembic."""
    make_old_store(url, "0003")
    code = f"from syncer.store.store import open_store\nopen_store({url!r}).close()"
    assert _any_of(_modules(code), "alembic")
