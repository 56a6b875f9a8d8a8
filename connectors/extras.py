"""What okr-sync's extras bring, and the command that installs them into this very installation."""

from __future__ import annotations

import re
import shlex
import sys
from importlib.metadata import PackageNotFoundError, requires
from importlib.util import find_spec
from pathlib import Path


def missing(extra: str, feature: str) -> str:
    """Give the message that `feature` needs an extra, and how to add it here."""
    return (
        f"{feature} needs okr-sync's extra [{extra}]; install it: {install_command(*brings(extra))}"
    )


def brings(extra: str) -> list[str]:
    """Give the libraries of an extra; those are on the package index, wherever okr-sync is from."""
    try:
        lines = requires("okr-sync") or []
    except PackageNotFoundError:  # the source tree alone is on the path
        lines = []
    pairs = (line.partition(";")[::2] for line in lines)
    libraries = [name.strip() for name, marker in pairs if _is_of(extra, marker)]
    return libraries or [f"okr-sync[{extra}]"]


def install_command(*libraries: str, prefix: str = sys.prefix, python: str = sys.executable) -> str:
    """Give what to type to add libraries to the environment that this program runs in.

    pipx and uv keep an environment for each program; uv's have no pip.
    """
    names = shlex.join(libraries)
    if (Path(prefix) / "pipx_metadata.json").is_file():
        return f"pipx inject okr-sync {names}"
    if (Path(prefix) / "uv-receipt.toml").is_file() or find_spec("pip") is None:
        return f"uv pip install --python {shlex.quote(python)} {names}"
    return f"{shlex.quote(python)} -m pip install {names}"


def _is_of(extra: str, marker: str) -> bool:
    return re.search(rf"""extra\s*==\s*["']{re.escape(extra)}["']""", marker) is not None
