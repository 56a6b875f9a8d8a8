"""Opens the store that the commands of `okr-sync store` look after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import read_settings
from connectors.errors import StoreError

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.store.store import Store


def url_of(arguments: argparse.Namespace, context: Context) -> str:
    """Give the store's URL; okrs.yaml isn't looked at."""
    return read_settings(context.environ, context.directory, arguments.okrs).store


def existing(url: str) -> Store:
    """Open a store that is there; `StoreError` where there is none."""
    from syncer.store.store import open_store  # noqa: PLC0415 - the database's library is heavy

    store = open_store(url, create=False)
    if store.is_there:
        return store
    with store:
        raise StoreError(f"{store.name}: there is no store")
