"""The commands and their options, as argparse has them; imports nothing else: help is fast."""

from __future__ import annotations

import argparse
from datetime import timedelta

EXIT_CODES = """\
exit codes:
  0  all well, also when there was nothing to do
  1  some source or KR failed, the rest was written
  2  configuration or usage is wrong, nothing was touched
  3  the store failed, nothing is half-written
  4  another run holds the lock
"""
UNITS = {"s": 1, "m": 60, "h": 3600}


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    out = argparse.ArgumentParser(
        prog="okr-sync",
        description="Counts the cards done and remaining behind each key result.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _common(out, okrs=None, log_format="text", verbose=0)
    commands = out.add_subparsers(dest="command", required=True, metavar="COMMAND")
    hidden = argparse.SUPPRESS
    common = argparse.ArgumentParser(add_help=False)
    _common(common, okrs=hidden, log_format=hidden, verbose=hidden)
    for add in (_writing, _reading, _reporting, _storing, _helping):
        add(commands, common)
    return out


def duration(text: str) -> float:
    """Seconds from "90", "90s", "5m" or "1h"."""
    number, unit = (text[:-1], text[-1]) if text[-1:] in UNITS else (text, "s")
    try:
        seconds = float(number) * UNITS[unit]
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 90s, 5m or 1h")
    return seconds


def age(text: str) -> timedelta:
    """A length of time from "2d", or as `duration` reads it."""
    if text[-1:] == "d" and text[:-1].isdecimal():
        return timedelta(days=int(text[:-1]))
    return timedelta(seconds=duration(text))


def confidence(text: str) -> int:
    """A whole number from 0 to 10."""
    if not (text.isdecimal() and 0 <= int(text) <= 10):  # noqa: PLR2004 - the scale teams use
        raise argparse.ArgumentTypeError(f"{text!r} is no confidence; give 0 to 10")
    return int(text)


def value(text: str) -> float:
    """A finite number."""
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return number


def _common(to: argparse.ArgumentParser, **defaults: object) -> None:
    to.add_argument(
        "--okrs", metavar="PATH", default=defaults["okrs"], help="the file to use (okrs.yaml)"
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
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    name: str,
    does: str,
    *,
    json: bool = False,
) -> argparse.ArgumentParser:
    out = commands.add_parser(name, help=does, description=does, parents=[common])
    if json:
        out.add_argument("--json", action="store_true", help="print JSON, and nothing else")
    return out


def _writing(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
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
    checkin.add_argument("--from", dest="file", metavar="FILE.csv", help="import check-ins")
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


def _reading(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
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
    checkins = _add(commands, common, "checkins", "list what the teams said", json=True)
    checkins.add_argument("id", metavar="ID", nargs="?", help="of one KR or objective")
    for name, does in (
        ("explain", "every card behind a KR's number, and why it counts or not"),
        ("history", "a KR's readings and scope ledger over time"),
    ):
        reader = _add(commands, common, name, does, json=True)
        reader.add_argument("kr", metavar="KR")
        if name == "explain":
            states = ("done", "remaining", "dropped", "ignored")
            reader.add_argument("--state", choices=states, help="only the cards that count as this")


def _reporting(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
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
    report.add_argument("--format", default="html", metavar="html,...", help="what to make")
    report.add_argument("--template", metavar="FILE", help="your own .pptx, for the slides")
    report.add_argument("--out", default="reports", metavar="DIR", help="where to (reports)")
    _deadline(report)


def _storing(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    actions = _add(commands, common, "store", "check, back up or copy the store").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    _add(actions, common, "check", "verify all that can be verified of it", json=True)
    backup = _add(actions, common, "backup", "copy its file, also while it is in use")
    backup.add_argument("file", metavar="FILE", help="where to; it mustn't be there yet")
    copy = _add(actions, common, "copy", "copy it to another database, row by row")
    copy.add_argument("source", metavar="FROM", help="sqlite:///... or postgresql://...")
    copy.add_argument("target", metavar="TO", help="the same; it must be empty")


def _helping(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser
) -> None:
    init = _add(commands, common, "init", "write a commented okrs.yaml and .env.example")
    init.add_argument("--from-store", metavar="NAME", help="write what this OKR tool has")
    _patience(init)
    schedule = _add(commands, common, "schedule", "print units that run okr-sync by themselves")
    schedule.add_argument("kind", choices=("cron", "systemd", "kubernetes"))
    demo = _add(commands, common, "demo", "show it all on a made-up quarter")
    demo.add_argument("--out", default="demo", metavar="DIR", help="where to (demo)")


def _deadline(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--deadline",
        type=duration,
        default=duration("20m"),
        metavar="20m",
        help="when the run ends, whatever still hangs (20m)",
    )


def _patience(to: argparse.ArgumentParser) -> None:
    to.add_argument(
        "--patience",
        type=duration,
        default=duration("5m"),
        metavar="5m",
        help="how long to wait for a limited or failing service in all (5m)",
    )
