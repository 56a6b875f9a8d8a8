"""A request's parameters, read strictly: what nobody asks for is refused in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.trello.refusals import invalid, unknown_parameter

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

FLAGS = {"true": True, "1": True, "false": False, "0": False}


class Parameters:
    """Hands out each parameter once, checked; `end` refuses those that nobody took."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._left = dict(given)

    def text(self, name: str, default: str = "") -> str:
        """Take a parameter as it is."""
        return self._left.pop(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Take a true or false."""
        value = self._left.pop(name, None)
        if value is None:
            return default
        if value.lower() not in FLAGS:
            raise invalid(name)
        return FLAGS[value.lower()]

    def choice(self, name: str, default: str, among: Collection[str]) -> str:
        """Take one of several words."""
        value = self._left.pop(name, default)
        if value not in among:
            raise invalid(name)
        return value

    def number(self, name: str, default: int, most: int) -> int:
        """Take a whole number from 0 to `most`."""
        value = self._left.pop(name, str(default))
        if not value.isdecimal() or int(value) > most:
            raise invalid(name)
        return int(value)

    def names(self, name: str, default: str, known: frozenset[str]) -> frozenset[str]:
        """Take a comma-separated list of field names, or `all` of those known."""
        value = self._left.pop(name, default)
        if value == "all":
            return known
        names = frozenset(filter(None, value.split(",")))
        if names - known:
            raise invalid(name)
        return names

    def end(self) -> None:
        """Refuse what is left."""
        for name in sorted(self._left):
            raise unknown_parameter(name)
