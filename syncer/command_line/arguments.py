"""The commands and their options, as argparse has them; imports nothing else: help is fast."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from syncer.command_line.examples import EXAMPLES
from syncer.command_line.options import add_enqueue, add_set_up, add_worker
from syncer.command_line.parser import CommandParser
from syncer.command_line.values import age, confidence, duration, okrs_path, port, value

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[CommandParser]  # noqa: SLF001 - it has no other name

EXIT_CODES = """\
exit codes:
  0  all well, also when there was nothing to do
  1  some source or KR failed, the rest was written
  2  configuration or usage is wrong, nothing was touched
  3  the store failed, nothing is half-written
  4  another run holds the lock
"""
FORMATS = ("html", "md", "pptx", "json", "csv")
"""Those of `syncer.report.formats`, which help doesn't load."""

SHELLS = ("bash", "zsh", "fish")


def parser() -> CommandParser:
    """All commands and options."""
    out = CommandParser(
        prog="okr-sync",
        description="Counts the cards done and remaining behind each key result.",
        epilog=EXIT_CODES,
    )
    out.add_argument("--version", action=Version, help="print the version, and exit")
    _common(out, okrs=None, log_format="text", verbose=0)
    commands = out.add_subparsers(
        dest="command",
        metavar="COMMAND",
        help="what to do; each has a --help of its own",
    )
    hidden = argparse.SUPPRESS
    common = CommandParser(add_help=False)
    _common(common, okrs=hidden, log_format=hidden, verbose=hidden)
    for add in (_writing, _reading, _reporting, _serving, _working, _storing, _helping):
        add(commands, common)
    _show_examples(out)
    return out


