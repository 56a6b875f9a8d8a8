"""The project itself, as the tests look at it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Project:
    """The project's folder, and the files in it that are kept or will be."""

    root: Path
    names: tuple[str, ...]

    def read(self, name: str) -> str:
        """Give a file's text."""
        return (self.root / name).read_text("utf-8")

    def python(self, *rooms: str) -> list[str]:
        """Give the names of the Python files in these folders."""
        return [n for n in self.names if n.endswith(".py") and n.split("/")[0] in rooms]


@pytest.fixture(scope="session")
def project() -> Project:
    """Give the project with what git keeps and doesn't ignore."""
    if shutil.which("git") is None:
        pytest.skip("no git on this machine, to say which files are kept")
    ask = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(ask, cwd=ROOT, capture_output=True, text=True, check=True)
    names = (name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())
    return Project(ROOT, tuple(sorted(set(names))))
