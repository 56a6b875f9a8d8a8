"""Sprints: one after another, several at once, shared by boards, and a period of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sandbox.faults import Answer

JIRA = "sources:\n  jira: {kind: jira, url: JIRA}\n"
NOW = "{source: jira, board: 1, scope: active-sprint}"
ALL = "{source: jira, board: 1, scope: sprints}"
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def squad(office):
    """A board whose sprint 3 is active: three of its six issues are done."""
    site = office.jira
    site.add_project("WEB")
    office.board = site.add_board("Web squad", "project = WEB")
    office.sprints = [
        sprint_of(office, 1, "closed", BEGIN - timedelta(days=14)),
        sprint_of(office, 2, "closed", BEGIN),
        sprint_of(office, 3, "active", BEGIN + timedelta(days=14)),
    ]
    first, second, third = office.sprints
    for number, (status, *sprints) in enumerate(
        [
            ("Done", first),
            ("Done", first, second),
            ("Done", second),
            ("Done", second, third),
            ("Done", third),
            ("Done", third),
            ("To Do", third),
            ("In Progress", third),
            ("To Do", first, second, third),
            ("To Do",),
        ],
        start=1,
    ):
        site.add_issue(key=f"WEB-{number}", status=status, sprints=sprints)
    return office


def sprint_of(office, number, state, start, board=None):
    """A sprint of two weeks; a closed one was completed a day late."""
    end = start + timedelta(days=14)
    return office.jira.add_sprint(
        f"Sprint {number}",
        board or office.board,
        state=state,
        start=start,
        end=end,
        completed=end + timedelta(days=1) if state == "closed" else None,
    )


def turn(office, *, carried=()):
    """End sprint 3 and begin sprint 4 with four new issues and the carried ones."""
    site, three = office.jira, office.sprints[2]
    site.change_sprint(three, state="closed", completed=office.steps.now())
    four = sprint_of(office, 4, "active", office.steps.now())
    for number in range(21, 25):
        site.add_issue(key=f"WEB-{number}", sprints=[four])
    for key in carried:
        site.plan(key, three, four)
    return four


def keys(office, kr):
    return set(office.explained(kr))


def test_an_active_sprint_gives_way_to_the_next(squad):
    """All but one of its cards leave at once, and that is believed: their sprint is over."""
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    assert squad.counts("NOW") == (3, 3, 0)
    before = len(squad.ledger("NOW"))
    turn(squad, carried=["WEB-9"])
    squad.sync()
    assert squad.counts("NOW") == (0, 5, 0)
    events = squad.ledger("NOW")[before:]
    assert [key for event, key in events if event == "removed"] == [
        f"WEB-{number}" for number in (4, 5, 6, 7, 8)
    ]
    assert [event for event, key in events if key == "WEB-9"] == []
    assert squad.explained("NOW")["WEB-9"]["via"] == ["board 1, sprint Sprint 4"]


def test_cards_that_vanish_from_a_sprint_that_goes_on_are_not_believed(squad):
    """Rule 8 holds as ever while the sprint is the same."""
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    for number in (4, 5, 6, 7):
        squad.jira.hide(f"WEB-{number}")
    squad.sync(code=1)
    assert "4 of 6 cards vanished at once" in squad.kr("NOW")["problem"]
    assert squad.counts("NOW") == (3, 3, 0)


def test_what_vanishes_beside_the_turn_is_not_believed(squad):
    """The turn explains the sprint's own cards, not those that a label reached."""
    for number in range(31, 39):
        squad.jira.add_issue(key=f"WEB-{number}", labels=["BOTH"])
    squad.aim({"BOTH": [NOW, "{source: jira, label: BOTH}"]}, sources=JIRA)
    squad.sync()
    turn(squad)
    for number in range(31, 39):
        squad.jira.relabel(f"WEB-{number}")
    squad.sync(code=1)
    assert "8 of 14 cards vanished at once" in squad.kr("BOTH")["problem"]


NONE = "jira: no sprint is active on board 1; the number stays until the next one begins"


def end(office, sprint):
    office.jira.change_sprint(sprint, state="closed", completed=office.steps.now())


def test_between_two_sprints_the_old_number_stays(squad):
    """No active sprint is no zero and no failure; the next one is counted, however late."""
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    end(squad, squad.sprints[2])
    for _ in range(2):
        squad.steps.at += timedelta(hours=1)
        squad.sync()
        row = squad.kr("NOW")
        assert (row["remark"], row["problem"], row["stale"]) == (NONE, None, False)
        assert squad.counts("NOW") == (3, 3, 0)
        assert row["synced_at"] == squad.steps.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = " ".join(squad.run("status").out.split())
    assert f"NOW: {NONE}" in shown
    before = len(squad.ledger("NOW"))
    squad.jira.add_issue(key="WEB-21", sprints=[sprint_of(squad, 4, "active", BEGIN)])
    squad.sync()
    assert squad.counts("NOW") == (0, 1, 0)
    assert "remark" not in squad.kr("NOW")
    events = [event for event, _ in squad.ledger("NOW")[before:]]
    assert sorted(events) == ["added", *["removed"] * 6]


