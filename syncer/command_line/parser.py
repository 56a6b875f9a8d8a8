"""argparse as people expect it: examples under every help, and "did you mean"."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterable


class CommandParser(argparse.ArgumentParser):
    """The parser of okr-sync, or of one of its commands."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)

    def commands(self) -> dict[str, CommandParser]:
        """Give the parsers of the commands below this one, by name."""
        return {name: parser for action in self._below() for name, parser in action.choices.items()}

    def _below(self) -> list[argparse._SubParsersAction[CommandParser]]:
        """Give what stands for the commands below; argparse has no other way to them."""
        return [a for a in self._actions if isinstance(a, argparse._SubParsersAction)]  # noqa: SLF001 - as above

    def options(self) -> list[str]:
        """Give the long options that this parser takes."""
        return [name for name in self._option_string_actions if name.startswith("--")]

    def show_examples(self, examples: Iterable[tuple[str, str]]) -> None:
        """End the help with commands to copy, each with what it does."""
        lines = [f"  {command}\n      {does}" for command, does in examples]
        self.epilog = "\n".join(["examples:", *lines, *(["", self.epilog] if self.epilog else [])])

    # The namespace's type is a variable of typeshed's overloads.
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse all there is; an option that isn't known is likened to those that are."""
        parsed, rest = super().parse_known_args(args, namespace)
        if rest:
            self.error(f"unknown: {' '.join(rest)}{self._hint(rest)}")
        # argparse's own `required` would speak before what is unknown is seen.
        for action in self._below():
            if getattr(parsed, action.dest, None) is None:
                self.error(f"give a {str(action.metavar).lower()}: {', '.join(action.choices)}")
        return parsed, rest

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to read on; the usage of all options would bury it."""
        self.exit(2, f"{self.prog}: {message}\nSee {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is none of the choices, with the nearest that is.

        Python does so by itself from 3.14 on (`suggest_on_error`).
        """
        if action.choices is None or value in action.choices:
            return
        choices = [str(choice) for choice in action.choices]
        near = _near(str(value), choices)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as in `commands`
            message = f"there is no {str(action.metavar).lower()} {value!r}"
            raise argparse.ArgumentError(None, f"{message}; {near or 'there is ' + _all(choices)}")
        message = f"there is no {value!r}; there is {_all(choices)}"
        raise argparse.ArgumentError(action, f"{message}; {near}" if near else message)

    def _hint(self, rest: Iterable[str]) -> str:
        names = [word.partition("=")[0] for word in rest if word.startswith("--")]
        hints = dict.fromkeys(filter(None, (_near(name, self.options()) for name in names)))
        return "".join(f"; {hint}" for hint in hints)


def _all(names: list[str]) -> str:
    return ", ".join(names)


def _near(word: str, known: Iterable[str]) -> str:
    """Ask whether the nearest known name was meant; "" where none is near."""
    from config.wording import nearest  # noqa: PLC0415 - only what is mistyped needs it

    near = nearest(word, known)
    return f"did you mean {near}?" if near else ""
