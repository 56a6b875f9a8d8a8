"""Asks on a terminal: a line, a secret that isn't shown, a choice; again until it can be used."""

from __future__ import annotations

import getpass
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from syncer.context import Context

LEFT = "the set-up was left; nothing was written"
NONE = "-"


@dataclass(frozen=True)
class Dialogue:
    """A person on a terminal; raises `ConfigurationError` when they leave (Ctrl-D)."""

    context: Context

    def say(self, text: str = "") -> None:
        """Print a line."""
        self.context.say(text)

    def line(
        self,
        prompt: str,
        default: str = "",
        *,
        read: Callable[[str], str] = str,
        optional: bool = False,
    ) -> str:
        """Ask until there is an answer that `read` takes; Enter alone takes the default."""
        shown = f"{prompt} [{default}]: " if default else f"{prompt}: "
        while True:
            answer = self._typed(shown) or default
            if not answer and not optional:
                self.say("  there is no default: write something, or leave with Ctrl-C")
                continue
            try:
                return read(answer) if answer else ""
            except ValueError as error:
                self.say(f"  {error}")

    def secret(self, prompt: str, read: Callable[[str], str]) -> str:
        """Ask without showing what is typed; a terminal that would show it is refused."""
        while True:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("error", getpass.GetPassWarning)
                    answer = getpass.getpass(f"{prompt} (isn't shown): ", self.context.out).strip()
            except EOFError:
                raise ConfigurationError(LEFT) from None
            except getpass.GetPassWarning as error:
                message = "this terminal shows what is typed; give the token by --token-stdin"
                raise ConfigurationError(message) from error
            if not answer:
                self.say("  nothing was typed or pasted")
                continue
            try:
                return read(answer)
            except ValueError as error:
                self.say(f"  {error}")

    def choice(self, prompt: str, choices: Sequence[str]) -> int:
        """Ask for one of these by its number, from 0; Enter takes the first."""
        for number, text in enumerate(choices, start=1):
            self.say(f"  {number}  {text}")

        def number_of(answer: str) -> str:
            if not answer.isdecimal() or not 1 <= int(answer) <= len(choices):
                message = f"write a number from 1 to {len(choices)}"
                raise ValueError(message)
            return answer

        return int(self.line(prompt, "1", read=number_of)) - 1

    def several(self, prompt: str, choices: Sequence[str]) -> list[int]:
        """Ask for any of these by their numbers; Enter takes all, `-` none."""
        for number, text in enumerate(choices, start=1):
            self.say(f"  {number}  {text}")
        every = " ".join(str(number) for number in range(1, len(choices) + 1))

        def numbers_of(answer: str) -> str:
            for part in answer.replace(",", " ").split():
                if not part.isdecimal() or not 1 <= int(part) <= len(choices):
                    most = len(choices)
                    raise ValueError(f"{part!r} is none of them; write numbers from 1 to {most}")
            return answer

        answer = self._numbers(f"{prompt} [all, {NONE}: none]", numbers_of) or every
        return [] if answer == NONE else [int(x) - 1 for x in answer.replace(",", " ").split()]

    def _numbers(self, prompt: str, read: Callable[[str], str]) -> str:
        return self.line(
            prompt, read=lambda text: text if text == NONE else read(text), optional=True
        )

    def _typed(self, prompt: str) -> str:
        self.context.out.write(prompt)
        self.context.out.flush()
        typed = self.context.stdin.readline() if self.context.stdin else ""
        if not typed:
            self.say()
            raise ConfigurationError(LEFT)
        return typed.strip()
