"""The options of `okr-sync init`: what the set-up would ask for on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncer.command_line.parser import CommandParser


def add_set_up(init: CommandParser) -> None:
    """Add them."""
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
