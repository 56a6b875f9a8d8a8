"""What teams do to their boards every week, and what it does to the number."""

from __future__ import annotations

import pytest

from tests.journeys.team import FIND, SPEED


@pytest.fixture
def epic(team):
    """The team with a KR on an epic of three issues, after a first sync."""
    team.jira.add_project("OPS")
    team.jira.add_issue(key="WEB-50", type="Epic")
    for number, status in ((51, "Done"), (52, "To Do"), (53, "To Do")):
        team.jira.add_issue(key=f"WEB-{number}", status=status, parent="WEB-50")
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    kr = "{id: EPIC, title: Epic, links: [{source: jira, epic: WEB-50}]}"
    team.write(text.rstrip() + f"\n      - {kr}\n")
    team.sync()
    assert team.counts("EPIC") == (1, 2, 0)
    team.later()
    return team


def test_an_epic_that_moved_to_another_project_is_followed(epic):
    """The link's old key leads to it; the number and the ledger don't move."""
    before = epic.ledger("EPIC")
    moved = epic.jira.move_project("WEB-50", "OPS")
    epic.sync()
    assert epic.counts("EPIC") == (1, 2, 0)
    assert epic.ledger("EPIC") == before
    assert f"epic {moved.key}" in epic.explained("EPIC")["WEB-51"]["via"][0]


def test_an_epic_that_was_deleted_keeps_the_number(epic):
    """An epic that isn't there is the problem of its KR, which says so."""
    for key in ("WEB-51", "WEB-52", "WEB-53", "WEB-50"):
        epic.jira.delete(key)
    epic.sync(code=1)
    row = epic.kr("EPIC")
    assert (row["done"], row["remaining"], row["stale"]) == (1, 2, True)
    assert "WEB-50" in row["problem"]
    assert not epic.kr("SPEED")["stale"]


def test_an_epic_that_grows_is_growth_of_scope(epic):
    """New issues are `added`; done stays, and percent may go down without anything reopened."""
    for number in (54, 55):
        epic.jira.add_issue(key=f"WEB-{number}", parent="WEB-50")
    epic.jira.add_issue(key="WEB-56", status="Done", parent="WEB-50")
    epic.sync()
    row = epic.kr("EPIC")
    assert (row["done"], row["remaining"], row["percent"]) == (2, 4, 33.3)
    since = row["since_last_review"]
    assert (since["added"], since["done"], since["reopened"], since["removed"]) == (3, 1, 0, 0)


def test_an_issue_that_moved_projects_is_the_same_card(team):
    """A new key is no new card: nothing was removed and nothing added."""
    team.sync()
    before = team.ledger("SPEED")
    team.jira.add_project("OPS")
    team.later()
    moved = team.jira.move_project("WEB-1", "OPS")
    team.sync()
    assert team.counts("SPEED") == SPEED
    assert team.ledger("SPEED") == before
    assert moved.key in team.explained("SPEED")


def test_an_issue_that_is_taken_apart_is_neither_lost_nor_doubled(epic):
    """A child that moves from one linked epic to another stays one card."""
    epic.jira.add_issue(key="WEB-60", type="Epic")
    epic.jira.reparent("WEB-52", "WEB-60")
    text = (epic.folder / "okrs.yaml").read_text(encoding="utf-8")
    epic.write(text.replace("epic: WEB-50", "epic: [WEB-50, WEB-60]"))
    epic.sync()
    assert epic.counts("EPIC") == (1, 2, 0)


@pytest.mark.parametrize("archived", [False, True])
def test_a_done_list_that_is_archived_at_sprint_end_stays_done(team, archived):
    """Whether its cards are archived with it or not, what was done is done."""
    team.sync()
    before = team.ledger("FIND")
    team.later()
    if archived:
        for card in team.cards[:3]:
            team.trello.archive_card(card)
    team.trello.archive_list(team.done)
    team.trello.add_list(team.board_id, "Done")
    team.sync()
    assert team.counts("FIND") == FIND
    assert team.ledger("FIND") == before


def test_a_card_that_is_archived_undone_is_dropped(team):
    """Given up by archiving: in neither done nor remaining, and an event of its own."""
    team.sync()
    team.later()
    team.trello.archive_card(team.cards[4])
    team.sync()
    assert team.counts("FIND") == (3, 4, 1)
    assert team.ledger("FIND")[-1] == ("dropped", team.key(5))


def test_a_closed_board_is_counted_as_it_stands(team):
    """Closing a whole board drops no card and is no failure; check tells of it."""
    team.sync()
    team.trello.close_board(team.board_id)
    team.later()
    team.sync()
    assert team.counts("FIND") == FIND
    assert "is closed" in team.run("check").out


def test_a_status_of_another_name_or_language_changes_nothing(team):
    """The category's key decides: however finished work is called, it stays finished."""
    team.sync()
    team.jira.rename_status("Done", "Erledigt")
    team.jira.rename_status("To Do", "Almost done")
    team.later()
    team.sync()
    assert team.counts("SPEED") == SPEED


def test_a_status_that_is_remapped_moves_its_cards(team):
    """A workflow whose status becomes a done one finishes its cards, though none was touched."""
    team.sync()
    team.later()
    team.jira.remap_status("In Progress", "done")
    team.sync()
    assert team.counts("SPEED") == (4, 3, 1)
    assert team.ledger("SPEED")[-1] == ("done", "WEB-7")


def test_other_links_in_the_file_are_a_change_that_shows(team):
    """A KR that is linked anew says so; what goes and comes with that is no progress."""
    team.sync()
    for number in range(1, 4):
        team.jira.relabel(f"WEB-{number}", "SPEED", "faster")
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    new = text.replace("links: [{source: jira}]}", "links: [{source: jira, label: faster}]}", 1)
    team.write(new)
    team.later()
    team.sync()
    assert team.rows("SELECT subject, field FROM changes") == [("SPEED", "links")]
    assert team.counts("SPEED") == (3, 0, 0)
    ledger = team.rows("SELECT DISTINCT event FROM entries WHERE kr = 'SPEED' AND NOT rebuilt")
    assert ledger == [("unlinked",)]


def test_a_kr_that_left_the_file_leaves_the_rest_alone(team):
    """What isn't in the file is neither asked for nor shown, and comes back with its history."""
    team.sync()
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    team.write("\n".join(line for line in text.splitlines() if "id: SPEED" not in line))
    team.later()
    team.sync()
    assert list(team.rows_by_kr()) == ["FIND", "BOTH"]
    team.write(text)
    team.later()
    team.sync()
    assert team.counts("SPEED") == SPEED
    assert len(team.readings("SPEED")) == 3
