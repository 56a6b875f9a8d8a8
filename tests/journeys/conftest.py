"""The office for the journeys."""

from __future__ import annotations

import pytest

from tests.journeys.office import Office, Street
from tests.journeys.team import Team


@pytest.fixture(scope="session")
def street():
    """Two servers for all journeys."""
    both = Street()
    with both.jira, both.trello:
        yield both


@pytest.fixture
def office(tmp_path, street):
    """A team's set-up, served."""
    yield Office(tmp_path, street)
    street.settle()


@pytest.fixture
def team(tmp_path, street):
    """A small team with known cards, before its first sync."""
    yield Team(tmp_path, street)
    street.settle()