def test_between_two_sprints_the_other_links_go_on(squad):
    """What a label reaches is judged as it is now; the sprint's other cards stay as last read."""
    squad.aim({"NOW": [NOW, "{source: jira, label: NOW}"]}, sources=JIRA)
    squad.jira.relabel("WEB-7", "NOW")
    squad.sync()
    end(squad, squad.sprints[2])
    squad.jira.move("WEB-7", "Done")
    squad.jira.move("WEB-8", "Done")
    squad.jira.add_issue(key="WEB-50", labels=["NOW"])
    squad.sync()
    assert squad.counts("NOW") == (4, 3, 0)
    assert squad.explained("NOW")["WEB-7"]["via"] == ["label NOW on WEB-7"]
    assert squad.explained("NOW")["WEB-8"]["state"] == "remaining"


def test_a_failure_between_two_sprints_is_a_failure(squad):
    """Where Jira doesn't answer the number is stale; well again, it is what it was."""
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    end(squad, squad.sprints[2])
    squad.sync()
    squad.jira_faults.answer("/sprint$", Answer(200, "{}"), times=None)
    squad.sync(code=1)
    assert squad.kr("NOW")["stale"]
    squad.jira_faults.clear()
    squad.sync()
    row = squad.kr("NOW")
    assert (row["remark"], row["stale"]) == (NONE, False)
    assert squad.counts("NOW") == (3, 3, 0)


def test_a_link_taken_off_between_two_sprints_takes_its_cards(squad):
    """They went because the links were edited, and nothing vanished."""
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    end(squad, squad.sprints[2])
    squad.aim({"NOW": ["{source: jira, label: NOW}"]}, sources=JIRA)
    before = len(squad.ledger("NOW"))
    squad.sync()
    assert squad.counts("NOW") == (0, 0, 0)
    assert {event for event, _ in squad.ledger("NOW")[before:]} == {"unlinked"}
    assert "remark" not in squad.kr("NOW")


def test_before_its_first_sprint_a_board_has_nothing_to_count(squad):
    """A first reading without an active sprint is 0 of 0, as for a label that no card carries."""
    end(squad, squad.sprints[2])
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    checked = squad.run("check")
    assert (checked.code, "no sprint is active on board 1" in checked.out) == (0, True)
    squad.sync()
    row = squad.kr("NOW")
    assert (row["remark"], row["percent"], row["stale"]) == (NONE, None, False)
    assert squad.counts("NOW") == (0, 0, 0)


def test_a_turn_that_a_run_missed_is_understood_by_the_next(squad):
    """A run that failed in between doesn't make the turn look like a loss."""
    other = "{source: trello, board: AbCd1234}"
    sources = JIRA + "  trello: {kind: trello, url: TRELLO}\n"
    squad.aim({"NOW": [NOW]}, sources=sources)
    squad.sync()
    turn(squad)
    squad.aim({"NOW": [NOW, other]}, sources=sources)
    squad.sync(code=1)
    assert squad.counts("NOW") == (3, 3, 0)
    squad.aim({"NOW": [NOW]}, sources=sources)
    squad.sync()
    assert squad.counts("NOW") == (0, 4, 0)


def test_several_active_sprints_are_told_apart(squad):
    """Cards of both count, each by its own way, and each sprint may end alone."""
    five = sprint_of(squad, 5, "active", BEGIN)
    for number in range(41, 44):
        squad.jira.add_issue(key=f"WEB-{number}", sprints=[five], status="Done")
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    assert squad.counts("NOW") == (6, 3, 0)
    assert squad.explained("NOW")["WEB-41"]["via"] == ["board 1, sprint Sprint 5"]
    assert squad.explained("NOW")["WEB-9"]["via"] == ["board 1, sprint Sprint 3"]
    squad.jira.change_sprint(squad.sprints[2], state="closed")
    squad.sync()
    assert keys(squad, "NOW") == {"WEB-41", "WEB-42", "WEB-43"}


def test_a_loss_in_one_of_two_sprints_is_not_hidden_by_the_end_of_the_other(squad):
    """The end of sprint 5 explains its own card, not what vanished from sprint 3."""
    five = sprint_of(squad, 5, "active", BEGIN)
    squad.jira.add_issue(key="WEB-41", sprints=[five])
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync()
    squad.jira.change_sprint(five, state="closed")
    for number in (4, 5, 6, 7):
        squad.jira.hide(f"WEB-{number}")
    squad.sync(code=1)
    assert "4 of 7 cards vanished at once" in squad.kr("NOW")["problem"]


