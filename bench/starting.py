"""What it costs to start: modules loaded and CPU, beside importing the jira client."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from bench.measuring import run
from bench.programs import OKR_SYNC

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TIMES = 7
CLIENTS = ("jira", "trello")
HTTP = ("requests", "urllib3", "http.client")
STORE = ("sqlalchemy", "alembic")
DIALECTS = "sqlalchemy.dialects."


@dataclass(frozen=True, slots=True)
class Start:
    """One program's start: CPU seconds, how many modules, and which heavy ones."""

    name: str
    cpu: float
    modules: int
    heavy: tuple[str, ...]


def starts(folder: Path, environ: Mapping[str, str]) -> list[Start]:
    """Help, the status of the store in this folder, a bare Python and the jira client."""
    return [
        _start("okr-sync --help", [OKR_SYNC, "--help"], folder, environ),
        _start("okr-sync status", [OKR_SYNC, "status"], folder, environ),
        _start("python -c pass", [sys.executable, "-c", "pass"], folder, environ),
        _start("import jira", [sys.executable, "-c", "import jira"], folder, environ),
    ]


def _start(name: str, command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> Start:
    cpu = median(run(command, folder, environ).cpu for _ in range(TIMES))
    run(_telling(command), folder, environ)
    told = (folder / "err").read_text(encoding="utf-8").splitlines()
    lines = (line for line in told if line.startswith("import time:"))
    modules = {line.rsplit("|", 1)[-1].strip() for line in lines} - {"imported package"}
    return Start(name, cpu, len(modules), _heavy(modules))


def _telling(command: Sequence[str]) -> list[str]:
    """The same command, telling its imports."""
    rest = command[1:] if command[0] == sys.executable else command
    return [sys.executable, "-X", "importtime", *rest]


def _heavy(modules: set[str]) -> tuple[str, ...]:
    dialects = {".".join(one.split(".")[:3]) for one in modules if one.startswith(DIALECTS)}
    return tuple(sorted(modules & {*CLIENTS, *HTTP, *STORE} | dialects))
