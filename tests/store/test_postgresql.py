"""The tests' own PostgreSQL leaves the machine as it was."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.store.postgresql import programs, somebody, start

USERS = Path("/etc/passwd")


def rights():
    """Give the rights of the programs and of every folder above them, and who has an account."""
    paths = (programs(), *programs().parents)
    return [path.stat().st_mode for path in paths], USERS.read_text("utf-8")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could change them")
def test_starting_it_opens_no_folder_and_makes_no_user():
    """Under root it runs as somebody else, without a file's rights being changed for that."""
    before = rights()
    folder = Path(tempfile.mkdtemp(prefix="okr-sync-"))
    try:
        start(folder).stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert rights() == before
    assert somebody() != ((), {})
