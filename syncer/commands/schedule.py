"""`okr-sync schedule`: units that are ready to install."""

from __future__ import annotations

import shutil
import sys
import zlib
from typing import TYPE_CHECKING

from syncer.schedule.printing import schedule

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the units for this directory and this installation."""
    called = sys.argv[0] if sys.argv[0].endswith("okr-sync") else shutil.which("okr-sync")
    command = str((context.directory / (called or "okr-sync")).resolve())
    directory = str(context.directory)
    spread = zlib.crc32(directory.encode())
    context.out.write(schedule(arguments.kind, command=command, directory=directory, spread=spread))
    return 0