def test_a_sprint_that_two_boards_share_gives_each_its_own(squad):
    """A sprint made on one board is on the other too, with that board's issues alone."""
    squad.jira.add_project("APP")
    other = squad.jira.add_board("App squad", "project = APP")
    squad.jira.add_issue(key="APP-1", sprints=[squad.sprints[2]], status="Done")
    squad.aim(
        {
            "APP": [f"{{source: jira, board: {other.id}, scope: active-sprint}}"],
            "WEB": [NOW],
            "PAST": [f"{{source: jira, board: {other.id}, scope: sprint, sprint: sprint 3}}"],
        },
        sources=JIRA,
    )
    squad.sync()
    assert keys(squad, "APP") == keys(squad, "PAST") == {"APP-1"}
    assert squad.counts("WEB") == (3, 3, 0)


def test_a_periods_sprints_count_from_its_beginning(squad):
    """The active sprint and what was completed since; each issue once, and turns change nothing."""
    squad.aim({"ALL": [ALL]}, sources=JIRA)
    squad.sync()
    # Sprint 1 ended before the period, but was completed in it.
    assert keys(squad, "ALL") == {f"WEB-{number}" for number in range(1, 10)}
    assert squad.explained("ALL")["WEB-2"]["via"] == ["board 1, sprints since 2026-10-01"]
    squad.jira.change_sprint(squad.sprints[0], completed=BEGIN - timedelta(minutes=1))
    squad.sync()
    assert keys(squad, "ALL") == {f"WEB-{number}" for number in range(2, 10)}
    squad.jira.change_sprint(squad.sprints[0], completed=None, end=BEGIN)
    squad.sync()
    assert "WEB-1" in keys(squad, "ALL")
    turn(squad, carried=["WEB-9"])
    squad.sync()
    assert squad.counts("ALL") == (6, 7, 0)


def test_an_active_sprint_counts_however_long_it_is_overdue(squad):
    """A sprint that nobody has completed yet belongs to the period that it is worked on in."""
    squad.jira.change_sprint(squad.sprints[2], end=BEGIN - timedelta(days=30))
    squad.aim({"ALL": [ALL]}, sources=JIRA)
    squad.sync()
    assert "WEB-8" in keys(squad, "ALL")


def test_a_years_sprints_are_the_years(squad):
    """The period is the objective's own: an annual one takes the sprints of the year."""
    squad.jira.change_sprint(squad.sprints[0], completed=BEGIN - timedelta(days=1))
    squad.aim({"ALL": [ALL]}, sources=JIRA)
    squad.sync()
    assert "WEB-1" not in keys(squad, "ALL")
    text = (squad.folder / "okrs.yaml").read_text(encoding="utf-8")
    squad.write(text.replace("2026-Q4", "2026"))
    squad.sync()
    assert "WEB-1" in keys(squad, "ALL")


def test_many_sprints_come_in_pages(squad):
    """A board with more sprints than a page holds is asked for all of them."""
    for number in range(100, 160):
        sprint_of(squad, number, "closed", BEGIN - timedelta(days=400))
    last = sprint_of(squad, 199, "closed", BEGIN)
    squad.jira.add_issue(key="WEB-99", sprints=[last])
    squad.aim({"ALL": [ALL]}, sources=JIRA)
    squad.sync()
    assert "WEB-99" in keys(squad, "ALL")
    assert len(squad.jira_serving.log.of("/board/1/sprint$")) == 2


def test_a_period_without_a_sprint_is_no_zero(squad):
    """Before a period's first sprint there is nothing to count, and that is said."""
    for sprint in squad.sprints:
        squad.jira.change_sprint(
            sprint, state="closed", end=BEGIN - timedelta(days=1), completed=None
        )
    squad.aim({"ALL": [ALL]}, sources=JIRA)
    squad.sync(code=1)
    row = squad.kr("ALL")
    assert "board 1 has no sprint that is active, or has ended since 2026-10-01" in row["problem"]
    assert (row["done"], row["stale"]) == (None, True)


@pytest.mark.parametrize("scope", ["active-sprint", "sprints", "sprint, sprint: Sprint 1"])
def test_a_kanban_board_has_no_sprints(squad, scope):
    """The problem says so, and what to do, in check as in sync."""
    squad.jira.add_board("Flow", "project = WEB", type="kanban")
    squad.aim({"FLOW": [f"{{source: jira, board: 2, scope: {scope}}}"]}, sources=JIRA)
    checked = squad.run("check")
    problem = "jira: board 2 has no sprints, as a kanban board; take scope: off the link"
    assert (checked.code, problem in checked.out) == (1, True)
    squad.sync(code=1)
    assert squad.kr("FLOW")["problem"] == problem


@pytest.mark.parametrize("body", ["{}", "null", '{"values": [{"id": "x", "name": "S"}]}'])
def test_sprints_that_make_no_sense_are_no_answer(squad, body):
    """An answer without sprints is a failure of the source, and no traceback."""
    squad.jira_faults.answer("/sprint$", Answer(200, body), times=None)
    squad.aim({"NOW": [NOW]}, sources=JIRA)
    squad.sync(code=1)
    assert "board 1 has no readable columns and sprints" in squad.kr("NOW")["problem"]
