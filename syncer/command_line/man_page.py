"""The man page, out of the parser: `make man` writes it (docs/okr-sync.1).

argparse-manpage has the options, but breaks the usage and loses the commands' examples.
The macros are man(7)'s: https://man.openbsd.org/man.7
"""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from syncer.command_line.arguments import EXIT_CODES, parser
from syncer.command_line.examples import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncer.command_line.parser import CommandParser

COMMON = ("help", "okrs", "log_format", "verbose", "version")
"""What every command takes: told once."""

ENVIRONMENT = {
    "OKR_SYNC_OKRS": "The file to use, where --okrs doesn't say.",
    "OKR_SYNC_STORE": "sqlite:///FILE or postgresql://...; else okr-sync.db beside okrs.yaml.",
    "OKR_SYNC_SECRETS_DIR": "A folder of files that are named as variables and hold their values.",
    "OKR_SYNC_SOURCES__NAME__TOKEN": "A source's token; also __EMAIL, __KEY and __URL.",
    "OKR_SYNC_STORES__NAME__TOKEN": "An OKR tool's; also __EMAIL, __KEY, __KEY_FILE, __URL.",
    "OKR_SYNC_PING__START": "Told when a sync begins; also __SUCCESS and __FAILURE.",
    "HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE, SSL_CERT_FILE": "The way out, for every service.",
    "NO_COLOR, COLUMNS": "No colour, and how wide the terminal is.",
}
FILES = {
    "okrs.yaml": "Objectives, key results, and where their cards are; holds no secret.",
    ".env": "Beside it: NAME=value lines, where the environment doesn't say.",
    "okr-sync.db": "The store, unless OKR_SYNC_STORE names another.",
    "reports/": "What report makes.",
}


def man_page() -> str:
    """Give the whole page, as roff."""
    whole = parser()
    lines = [
        f'.TH OKR\\-SYNC 1 "" "okr\\-sync {version("okr-sync")}" "User Commands"',
        ".SH NAME",
        "okr\\-sync \\- count the cards done and remaining behind each key result",
        ".SH SYNOPSIS",
        ".B okr\\-sync",
        "[\\fIoptions\\fR] \\fIcommand\\fR [\\fIarguments\\fR]",
        ".SH DESCRIPTION",
        "okr\\-sync reads the Jira and Trello boards behind key results, counts the cards done and",
        "remaining, and writes that progress down: from cron, unattended, and never a number that",
        "it isn't sure of.",
        ".SH OPTIONS",
        *_options(whole, COMMON),
        ".SH COMMANDS",
        *(line for name, command in whole.commands().items() for line in _command(name, command)),
        *_section("EXIT STATUS", _exit_codes()),
        *_section("ENVIRONMENT", ENVIRONMENT),
        *_section("FILES", FILES),
    ]
    return "\n".join([*lines, ""])


def _command(name: str, command: CommandParser) -> Iterator[str]:
    below = command.commands()
    if below:
        for word, each in below.items():
            yield from _command(f"{name} {word}", each)
        return
    yield f'.SS "{_plain(name)}{"".join(f" {word}" for word in _words(command))}"'
    yield _plain(f"{(command.description or '')[:1].upper()}{(command.description or '')[1:]}.")
    yield from _options(command, tuple(dict.fromkeys(_dests(command) - set(COMMON))))
    yield from (".PP", ".EX")
    for line, does in EXAMPLES[command.prog]:
        yield from (f"# {_plain(does)}", _plain(line))
    yield ".EE"


def _dests(command: CommandParser) -> set[str]:
    return {action.dest for action in command._actions}  # noqa: SLF001 - argparse names them nowhere else


def _words(command: CommandParser) -> Iterator[str]:
    """Give the arguments that have no name, as the usage has them."""
    for action in command._actions:  # noqa: SLF001 - as above
        if not action.option_strings:
            word = _plain(_value(action))
            yield f"[{word}]" if action.nargs == "?" else word


def _options(command: CommandParser, dests: tuple[str, ...]) -> Iterator[str]:
    for action in command._actions:  # noqa: SLF001 - as above
        if action.dest in dests and action.help != argparse.SUPPRESS:
            names = ", ".join(f"\\fB{_plain(name)}\\fR" for name in action.option_strings)
            value = "" if action.nargs == 0 else f"\\fI{_plain(_value(action))}\\fR"
            yield from (".TP", " ".join(filter(None, (names, value))), _plain(action.help or ""))


def _value(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return "|".join(map(str, action.choices)) if action.choices else action.dest.upper()


def _exit_codes() -> dict[str, str]:
    pairs = (line.split(maxsplit=1) for line in EXIT_CODES.splitlines()[1:])
    return {code: f"{meaning[:1].upper()}{meaning[1:]}." for code, meaning in pairs}


def _section(title: str, entries: dict[str, str]) -> Iterator[str]:
    yield f'.SH "{title}"'
    for name, meaning in entries.items():
        yield from (".TP", f"\\fB{_plain(name)}\\fR", _plain(meaning))


def _plain(text: str) -> str:
    """Write a text as roff has it: hyphens can be copied, and no line begins with a macro."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.stdout.write(man_page())
