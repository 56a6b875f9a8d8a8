"""The servers for the recorded boards."""

from __future__ import annotations

import pytest

from tests.journeys.office import Street


@pytest.fixture(scope="session")
def street():
    """Two servers for all recordings."""
    both = Street()
    with both.jira, both.trello:
        yield both
