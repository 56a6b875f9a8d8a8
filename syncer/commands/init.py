"""`okr-sync init`: the files to begin with; on a terminal or by options, filled in and tried."""

from __future__ import annotations

import io
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from config.examples import write_examples
from config.settings import read_settings
from syncer.command_line.arguments import parser
from syncer.setup.given import Given, is_asked_for, on_terminal

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Write what isn't there; nothing that is there is touched."""
    if arguments.from_store:
        from syncer.push.init_from_store import init_from_store  # noqa: PLC0415 - only it asks tools

        return init_from_store(arguments, context)
    if is_asked_for(arguments) or on_terminal(context):
        return _guided(arguments, context)
    for path in write_examples(context.directory):
        context.say(f"wrote {path.name}")
    context.say("Fill in okrs.yaml, copy .env.example to .env, then run: okr-sync check")
    return 0


def _guided(arguments: argparse.Namespace, context: Context) -> int:
    """Ask, try, write, and show that it works; gives what `check` gave."""
    from syncer.setup.conversation import set_up  # noqa: PLC0415 - the examples need none of it

    settings = read_settings(context.environ, context.directory, arguments.okrs)
    context.clock.network.configure(settings.network)
    path = context.directory / settings.okrs
    for written in set_up(Given(arguments, settings, context), path):
        context.say(f"wrote {written}")
    named = ["--okrs", arguments.okrs] if arguments.okrs else []
    code = _ran(["check", *named], context)
    if code == 0:
        context.say("What a sync would write:")
        code = _ran(["sync", "--dry-run", *named], context)
    context.say("\nTo have it run by itself, put these lines into your crontab (crontab -e):")
    context.say(_cron_lines(named, context))
    context.say("\nFirst, by hand: okr-sync sync && okr-sync status")
    return code


def _cron_lines(named: list[str], context: Context) -> str:
    """Give what cron needs; without a meeting there is no report to be due."""
    units = io.StringIO()
    command = ["schedule", "cron", *named]
    schedule = import_module("syncer.commands.schedule")
    schedule.run(parser().parse_args(command), replace(context, out=units))
    okrs, _ = context.configured(parser().parse_args(command))
    lines = [line for line in units.getvalue().splitlines() if not line.startswith("#")]
    return "\n".join(line for line in lines if okrs.review or "report --due" not in line)


def _ran(command: list[str], context: Context) -> int:
    context.say(f"\n$ okr-sync {' '.join(command)}")
    arguments = parser().parse_args(command)
    code: int = import_module(f"syncer.commands.{command[0]}").run(
        arguments, replace(context, setting_up=True)
    )
    return code
