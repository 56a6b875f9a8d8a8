"""`okr-sync demo`: the whole program on a made-up quarter."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.command_line.arguments import parser
from syncer.commands import serve
from syncer.demo import Demo, secrets
from syncer.signals import StoppedError

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from syncer.context import Context

MADE = ("okrs.yaml", "okr-sync.db", "okr-sync.db-wal", "okr-sync.db-shm", "okr-sync.db.lock")
FIRST_LINE = "# The demo's objectives."
"""How the demo's own okrs.yaml begins."""

WITHOUT = (
    ("explain PUB-2", "every card behind a number, counted as what, and why"),
    ("report --as-of {now} --format pptx --out slides", "the same meeting as slides"),
)
STAYING = (
    ("sync", "as cron does it"),
    ("push --kr PUB-3 --approve", "let the draft go to the okr-tracker"),
    ("checkin PUB-1 --confidence 7", "say what the team says, and see the page change"),
)
"""What to try, with and without the stand-ins, and what it shows; `now` is the demo's time."""


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Make the demo anew, say where it is and what to try; with `--stay` keep it running."""
    folder = context.directory / arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    with Demo(folder, context).playing() as world:
        context.say("")
        context.say(f"The objectives and links:  {folder / 'okrs.yaml'}")
        context.say(f"The OKR store:             {folder / 'okr-sync.db'}")
        for report in sorted((folder / "reports").glob("review-*.html")):
            context.say(f"The review's report:       {report}")
        tries = list(STAYING if arguments.stay else WITHOUT)
        now = f"{world.now():%Y-%m-%dT%H:%MZ}"
        okrs = os.path.relpath(folder / "okrs.yaml", context.directory)
        commands = [
            (f"--okrs {shlex.quote(okrs)} {command.format(now=now)}", shows)
            for command, shows in tries
        ]
        if not arguments.stay:
            commands.append(("demo --stay", "all of it running, with the page, until Ctrl-C"))
        context.say("\nTry next" + (", in another terminal:" if arguments.stay else ":"))
        for command, shows in commands:
            context.say(f"  {_program()} {command}   # {shows}")
        if arguments.stay:
            _stay(folder, world, context)
    return 0


def _stay(folder: Path, world: Context, context: Context) -> None:
    """Keep the stand-ins and the page running until somebody ends it."""
    _write_secrets(folder / ".env")
    context.say("\nThe Jira, the Trello and the okr-tracker go on answering.")
    context.out.flush()
    try:
        serve.run(parser().parse_args(["serve", "--port", "0"]), world)
    except ConfigurationError as error:
        context.warn(str(error))
        with suppress(StoppedError, KeyboardInterrupt):
            threading.Event().wait()


def _clear(folder: Path) -> None:
    """Take away an earlier demo, and nothing else."""
    okrs = folder / "okrs.yaml"
    if okrs.exists() and not okrs.read_text("utf-8", "replace").startswith(FIRST_LINE):
        raise ConfigurationError(
            f"{okrs} is no demo's, and nothing is written over it; choose another folder by --out"
        )
    for name in MADE:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "reports", ignore_errors=True)


def _write_secrets(path: Path) -> None:
    """Let other commands open the stand-ins; a `.env` that is there stays."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path has no rights to give
            file.writelines(f"{name}={value}\n" for name, value in secrets().items())


def _program() -> str:
    """Give how the program was called, so that it can be called so again."""
    called, known = sys.argv[0], shutil.which("okr-sync")
    same = known is not None and os.path.realpath(known) == os.path.realpath(called)
    return "okr-sync" if same or not called.endswith("okr-sync") else shlex.quote(called)
