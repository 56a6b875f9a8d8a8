"""Gathers our variables from the environment, `.env` and the secrets directory.

Plain code, since pydantic-settings reads the process's own environment, every
file of the directory (other programs' too), and replaces ${...} in `.env`.
"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from connectors.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PREFIX = "OKR_SYNC_"
SECRETS_DIR = f"{PREFIX}SECRETS_DIR"


def variables(environ: Mapping[str, str], directory: Path) -> dict[str, str]:
    """Give our variables by name, in capitals: environment before `.env` before secrets directory.

    `.env` and a relative secrets directory are looked for in `directory`. A
    variable without a value is as good as none. Raises ConfigurationError,
    with names alone, where something is there and can't be read.
    """
    near = {**_ours(_dotenv(directory / ".env")), **_ours(environ.items())}
    folder = near.get(SECRETS_DIR)
    far = _ours(_secrets(directory / folder)) if folder else {}
    return {**far, **near}


def _ours(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep what begins with our prefix, in any case, and has a value."""
    return {
        name.upper(): value.strip()
        for name, value in pairs
        if name.upper().startswith(PREFIX) and value.strip()
    }


def _dotenv(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    pairs = []
    for binding in parse_stream(StringIO(_read(path))):
        if binding.error and PREFIX in binding.original.string.upper():
            message = f"{path.name}:{binding.original.line}: isn't NAME=value; write it so"
            raise ConfigurationError(message)
        if binding.key and binding.value:
            pairs.append((binding.key, binding.value))
    return pairs


def _secrets(folder: Path) -> list[tuple[str, str]]:
    try:
        files = [path for path in sorted(folder.iterdir()) if path.name.upper().startswith(PREFIX)]
    except (OSError, ValueError):
        message = f"{SECRETS_DIR} names no directory that can be read; mend it or take it out"
        raise ConfigurationError(message) from None
    return [(path.name, _read(path)) for path in files if path.is_file()]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"{path.name} can't be read: {error.strerror}; mend its rights"
    except UnicodeDecodeError:
        message = f"{path.name} isn't UTF-8; save it as UTF-8"
    raise ConfigurationError(message)
