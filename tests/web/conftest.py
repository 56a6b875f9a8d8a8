"""An office whose boards were read twice, and somebody at its page."""

from __future__ import annotations

import pytest

from tests.journeys.office import Street
from tests.web.visitor import Visitor, office_in


@pytest.fixture(scope="session")
def street():
    """Two servers for all of these tests."""
    both = Street()
    with both.jira, both.trello:
        yield both


@pytest.fixture(scope="session")
def filled(tmp_path_factory, street):
    """An office with a past; nobody changes it."""
    office = office_in(tmp_path_factory.mktemp("filled"), street)
    office.sync()
    office.run("checkin", "SPEED", "--confidence", "7", "--value", "150", "--ask", "Two more days")
    office.later(days=3)
    office.work_on()
    office.sync()
    office.run("checkin", "PUB-4", "--confidence", "4", "--risk", "<script>alert(1)</script>")
    office.later()
    return office


@pytest.fixture(scope="session")
def reader(filled):
    """Somebody who only reads."""
    return Visitor(filled)


@pytest.fixture
def office(tmp_path, street, filled):
    """An office with the same past, for whoever writes."""
    own = office_in(tmp_path, street)
    own.take_over(filled)
    return own


@pytest.fixture
def visitor(office):
    """Somebody at its page."""
    return Visitor(office)
