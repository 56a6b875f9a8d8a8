"""`okr-sync schedule`: units that are ready to install."""

from __future__ import annotations

import shutil
import sys
import zlib
from typing import TYPE_CHECKING

from syncer.schedule.printing import schedule

if TYPE_CHECKING:
    import argparse

    from syncer.context import World


def run(arguments: argparse.Namespace, world: World) -> int:
    """Print the units for this directory and this installation."""
    called = sys.argv[0] if sys.argv[0].endswith("okr-sync") else shutil.which("okr-sync")
    command = str((world.directory / (called or "okr-sync")).resolve())
    directory = str(world.directory)
    spread = zlib.crc32(directory.encode())
    world.out.write(schedule(arguments.kind, command=command, directory=directory, spread=spread))
    return 0