class Version(argparse.Action):
    """Prints the version of what is installed; only then is it looked up."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(nargs=0, default=argparse.SUPPRESS, **settings)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any, **__: Any) -> None:
        """Print it and leave."""
        from importlib.metadata import version  # noqa: PLC0415 - costs more than all of help

        sys.stdout.write(f"okr-sync {version('okr-sync')}\n")
        parser.exit()


def _show_examples(out: CommandParser) -> None:
    out.show_examples(EXAMPLES[out.prog])
    for command in out.commands().values():
        _show_examples(command)


def _common(to: CommandParser, **defaults: object) -> None:
    to.add_argument(
        "--okrs",
        metavar="PATH",
        type=okrs_path,
        default=defaults["okrs"],
        help="the file to use (okrs.yaml)",
    )
    to.add_argument(
        "--log-format",
        choices=("text", "json"),
        default=defaults["log_format"],
        help="how to log to stderr (text)",
    )
    to.add_argument(
        "-v",
        "--verbose",
        action="count",
        default=defaults["verbose"],
        help="log more; twice for everything",
    )


def _add(
    commands: Commands,
    common: CommandParser,
    name: str,
    does: str,
    *,
    json: bool = False,
) -> CommandParser:
    out = commands.add_parser(name, help=does, description=does, parents=[common])
    if json:
        out.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    return out


def _writing(commands: Commands, common: CommandParser) -> None:
    sync = _add(commands, common, "sync", "count the cards and write the progress", json=True)
    sync.add_argument("--dry-run", action="store_true", help="decide and show, write nothing")
    sync.add_argument("--source", metavar="NAME", help="read only this source")
    sync.add_argument("--kr", metavar="ID", help="only this KR")
    sync.add_argument("--full", action="store_true", help="read everything anew")
    sync.add_argument("--force", action="store_true", help="believe it that cards vanished")
    sync.add_argument("--new-store", action="store_true", help="begin a new one where it is gone")
    _patience(sync)
    _deadline(sync)
    push = _add(commands, common, "push", "write what waits to the OKR tools", json=True)
    push.add_argument("--store", metavar="NAME", help="only to this store")
    push.add_argument("--kr", metavar="ID", help="only this KR's numbers")
    push.add_argument("--dry-run", action="store_true", help="decide and show, write nothing")
    either = push.add_mutually_exclusive_group()
    either.add_argument("--approve", action="store_true", help="let drafts and held numbers go")
    either.add_argument("--undo", action="store_true", help="take our last write back")
    _patience(push)
    _deadline(push)
    checkin = _add(commands, common, "checkin", "record what a team says of a KR or an objective")
    checkin.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        help="a KR's or an objective's id; without it, score the week on a terminal",
    )
    checkin.add_argument("--team", metavar="NAME", help="score the week of this team")
    checkin.add_argument(
        "--from", dest="file", metavar="FILE.csv", help="import check-ins; - is stdin"
    )
    checkin.add_argument("--confidence", type=confidence, metavar="0..10", help="finger in the air")
    checkin.add_argument("--value", type=value, metavar="N", help="the KR's number now")
    for name, meaning in (
        ("note", "what to say"),
        ("risk", "what may go wrong"),
        ("ask", "what the team needs from the review"),
    ):
        checkin.add_argument(f"--{name}", default="", metavar="TEXT", help=meaning)
    checkin.add_argument("--answered", action="store_true", help="the open ask was answered")
    checkin.add_argument("--anyway", action="store_true", help="take a number far off its way")
    checkin.add_argument("--undo", type=int, metavar="NUMBER", help="take a check-in back")


def _reading(commands: Commands, common: CommandParser) -> None:
    check = _add(commands, common, "check", "validate file, credentials and links", json=True)
    _patience(check)
    _deadline(check)
    status = _add(commands, common, "status", "the KRs as a table", json=True)
    status.add_argument("--team", metavar="NAME", help="only this team's")
    status.add_argument("--period", metavar="NAME", help="only this period's, also what is closed")
    status.add_argument(
        "--fail-stale",
        type=age,
        metavar="2d",
        help="exit with 1 when a number is older",
    )
    status.add_argument(
        "--fleet", action="store_true", help="how the workers' sources are read instead"
    )
    checkins = _add(commands, common, "checkins", "list what the teams said", json=True)
    checkins.add_argument("id", metavar="ID", nargs="?", help="of one KR or objective")
    for name, does in (
        ("explain", "every card behind a KR's number, and why it counts or not"),
        ("history", "a KR's readings and scope ledger over time"),
    ):
        reader = _add(commands, common, name, does, json=True)
        reader.add_argument("kr", metavar="KR", help="its id")
        if name == "explain":
            states = ("done", "remaining", "dropped", "ignored")
            reader.add_argument("--state", choices=states, help="only the cards that count as this")


def _reporting(commands: Commands, common: CommandParser) -> None:
    report = _add(commands, common, "report", "the report for the review meeting", json=True)
    report.add_argument("--due", action="store_true", help="once a meeting, when it is near")
    report.add_argument(
        "--dry-run", action="store_true", help="with --due: show what would go where"
    )
    report.add_argument("--team", metavar="NAME", help="for a team's own meeting")
    report.add_argument("--as-of", metavar="DATE", help="as it was on a day or at a moment")
    report.add_argument("--meeting", metavar="DAY", help="draw again what was made for a meeting")
    report.add_argument("--resend", metavar="PLACE", help="send again what may not have arrived")
    report.add_argument("--settled", metavar="PLACE", help="it did arrive there, or isn't wanted")
    report.add_argument(
        "--format",
        default="html",
        metavar="html,...",
        help=f"what to make: {', '.join(FORMATS)}; one (html) or several by commas",
    )
    report.add_argument("--template", metavar="FILE", help="your own .pptx, for the slides")
    report.add_argument(
        "--out",
        default="reports",
        metavar="DIR",
        help="where to (reports); - is stdout, for one format",
    )
    _deadline(report)


def _serving(commands: Commands, common: CommandParser) -> None:
    serve = _add(commands, common, "serve", "show the page: the report, live, and check-ins")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="HOST", help="where to listen (127.0.0.1)"
    )
    serve.add_argument("--port", type=port, default=8765, metavar="PORT", help="the port (8765)")
    serve.add_argument(
        "--team-header",
        metavar="NAME",
        help="the header in which a proxy names the team of whoever asks",
    )


def _working(commands: Commands, common: CommandParser) -> None:
    worker = add_worker(partial(_add, commands, common))
    worker.add_argument(
        "--job-deadline",
        type=duration,
        default=duration("20m"),
        metavar="20m",
        help="when a job ends, whatever still hangs (20m)",
    )
    _patience(worker, "1m")
    add_enqueue(partial(_add, commands, common))


def _storing(commands: Commands, common: CommandParser) -> None:
    actions = _add(
        commands, common, "store", "check, back up, copy or prune the store"
    ).add_subparsers(dest="action", metavar="ACTION", help="what to do with it")
    _add(actions, common, "check", "verify all that can be verified of it", json=True)
    backup = _add(actions, common, "backup", "copy its file, also while it is in use")
    backup.add_argument("file", metavar="FILE", help="where to; it mustn't be there yet")
    prune = _add(actions, common, "prune", "drop what no report needs any more", json=True)
    prune.add_argument(
        "--keep", type=age, metavar="180d", help="drop what is older; without it, only show that"
    )
    prune.add_argument("--dry-run", action="store_true", help="with --keep: only show it")
    copy = _add(actions, common, "copy", "copy it to another database, row by row")
    copy.add_argument("source", metavar="FROM", help="sqlite:///... or postgresql://...")
    copy.add_argument("target", metavar="TO", help="the same; it must be empty")


def _helping(commands: Commands, common: CommandParser) -> None:
    init = _add(commands, common, "init", "write a commented okrs.yaml and .env.example")
    init.add_argument("--from-store", metavar="NAME", help="write what this OKR tool has")
    add_set_up(init)
    _patience(init)
    _add(commands, common, "mcp", "serve the reading commands to assistants, on stdin and stdout")
    schedule = _add(commands, common, "schedule", "print units that run okr-sync by themselves")
    schedule.add_argument(
        "kind", choices=("cron", "systemd", "kubernetes", "compose"), help="for which scheduler"
    )
    schedule.add_argument("--fleet", action="store_true", help="for workers (compose: always)")
    completion = _add(commands, common, "completion", "print what completes commands on Tab")
    completion.add_argument("shell", choices=SHELLS, help="for which shell")
    demo = _add(commands, common, "demo", "show it all on a made-up quarter")
    demo.add_argument("--out", default="demo", metavar="DIR", help="where to (demo)")
    demo.add_argument("--stay", action="store_true", help="keep it all running, with the page")


def _deadline(to: CommandParser) -> None:
    to.add_argument(
        "--deadline",
        type=duration,
        default=duration("20m"),
        metavar="20m",
        help="when the run ends, whatever still hangs (20m)",
    )


def _patience(to: CommandParser, seconds: str = "5m") -> None:
    to.add_argument(
        "--patience",
        type=duration,
        default=duration(seconds),
        metavar=seconds,
        help=f"how long to wait for a limited or failing service in all ({seconds})",
    )
