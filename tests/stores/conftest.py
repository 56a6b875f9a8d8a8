"""The team at its desk."""

from __future__ import annotations

import pytest

from tests.journeys.office import ROOT, Street
from tests.stores.desk import Desk


@pytest.fixture(scope="session")
def street():
    """Give two trackers for all of these tests."""
    both = Street()
    with both.jira, both.trello:
        yield both


@pytest.fixture
def project_root():
    """Give the folder that this tree is in."""
    return ROOT


@pytest.fixture
def desk(tmp_path, street):
    """Give a team's set-up, served, before its first sync."""
    desk = Desk(tmp_path, street)
    with desk.stack:
        yield desk
    street.settle()
