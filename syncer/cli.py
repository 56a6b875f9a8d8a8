"""The command line: parse, set up the log, run one command, give its exit code."""

from __future__ import annotations

import atexit
import errno
import gc
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

from connectors.errors import OkrSyncError
from syncer.command_line.arguments import parser

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from syncer.context import Context
    from syncer.pings import Pings

TURN = 0.0005
"""Seconds that a thread may compute while others wait."""

STOPPED = "stopped; what was written is whole"


def main(argv: Sequence[str] | None = None, context: Context | None = None) -> int:
    """Run the program; whatever happens is one message, never a traceback.

    Without a `context` the process is for this command alone.
    """
    if context is not None:
        from syncer.pings import Pings  # noqa: PLC0415 - help needs none of it

        arguments = parser().parse_args(argv)
        return _run(arguments, context, Pings.of(arguments, context))
    arguments = parser().parse_args(argv)
    from syncer.context import outside  # noqa: PLC0415 - help needs none of it
    from syncer.pings import Pings  # noqa: PLC0415 - as above
    from syncer.signals import StoppedError, leave, watch  # noqa: PLC0415 - as above

    _settle()
    context = outside()
    pings = Pings.of(arguments, context)
    try:
        watch(context.clock.deadline, pings.end)
        code = _run(arguments, context, pings)
    except StoppedError as stop:
        _complain(STOPPED)
        code = stop.exit_code
        pings.end(code)
    leave(code)
    return code


def _settle() -> None:
    """Set up a process that makes what it makes, keeps it to the end, and says nothing else.

    Looking for cycles among a hundred thousand cards would take a third of its time,
    and Python's own last look a tenth. A library's warning may hold an address.
    """
    gc.disable()
    atexit.register(gc.freeze)
    # Nor may a thread that reads an answer keep those waiting that only want to ask.
    sys.setswitchinterval(TURN)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")


def _run(arguments: argparse.Namespace, context: Context, pings: Pings) -> int:
    from syncer.logs import set_up  # noqa: PLC0415 - help needs no log

    set_up(context.err, arguments.log_format, arguments.verbose)
    pings.start()
    code = _command(arguments, context)
    pings.end(code)
    return code


def _command(arguments: argparse.Namespace, context: Context) -> int:
    """Run the command, and turn whatever ends it into a message and an exit code."""
    if (seconds := getattr(arguments, "deadline", None)) is not None:
        context.clock.deadline.begin(seconds)
    try:
        command = import_module(f"syncer.commands.{arguments.command}")
        code: int = command.run(arguments, context)
        context.out.flush()
    except OkrSyncError as error:
        lines = str(error).splitlines()
        several = len(lines) > 1
        say = "\n  ".join([f"{len(lines)} problems:", *lines]) if several else str(error)
        _complain(say)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not fail on its last flush.
        sys.stdout = None
        return 0
    except OSError as error:
        # A place that can't be used, or an output that broke off (a full disk).
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        advice = "; make room and run again" if full else ""
        _complain(f"{error.filename or 'the output'}: {error.strerror}{advice}")
        sys.stdout = sys.stdout if error.filename else None
        return 2 if error.filename and not full else 1
    except KeyboardInterrupt:
        _complain(STOPPED)
        return 130
    except Exception as error:  # noqa: BLE001 - its words may hold a secret or a person
        from syncer.logs import origin  # noqa: PLC0415 - as above

        _complain(f"a fault of okr-sync's own: {origin(error)}")
        return 1
    return code


def _complain(text: str) -> None:
    from syncer.logs import complain  # noqa: PLC0415 - help needs no log

    complain(text)
