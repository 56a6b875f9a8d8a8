"""The packages, built once for all workers out of what git keeps."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.journeys.conftest import street, team  # noqa: F401 - a Jira and a Trello to ask
from tests.project.conftest import project  # noqa: F401 - the project's files

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def dist(project, tmp_path_factory, worker_id) -> Path:  # noqa: F811 - a fixture's name
    """Give the folder with the sdist, and the wheel that was made of it."""
    own = tmp_path_factory.getbasetemp()
    base = own if worker_id == "master" else own.parent
    folder = base / "dist"
    with FileLock(base / "dist.lock"):
        if not folder.exists():
            source = tmp_path_factory.mktemp("source")
            for name in project.names:
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(project.root / name, source / name)
            made = source / "dist"
            build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", made, source]
            done = subprocess.run(build, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
            shutil.move(made, folder)
    return folder


@pytest.fixture(scope="session")
def wheel(dist) -> Path:
    """Give the wheel."""
    (path,) = dist.glob("*.whl")
    return path
