"""Which team somebody asks for, as a proxy in front of the page says it; never who it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

    from config.okrs import Okrs


class Roles:
    """Reads the header in which a proxy names the team; "" where none does."""

    def __init__(self, header: str) -> None:
        """Look at this header, if any."""
        self._header = header.strip().lower().encode("latin-1", "replace")

    def teams(self, request: Request, okrs: Okrs) -> tuple[str, ...]:
        """Give the teams that somebody may speak for: all of them where no proxy says it.

        Several stand with commas between; what is no team of the file counts for nothing.
        """
        known = {objective.team.casefold(): objective.team for objective in okrs.objectives}
        if not self._header:
            return tuple(known.values())
        values = [value for name, value in request.scope["headers"] if name == self._header]
        named = _names(_text(value) for value in values)
        return tuple(team for folded, team in known.items() if folded in named)


def _names(values: Iterable[str]) -> set[str]:
    """Give the names in headers: each as a whole, since a team's may hold a comma, and in parts."""
    names = set()
    for value in values:
        names |= {name.strip().casefold() for name in (value, *value.split(","))}
    return names


def _text(value: bytes) -> str:
    """Read a header's value, which is UTF-8 wherever people configure proxies."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
