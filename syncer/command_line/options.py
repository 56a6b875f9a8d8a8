"""The options of the commands that have the most: the fleet's, and the set-up's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.command_line.values import duration

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.command_line.parser import CommandParser


def add_worker(add: Callable[[str, str], CommandParser]) -> CommandParser:
    """Add `okr-sync worker`."""
    worker = add("worker", "do the fleet's jobs until told to stop")
    _files(worker)
    for name, default, meaning in (
        ("every", "15m", "how often each source is read (15m); 0: only what enqueue asks for"),
        ("takeover", "20s", "after which silence a worker's jobs are another's (20s)"),
        ("grace", "25s", "how long jobs may still take after a signal (25s)"),
    ):
        worker.add_argument(
            f"--{name}", type=duration, default=duration(default), metavar=default, help=meaning
        )
    worker.add_argument(
        "--at-once", type=int, default=4, metavar="4", help="how many jobs at a time (4)"
    )
    worker.add_argument(
        "--format", default="html", metavar="html,...", help="what due reports are made as (html)"
    )
    worker.add_argument(
        "--out", default="reports", metavar="DIR", help="where they go, beside each file (reports)"
    )
    worker.add_argument("--alive", metavar="FILE", help="touch it while all is well, for --probe")
    worker.add_argument(
        "--probe", metavar="FILE", help="exit with 0 where it was touched in the last minute"
    )
    return worker


def add_enqueue(add: Callable[[str, str], CommandParser]) -> CommandParser:
    """Add `okr-sync enqueue`."""
    enqueue = add("enqueue", "have the fleet do everything now")
    _files(enqueue)
    enqueue.add_argument("--source", metavar="NAME", help="only read this source")
    return enqueue


def _files(to: CommandParser) -> None:
    to.add_argument(
        "files", nargs="*", metavar="FILE", help="more okrs.yaml, or patterns: 'teams/*.yaml'"
    )


def add_set_up(init: CommandParser) -> None:
    """Add what the set-up would ask for on a terminal to `okr-sync init`."""
    for name, metavar, meaning in (
        ("kind", "KIND", "the source's kind: jira, trello, jira-csv, trello-json"),
        ("name", "NAME", "what to call the source (its kind)"),
        ("url", "URL", "the site"),
        ("email", "EMAIL", "of the token's account, for Jira Cloud"),
        ("file", "PATTERN", "the exported files, for jira-csv and trello-json"),
        ("team", "NAME", "whose objectives they are"),
        ("objective", "TITLE", "what they are called"),
        ("period", "NAME", "their period (this quarter)"),
        ("review", "MOMENT", "the next review meeting, such as 2026-12-14T10:00"),
        ("every", "2 weeks", "how often there is one (2 weeks)"),
        ("timezone", "ZONE", "by whose clock (TZ, else UTC)"),
    ):
        init.add_argument(f"--{name}", metavar=metavar, help=meaning)
    for name, metavar, meaning in (
        ("label", "LABEL", "link what carries it, as a key result; as often as you like"),
        ("epic", "KEY", "link what is under it; the same"),
        ("board", "BOARD", "link what is on it; the same"),
    ):
        init.add_argument(f"--{name}", metavar=metavar, action="append", help=meaning)
    for name, meaning in (
        ("token-stdin", "read the token from stdin; Trello's key on the line before it"),
        ("insecure", "let the url begin with http:// though it is another machine's"),
        ("yes", "ask nothing, take every default"),
    ):
        init.add_argument(f"--{name}", action="store_true", help=meaning)
