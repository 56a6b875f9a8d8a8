"""Where a fleet's files and its store are, from what was typed and what the environment says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import read_settings
from connectors.errors import ConfigurationError, StoreError
from syncer.fleet.files import OkrsFiles, found_files
from syncer.store import schema

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.store.database import Database


def okrs_files(arguments: argparse.Namespace, context: Context) -> tuple[str, OkrsFiles]:
    """Give the store's URL and the files, as the patterns name them.

    Raises `ConfigurationError` where no pattern names a file, or none a store.
    """
    named = [arguments.okrs] if arguments.okrs else []
    patterns = [*named, *arguments.files]
    if not patterns:
        patterns = [context.environ.get("OKR_SYNC_OKRS") or "okrs.yaml"]
    paths = list(found_files(context.directory, patterns))
    if not paths:
        raise ConfigurationError(
            f"{', '.join(patterns)}: no file is called so; quote a pattern, so that files which "
            "come later are taken up too: --okrs 'teams/*.yaml'"
        )
    problems = []
    for path in paths:
        try:
            url = read_settings(context.environ, context.directory, str(path)).store
        except ConfigurationError as error:
            problems.append(str(error))
            continue
        return url, OkrsFiles(context.environ, context.directory, patterns, url)
    raise ConfigurationError("\n".join(problems))


def prepare(database: Database) -> None:
    """Make the store's tables, or bring them to our version; `StoreError`."""
    if not schema.prepare(database, create=True):
        raise StoreError(f"{database.name}: there is no store to be had")
