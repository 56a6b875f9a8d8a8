"""`okr-sync completion`: what makes a shell complete the commands on Tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.arguments import parser
from syncer.shell_completion import completion

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the shell's own script."""
    context.out.write(completion(parser(), arguments.shell))
    return 0
