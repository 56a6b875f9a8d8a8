"""The formats of a report, by the names that `report --format` takes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncer.review.briefing import Briefing


class _Format(NamedTuple):
    """Where a format is drawn, and what a file of it ends in."""

    module: str
    function: str
    suffix: str


FORMATS = {
    "html": _Format("syncer.report.html", "html", ".html"),
}
"""Every format; a module is imported when its format is asked for."""


def render(briefing: Briefing, name: str) -> bytes:
    """Draw the briefing in a format; the bytes are the file. `KeyError` for an unknown name."""
    chosen = FORMATS[name]
    draw: Callable[[Briefing], str | bytes] = getattr(import_module(chosen.module), chosen.function)
    drawn = draw(briefing)
    return drawn.encode("utf-8") if isinstance(drawn, str) else drawn


def file_name(briefing: Briefing, name: str) -> str:
    """Name a report's file by the day of its meeting, or the day it was made without one."""
    day = briefing.local(briefing.meeting or briefing.made_at)
    return f"okr-review-{day:%Y-%m-%d}{FORMATS[name].suffix}"
