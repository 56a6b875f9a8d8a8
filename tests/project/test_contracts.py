"""The import contracts are guards that bite."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINT_IMPORTS = str(Path(sys.executable).parent / "lint-imports")


@pytest.fixture
def copy(project, tmp_path):
    """Give a copy of the program that a test may break."""
    for room in ("config", "connectors", "sandbox", "syncer"):
        shutil.copytree(
            project.root / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(project.root / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path) -> list[str]:
    """Run the contracts in a folder and give the names of those that don't hold."""
    env = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    done = subprocess.run(
        [LINT_IMPORTS, "--no-cache"],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in done.stdout, done.stdout + done.stderr
    names = re.findall(r"^(.+) BROKEN(?: \(\d+ ignored imports?\))?$", done.stdout, re.MULTILINE)
    assert (done.returncode == 0) == (names == [])
    return names


def test_the_contracts_hold_as_the_program_stands(copy):
    """An unchanged copy breaks nothing, so that what breaks below is the change's doing."""
    assert broken(copy) == []


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("syncer/core/counting.py", "import requests", "The core is pure"),
        ("syncer/core/linking.py", "from connectors import http", "The core is pure"),
        ("syncer/review/status.py", "import time", "The core is pure"),
        ("connectors/boards/trello/cards.py", "import logging", "The core is pure"),
        ("connectors/base.py", "import config.okrs", "Arrows go down: syncer"),
        ("syncer/core/decide.py", "import syncer.review.delta", "Arrows go down in syncer"),
        ("syncer/core/records.py", "import syncer.core.decide", "Arrows go down in the core"),
        ("connectors/http.py", "import connectors.registry", "Arrows go down in connectors"),
        (
            "connectors/boards/trello/source.py",
            "import connectors.boards.jira.source",
            "Trackers don't know each other",
        ),
        (
            "connectors/boards/jira/source.py",
            "import connectors.boards.trello.source",
            "Trackers don't know each other",
        ),
        ("sandbox/server.py", "import connectors.http", "The stand-ins know nothing"),
        ("syncer/publish/making.py", "import syncer.web.app", "The page is for its command alone"),
        ("syncer/documents/cards.py", "import syncer.web.week", "Arrows go down in syncer"),
        (
            "syncer/run.py",
            "import sandbox.server",
            "The stand-ins are for the demo alone",
        ),
    ],
)
def test_a_forbidden_import_breaks_its_contract(copy, file, line, contract):
    """One wrong import in the right place turns the check red, and the right contract says so."""
    path = copy / file
    path.write_text(f"{path.read_text()}\n{line}\n")
    assert any(name.startswith(contract) for name in broken(copy))
