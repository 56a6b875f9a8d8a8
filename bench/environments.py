"""Environments of the other programs: each its own, with fixed versions, under build/."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PINS = {
    "tap-jira": ("tap-jira==2.6.0",),
    "tap-trello": ("tap-trello==1.1.3",),
    "dlt": ("dlt==1.31.0",),
    "bugwarrior": ("bugwarrior[jira]==2.1.0",),
}
"""What is installed for each program."""


class NotInstalledError(Exception):
    """A program can't be had here; the message says why."""


def python_of(program: str, folder: Path) -> str:
    """The Python that has this program, installed into `folder` if it isn't there yet.

    Raises `NotInstalledError`.
    """
    home = folder / program
    done = home / "installed"
    pins = PINS[program]
    if not (done.exists() and done.read_text() == "\n".join(pins)):
        _quietly([sys.executable, "-m", "venv", "--clear", str(home)], "no virtual environment")
        install = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", *pins]
        _quietly(install, f"pip has no {' '.join(pins)} for this Python")
        done.write_text("\n".join(pins))
    return str(home / "bin/python")


def _quietly(command: list[str], otherwise: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - pip and venv
    if done.returncode:
        raise NotInstalledError(otherwise)
