"""Brings a database to the shape that this version of the store needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    inspect,
    select,
    text,
)

from connectors.errors import StoreError
from syncer.store import fleet_tables
from syncer.store.damage import damaged_tables
from syncer.store.database import log_ahead
from syncer.store.errors import DAMAGED, never_written
from syncer.store.tables import WITHOUT_ROW_IDS

metadata = fleet_tables.sites.metadata  # with it that of all the others

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from syncer.store.database import Database

HEAD = "0005"
VERSION_TABLE = "okr_sync_version"
MIGRATIONS = Path(__file__).parent / "migrations"

# Any number does, as long as it is always the same: one migration at a time.
_MIGRATING = 0x6F6B7273

# Bytes of a file that is looked at whole whenever it is opened to be written.
_QUICKLY_CHECKED = 8_000_000

# As Alembic makes it.
_version = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)


def prepare(database: Database, *, create: bool = True, make: bool = True) -> bool:
    """Make the tables, or bring them to `HEAD`; does nothing where they are at it.

    Gives whether there is a store: it isn't made but to be written (`create`), and where
    it may be `make`d. Raises `StoreError` for a database of a newer okr-sync or of another
    program, and for a damaged one to be written, as far as a quick look tells.
    """
    with database.reading() as connection:
        version = version_of(connection)
        if version is None:
            _refuse_strangers(connection, database.name)
        elif create:
            _look_at(connection, database, version)
    if version is None and not (create and make):
        return False
    if version != HEAD:
        _bring_to_head(database)
    if create and not database.server:
        log_ahead(database)
    return True


def _bring_to_head(database: Database) -> None:
    if database.read_only:
        raise StoreError(
            f"{database.name}: an older okr-sync made it: run okr-sync sync once with an account "
            "that may write it"
        )
    with database.writing() as connection:
        if database.server:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        version = version_of(connection)
        if version is None:
            _refuse_strangers(connection, database.name)
            _make(connection)
        elif version != HEAD:  # another process may have been quicker
            migrate(connection, version, database.name)


def _look_at(connection: Connection, database: Database, version: str) -> None:
    """Raise `StoreError` for a damaged file or row, where looking at all of it takes no time."""
    if database.file is None or database.file.stat().st_size > _QUICKLY_CHECKED:
        return
    if connection.execute(text("PRAGMA quick_check(1)")).scalar() != "ok":
        raise StoreError(f"{database.name}: the file is damaged: {DAMAGED}")
    damaged = damaged_tables(connection) if version == HEAD else []
    if damaged:
        raise never_written(database.name, f"in {', '.join(damaged)}")


def make_in_memory(database: Database) -> None:
    """Make the tables for a store that is empty and forgotten at once."""
    with database.writing() as connection:
        metadata.create_all(connection)


def version_of(connection: Connection) -> str | None:
    """Give the version that the database is at, None where no okr-sync has been yet."""
    if not connection.dialect.has_table(connection, VERSION_TABLE):
        return None
    return connection.execute(select(_version.c.version_num)).scalar()


def _make(connection: Connection) -> None:
    """Make a new store as the migrations would, without their history."""
    if connection.dialect.name == "sqlite":
        for table in WITHOUT_ROW_IDS:  # said here, since saying it imports the dialect
            table.dialect_kwargs["sqlite_with_rowid"] = False
    metadata.create_all(connection)
    _version.create(connection)
    connection.execute(_version.insert().values(version_num=HEAD))


def migrate(connection: Connection, version: str | None, name: str, target: str = HEAD) -> None:
    """Bring tables of this version (None: no tables) to `HEAD` or another, step by step.

    Raises `StoreError` for a version that we don't know.
    """
    from alembic import command  # noqa: PLC0415 - slow to import, and hardly ever needed
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    if version not in {None, *(script.revision for script in scripts.walk_revisions())}:
        raise StoreError(
            f"{name}: it was made by a newer okr-sync (its version is {version}, ours {HEAD}): "
            "update okr-sync here"
        )
    command.upgrade(config, target)


def _refuse_strangers(connection: Connection, name: str) -> None:
    tables = set(inspect(connection).get_table_names())
    if connection.dialect.name == "postgresql":  # a server's schema may be shared, our names not
        tables &= set(metadata.tables)
    if tables:
        raise StoreError(
            f"{name}: it belongs to another program (it has a table {min(tables)}): "
            "give okr-sync a database or a schema of its own"
        )
