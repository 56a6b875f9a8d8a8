"""`okr-sync check` says when a token ends, where the service tells."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.faults import Answer
from tests.journeys.office import TRELLO_KEY, TRELLO_TOKEN, Office, Street

SOURCES = "sources:\n  trello: {kind: trello, url: TRELLO}\n"


@pytest.fixture(scope="module")
def street():
    """Give two servers."""
    both = Street()
    with both.jira, both.trello:
        yield both


@pytest.fixture
def office(tmp_path, street):
    """Give an office with a board, whose token can be given an end."""
    office = Office(tmp_path, street)
    office.trello.accounts.clear()
    board = office.trello.add_board("Publishing")
    office.trello.add_list(board, "Done")
    link = office.trello.boards[board]["shortLink"]
    office.aim({"PUB-1": [f"{{source: trello, board: {link}}}"]}, sources=SOURCES)
    return office


@pytest.mark.parametrize(("days", "named"), [(5, True), (29, True), (31, False), (None, False)])
def test_a_token_that_ends_soon_is_a_warning(office, days, named):
    """Within 30 days its last day is named, with the source and its line."""
    end = office.steps.now() + timedelta(days=days) if days else None
    office.trello.add_account(TRELLO_KEY, TRELLO_TOKEN, expires=end)
    result = office.run("check")
    assert result.code == 0
    text = (
        f"okrs.yaml:2: warning: trello: a token of this account ends on {end:%Y-%m-%d}"
        if end
        else "ends on"
    )
    assert (text in result.out) is named
    paths = [exchange.path for exchange in office.trello_serving.log.exchanges]
    assert TRELLO_TOKEN not in str(paths)


def test_a_service_that_does_not_tell_is_no_fault(office):
    """Who may not list the tokens is checked as ever."""
    office.trello.add_account(TRELLO_KEY, TRELLO_TOKEN)
    office.trello_faults.answer(
        r"/tokens$", Answer(401, "unauthorized permission requested"), times=None
    )
    assert office.run("check").code == 0
