"""The command line: parse, set up the log, run one command, give its exit code."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.errors import OkrSyncError
from syncer.options import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.world import World


def main(argv: Sequence[str] | None = None, world: World | None = None) -> int:
    """Run the program; what an operator can cause is one message, never a traceback."""
    if world is None:
        # A process for one command: what it makes it keeps to the end. Looking for
        # cycles among a hundred thousand cards would take a third of its time.
        gc.disable()
    arguments = parser().parse_args(argv)
    from syncer.logs import set_up  # noqa: PLC0415 - help needs no log
    from syncer.world import outside  # noqa: PLC0415

    world = world or outside()
    set_up(world.err, arguments.log_format, arguments.verbose)
    try:
        command = import_module(f"syncer.commands.{arguments.command}")
        code: int = command.run(arguments, world)
        world.out.flush()
    except OkrSyncError as error:
        lines = str(error).splitlines()
        say = "\n  ".join([f"{len(lines)} problems:", *lines]) if len(lines) > 1 else str(error)
        print(f"okr-sync: {say}", file=world.err)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not fail on its last flush.
        sys.stdout = None
        return 0
    except OSError as error:
        return _unwritten(error, world)
    except KeyboardInterrupt:
        print("okr-sync: stopped; what was written is whole", file=world.err)
        return 130
    return code


def _unwritten(error: OSError, world: World) -> int:
    """Say which place can't be used, or that the output broke off (a full disk); the exit code."""
    import logging  # noqa: PLC0415 - help needs no log

    logging.getLogger(__name__).debug("here", exc_info=error)
    print(f"okr-sync: {error.filename or 'the output'}: {error.strerror or error}", file=world.err)
    if error.filename:
        return 2
    sys.stdout = None
    return 1
