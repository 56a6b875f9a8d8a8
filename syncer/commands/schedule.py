"""`okr-sync schedule`: units that are ready to install."""

from __future__ import annotations

import shutil
import sys
import zlib
from typing import TYPE_CHECKING

from syncer.schedule.fleet import fleet_schedule
from syncer.schedule.installation import Installation
from syncer.schedule.printing import report_interval, schedule

if TYPE_CHECKING:
    import argparse
    from datetime import timedelta

    from syncer.context import Context

STORE = "OKR_SYNC_STORE"


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the units for this file, this store and this installation."""
    called = sys.argv[0] if sys.argv[0].endswith("okr-sync") else shutil.which("okr-sync")
    command = str((context.directory / (called or "okr-sync")).resolve())
    file = arguments.okrs or context.environ.get("OKR_SYNC_OKRS") or "okrs.yaml"
    if arguments.fleet or arguments.kind == "compose":
        context.out.write(_fleet(arguments, context, command, file))
        return 0
    path = context.directory / file
    directory = str(path.parent.resolve() if path.is_file() else context.directory)
    text = schedule(
        arguments.kind,
        command=command,
        directory=directory,
        report_every=report_interval(_prepares(arguments, context) if path.is_file() else ()),
        spread=zlib.crc32(directory.encode()),
        okrs="" if path.name == "okrs.yaml" else path.name,
        store=_store(context),
    )
    context.out.write(text)
    return 0


def _fleet(arguments: argparse.Namespace, context: Context, command: str, file: str) -> str:
    """Give the units of workers; the files may be a pattern, seen from this directory."""
    directory = str(context.directory)
    okrs = "" if file == "okrs.yaml" else file
    installation = Installation(command, directory, okrs, _store(context))
    return fleet_schedule(arguments.kind, installation, spread=zlib.crc32(directory.encode()))


def _prepares(arguments: argparse.Namespace, context: Context) -> list[timedelta]:
    """Give how long before their meetings the reports are made."""
    okrs, _ = context.configured(arguments)
    return [review.prepare for review in (okrs.review, *okrs.reviews.values()) if review]


def _store(context: Context) -> str:
    """Give the store that the environment names, if no password is in it: units aren't secret.

    One from `.env` is found by whatever runs beside it.
    """
    store = context.environ.get(STORE, "")
    if "@" in store or '"' in store or not store.isprintable():
        context.warn(f"put {STORE} into .env beside okrs.yaml: it may hold a password")
        return ""
    return store
