"""Numbers that wait for a person, let go from the page."""

from __future__ import annotations

import pytest

from tests.stores.desk import Desk
from tests.web.visitor import Visitor, fields_of

GOALS = "{store: goals, id: '121', number: done}"
BOARD = "{store: board, id: kr1, number: done}"


@pytest.fixture
def desk(tmp_path, street):
    """A team whose number waits as a draft, and whose other number a person has set."""
    desk = Desk(tmp_path, street)
    with desk.stack:
        desk.goes_to(GOALS, BOARD, approve=True)
        desk.finish(5)
        desk.sync()
        desk.tracker.person_sets("kr1", 7)
        desk.days(1)
        desk.finish(6)
        desk.sync()
        assert desk.state("goals")[0] == "draft"
        assert desk.state("board")[0] == "held"
        yield desk
    street.settle()


def waiting(visitor):
    """Give the form's fields, and the keys of the drafts that are ticked."""
    page = visitor.get("/").text
    return fields_of(page, "outbox"), page


def test_drafts_wait_on_the_page_and_go_by_a_button(desk):
    """The same as `push --approve` for those that are ticked; what is held back isn't."""
    visitor = Visitor(desk)
    fields, page = waiting(visitor)
    assert "2 numbers wait to be let go" in page
    result = visitor.send("/outbox", fields, 200).text
    assert "PUB-1 -&gt; goals 121: " in result
    assert desk.state("goals") == ("written", 6.0)
    assert desk.asana.goals["121"].values[-1] == 0.06  # a goal in percent
    assert desk.state("board")[0] == "held"
    assert "1 number waits" in visitor.get("/").text


def test_what_somebody_hasnt_seen_isnt_let_go(desk):
    """Where another number waits by now, it is to be looked at first."""
    visitor = Visitor(desk)
    fields, _ = waiting(visitor)
    desk.days(1)
    desk.finish(9)
    desk.sync()
    assert "Meanwhile another number" in visitor.send("/outbox", fields, 409).text
    assert desk.state("goals") == ("draft", 9.0)
    nothing = {"token": fields["token"]}
    assert "Nothing was chosen" in visitor.send("/outbox", nothing, 422).text


def test_beside_a_sync_nothing_is_let_go(desk):
    """The page says so; nothing is half-done."""
    visitor = Visitor(desk)
    fields, _ = waiting(visitor)
    answers = []
    desk.jira_faults.before("", lambda: answers.append(visitor.send("/outbox", fields, 409)))
    desk.sync()
    assert "A sync is at work" in answers[0].text
    assert desk.state("goals")[0] == "draft"


def test_another_teams_numbers_arent_ours_to_let_go(desk):
    """Where a proxy says for whom somebody speaks."""
    visitor = Visitor(desk, "--team-header", "X-OKR-Team")
    fields, _ = waiting(visitor)
    visitor.send("/outbox", fields, 403, **{"X-OKR-Team": "Search"})
    assert desk.state("goals")[0] == "draft"
    visitor.send("/outbox", fields, 200, **{"X-OKR-Team": "Publishing"})
    assert desk.state("goals")[0] == "written"
