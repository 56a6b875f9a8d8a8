"""Writes the two files that an operator begins with."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

_EXAMPLES = {"okrs.yaml": "okrs.example.yaml", ".env.example": "env.example"}


def write_examples(directory: Path) -> list[Path]:
    """Write okrs.yaml and .env.example into the directory; give what was written.

    Never overwrites: what exists is left alone. Raises ConfigurationError when
    both exist, or when the directory can't be written to.
    """
    tried = [_write(directory / name, example) for name, example in _EXAMPLES.items()]
    written = [path for path in tried if path]
    if not written:
        message = f"{' and '.join(_EXAMPLES)} exist in {directory}; nothing was written"
        raise ConfigurationError(message)
    return written


def _write(path: Path, example: str) -> Path | None:
    text = files("config").joinpath(example).read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return None
    except OSError as error:
        with suppress(OSError):  # what a full disk left of it
            path.unlink()
        message = f"{path} can't be written: {error.strerror}; mend that or go to another folder"
        raise ConfigurationError(message) from error
    return path
