"""`okr-sync schedule`: units that are ready to install."""

from __future__ import annotations

import shutil
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from syncer.schedule.fleet import fleet_schedule
from syncer.schedule.installation import Installation
from syncer.schedule.printing import report_interval, schedule

if TYPE_CHECKING:
    import argparse
    from datetime import timedelta

    from config.okrs import Okrs
    from syncer.context import Context

STORE, SECRETS_DIR = "OKR_SYNC_STORE", "OKR_SYNC_SECRETS_DIR"


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the units for this file, this store and this installation."""
    called = sys.argv[0] if sys.argv[0].endswith("okr-sync") else shutil.which("okr-sync")
    command = str((context.directory / (called or "okr-sync")).resolve())
    file = arguments.okrs or context.environ.get("OKR_SYNC_OKRS") or "okrs.yaml"
    if arguments.fleet or arguments.kind == "compose":
        context.out.write(_fleet(arguments, context, command, file))
        return 0
    installation, okrs = _installation(arguments, context, command, file)
    text = schedule(
        arguments.kind,
        installation,
        report_every=report_interval(_prepares(okrs)),
        spread=zlib.crc32(installation.directory.encode()),
    )
    context.out.write(text)
    return 0


def _installation(
    arguments: argparse.Namespace, context: Context, command: str, file: str
) -> tuple[Installation, Okrs | None]:
    """Give what is scheduled: the file's, or before there is one what fits most."""
    path, store = context.directory / file, _store(context)
    secrets = context.environ.get(SECRETS_DIR, "")
    if not path.is_file():
        return Installation(command, str(context.directory), "", store, secrets), None
    okrs, settings = context.configured(arguments)
    folder = path.parent.resolve()
    remind = any(delivery.remind for delivery in okrs.deliver.values())
    installation = Installation(
        command,
        str(folder),
        "" if path.name == "okrs.yaml" else path.name,
        store,
        secrets,
        data=_store_folder(settings.store, folder),
        is_due=bool(okrs.review or okrs.reviews or remind),
    )
    return installation, okrs


def _store_folder(url: str, folder: Path) -> str:
    """Give the folder of a store in a file that isn't below the file's own; "" for any other."""
    driver, _, rest = url.partition(":///")
    file = Path(rest.partition("?")[0])
    is_file = driver.startswith("sqlite") and file.is_absolute()
    return "" if not is_file or file.is_relative_to(folder) else str(file.parent)


def _fleet(arguments: argparse.Namespace, context: Context, command: str, file: str) -> str:
    """Give the units of workers; the files may be a pattern, seen from this directory."""
    directory = str(context.directory)
    okrs = "" if file == "okrs.yaml" else file
    installation = Installation(command, directory, okrs, _store(context))
    return fleet_schedule(arguments.kind, installation, spread=zlib.crc32(directory.encode()))


def _prepares(okrs: Okrs | None) -> list[timedelta]:
    """Give how long before their meetings the reports are made."""
    reviews = (okrs.review, *okrs.reviews.values()) if okrs else ()
    return [review.prepare for review in reviews if review]


def _store(context: Context) -> str:
    """Give the store that the environment names, if no password is in it: units aren't secret.

    One from `.env` is found by whatever runs beside it.
    """
    store = context.environ.get(STORE, "")
    if "@" in store or '"' in store or not store.isprintable():
        context.warn(f"put {STORE} into .env beside okrs.yaml: it may hold a password")
        return ""
    return store
