"""`okr-sync demo`: the whole program on a made-up quarter."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from syncer.demo import Demo

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context

MADE = ("okrs.yaml", "okr-sync.db", "okr-sync.db-wal", "okr-sync.db-shm", "okr-sync.db.lock")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Make the demo anew and say where it is."""
    folder = context.directory / arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)
    code = Demo(folder, context).play()
    context.say("")
    context.say(f"The objectives and links:  {folder / 'okrs.yaml'}")
    context.say(f"The OKR store:             {folder / 'okr-sync.db'}")
    for report in sorted((folder / "reports").glob("review-*.html")):
        context.say(f"The review's report:       {report}")
    return code
