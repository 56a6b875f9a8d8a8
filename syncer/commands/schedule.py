"""`okr-sync schedule`: units that are ready to install."""

from __future__ import annotations

import shutil
import sys
import zlib
from typing import TYPE_CHECKING

from syncer.schedule import schedule

if TYPE_CHECKING:
    import argparse

    from syncer.world import World


def run(arguments: argparse.Namespace, world: World) -> int:
    """Print the units for this directory and this installation."""
    command = shutil.which("okr-sync") or sys.argv[0]
    directory = str(world.directory)
    spread = zlib.crc32(directory.encode())
    world.out.write(schedule(arguments.kind, command=command, directory=directory, spread=spread))
    return 0
