"""A tracker that another distribution brings, as CONTRIBUTING says how."""

from __future__ import annotations

import sys

import pytest

from connectors.tracker_kinds import TRACKERS
from tests.tracker.stand_in import Binder


@pytest.fixture(scope="session", autouse=True)
def installed(tmp_path_factory):
    """Install the distribution: its metadata on the path, with the entry point of its kind."""
    folder = tmp_path_factory.mktemp("site-packages")
    metadata = folder / "okr_sync_binder-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: okr-sync-binder\nVersion: 1.0\n"
    )
    (metadata / "entry_points.txt").write_text(
        "[okr_sync.trackers]\nbinder = tests.tracker.kind:KIND\n"
    )
    sys.path.append(str(folder))
    TRACKERS.forget()  # another test of this process may have looked before
    yield
    sys.path.remove(str(folder))
    TRACKERS.forget()


@pytest.fixture
def tracker():
    """Give a Binder with one board, served."""
    binder = Binder()
    with binder.serving:
        binder.serve()
        yield binder
