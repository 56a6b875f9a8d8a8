"""The formats of a report, by the names that `report --format` takes; they are the suffixes too."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from config.wording import likely
from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import BytesIO
    from pathlib import Path

    from syncer.review.briefing import Briefing

FORMATS = {
    "html": "syncer.report.html:html",
    "md": "syncer.report.markdown:markdown",
    "pptx": "syncer.report.slides:slides",
    "json": "syncer.report.json_document:json_text",
    "csv": "syncer.report.csv_table:csv_text",
}
"""Every format, and who draws it; a module is imported when its format is asked for."""


def named_formats(text: str) -> tuple[str, ...]:
    """Read "html,pptx"; raises `ConfigurationError`, with the nearest, for an unknown one."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        known, near = ", ".join(FORMATS), likely(unknown[0], FORMATS) if unknown else ""
        message = f"--format {text}: there is {known}, one or several by commas{near}"
        raise ConfigurationError(message)
    return tuple(dict.fromkeys(names))


def render(briefing: Briefing, name: str, template: Path | BytesIO | None = None) -> bytes:
    """Draw the briefing in a format; the bytes are the file. `KeyError` for an unknown name.

    `template` is an organisation's own .pptx, for slides alone.
    """
    module, _, function = FORMATS[name].partition(":")
    draw: Callable[..., str | bytes] = getattr(import_module(module), function)
    drawn = draw(briefing, template) if template and name == "pptx" else draw(briefing)
    return drawn.encode("utf-8") if isinstance(drawn, str) else drawn
