"""The office for the journeys."""

from __future__ import annotations

import pytest

from tests.journeys.office import Office


@pytest.fixture
def office(tmp_path):
    """A team's set-up, served."""
    one = Office(tmp_path)
    with one.trello_serving:
        yield one
