"""What completes commands, options, formats and files on Tab, in the shell's own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shtab

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.command_line.parser import CommandParser

_PATHS = {
    "DIR": shtab.DIRECTORY,
    "FILE": shtab.FILE,
    "FILE.csv": shtab.glob("*.csv"),
    "PATH": shtab.glob("*.yaml", "*.yml"),
}
"""What stands on a disk, by the metavars that speak of it."""


def completion(parser: CommandParser, shell: str, formats: Sequence[str]) -> str:
    """Give the script for bash, zsh or fish; it never runs okr-sync itself.

    `formats` are those of the reports.
    """
    _teach(parser, formats)
    script: str = shtab.complete(parser, shell)
    return script


def _teach(parser: CommandParser, formats: Sequence[str]) -> None:
    for action in parser._actions:  # noqa: SLF001 - where shtab looks for it, too
        if action.metavar in _PATHS:
            action.complete = _PATHS[action.metavar]  # type: ignore[attr-defined] # shtab's own mark
        if "--format" in action.option_strings:
            action.choices = tuple(formats)
    for command in parser.commands().values():
        _teach(command, formats)
