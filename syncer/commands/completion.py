"""`okr-sync completion`: what makes a shell complete the commands on Tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.command_line.arguments import FORMATS, parser
from syncer.command_line.completion import completion

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the shell's own script."""
    context.out.write(completion(parser(), arguments.shell, FORMATS))
    return 0
