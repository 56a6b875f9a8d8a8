"""The command line: parse, set up the log, run one command, give its exit code."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.errors import OkrSyncError
from syncer.arguments import parser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.context import Context

TURN = 0.0005
"""Seconds that a thread may compute while others wait."""


def main(argv: Sequence[str] | None = None, context: Context | None = None) -> int:
    """Run the program; what an operator can cause is one message, never a traceback."""
    if context is None:
        # A process for one command: what it makes it keeps to the end. Looking for
        # cycles among a hundred thousand cards would take a third of its time, and
        # Python's own last look a tenth.
        gc.disable()
        atexit.register(gc.freeze)
        # Nor may a thread that reads an answer keep those waiting that only want to ask.
        sys.setswitchinterval(TURN)
    arguments = parser().parse_args(argv)
    from syncer.context import outside  # noqa: PLC0415
    from syncer.logs import complain, set_up  # noqa: PLC0415 - help needs no log

    context = context or outside()
    set_up(context.err, arguments.log_format, arguments.verbose)
    try:
        command = import_module(f"syncer.commands.{arguments.command}")
        code: int = command.run(arguments, context)
        context.out.flush()
    except OkrSyncError as error:
        lines = str(error).splitlines()
        say = "\n  ".join([f"{len(lines)} problems:", *lines]) if len(lines) > 1 else str(error)
        complain(say, context.err, arguments.log_format)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not fail on its last flush.
        sys.stdout = None
        return 0
    except OSError as error:
        # A place that can't be used, or an output that broke off (a full disk).
        say = f"{error.filename or 'the output'}: {error.strerror or error}"
        complain(say, context.err, arguments.log_format)
        sys.stdout = sys.stdout if error.filename else None
        return 2 if error.filename else 1
    except KeyboardInterrupt:
        complain("stopped; what was written is whole", context.err, arguments.log_format)
        return 130
    return code
