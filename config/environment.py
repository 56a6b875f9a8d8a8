"""Gathers our variables from the environment, `.env` and the secrets directory.

Plain code, since pydantic-settings reads the process's own environment, every
file of the directory (other programs' too), and replaces ${...} in `.env`.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv.parser import parse_stream

from config.variables import PREFIX
from connectors.errors import ConfigurationError
from connectors.network import NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SECRETS_DIR = f"{PREFIX}SECRETS_DIR"
OKRS = f"{PREFIX}OKRS"


def variables(
    environ: Mapping[str, str], directory: Path, okrs: str | Path | None = None
) -> tuple[dict[str, str], Path]:
    """Give our variables by name, in capitals, and okrs.yaml's path as it is written.

    The environment goes before `.env` before the secrets directory. `.env` and
    a relative secrets directory are looked for beside okrs.yaml: `okrs`, else
    where the environment says, else where a `.env` in `directory` does, which
    then counts too. A variable without a value is as good as none. Raises
    ConfigurationError, with names alone, where something is there and can't be
    read.
    """
    given = _ours(environ.items())
    path, first = okrs or given.get(OKRS), {}
    if path is None:
        first = _ours(_dotenv(directory / ".env"))
        path = first.get(OKRS, "okrs.yaml")
    folder = (directory / path).parent
    beside = _ours(_dotenv(folder / ".env")) if okrs or OKRS in {**given, **first} else {}
    near = {**first, **beside, **given}
    secrets = near.get(SECRETS_DIR)
    far = _ours(_secrets(folder / secrets)) if secrets else {}
    return {**far, **near}, Path(path)


def _ours(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep what begins with our prefix or is of the network, in any case, and has a value."""
    return {
        name.upper(): value.strip() for name, value in pairs if _is_ours(name) and value.strip()
    }


def _is_ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) or name.upper() in NAMES


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
        files = [path for path in sorted(folder.iterdir()) if _is_ours(path.name)]
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
