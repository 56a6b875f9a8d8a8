"""The short form of `make torture`: what once broke a rule, and whether the machine still finds."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.torture import machine, rules
from tests.torture.life import LINKS, Broken, Life, Result, Street
from tests.torture.machine import PAGE
from tests.torture.matrix import ASKING, COMMANDS, rows
from tests.torture.planted import PLANTS, growing
from tests.torture.troubles import TROUBLES, Step, play
from tests.torture.world import Link

QUICK = ("the lock is left out", "a check-in is dropped", "a form is taken each time")


@pytest.fixture(scope="module")
def street():
    with Street() as served:
        yield served


@pytest.mark.parametrize(("seed", "weeks"), machine.kept_seeds())
def test_a_life_that_once_broke_a_rule_breaks_none(street, seed, weeks):
    """Weeks of faults, kills, edits and meetings lose nothing, double nothing, leak nothing."""
    life, broken = machine.live(seed, street, weeks)
    assert broken is None, broken
    assert life.tried


@pytest.mark.parametrize("story", QUICK)
def test_a_planted_fault_is_found(street, story):
    """The machine sees what it is there to see; `make torture-planted` tries all."""
    with growing(story):
        for seed in range(4):
            _, broken = machine.live(seed, street)
            if broken:
                return
    pytest.fail(f"{story}: not found")


def test_there_are_faults_enough_to_find():
    """At least fifteen, each of another kind."""
    assert len(PLANTS) >= 15
    assert set(QUICK) <= set(PLANTS)
    for story in PLANTS:
        with growing(story):  # where the program has moved on, what is to be replaced is gone
            pass


def test_a_torn_reading_may_be_any_mixture():
    """What changed while it was read may count as before or as after, card by card."""
    link = Link("jira", "X")
    seen = [{link: {"A-1": "done", "A-2": "remaining"}}, {link: {"A-1": "remaining"}}]
    assert set(rules.possible([link], seen)) == {(1, 1, 0), (1, 0, 0), (0, 2, 0), (0, 1, 0)}
    assert list(rules.possible([link], seen[:1])) == [(1, 1, 0)]


def test_what_a_killed_run_was_told_the_next_one_says(street, tmp_path):
    """A report whose arrival nobody knows of is named by each run, or it is lost (seed 30001)."""
    life, day = Life(30001, tmp_path, street), date(2026, 8, 13)
    warned = Result(0, "", f"the report of {day}: slack: nobody knows whether it arrived")
    rules.delivered(life, day, 0, [warned])
    with pytest.raises(Broken, match="no delivery lost"):
        rules.delivered(life, date(2026, 8, 20), 0, [warned])


def test_the_list_of_reports_is_no_report(street, tmp_path):
    """It grows with each page, and has every one (seed 5000)."""
    life = Life(5000, tmp_path, street)
    life.at = datetime(2026, 1, 7, 13, tzinfo=UTC)
    for _ in range(2):
        assert life.run("sync").code == 0
        assert life.run("report", "--due", "--format", "html").code == 0
        rules.files_stand(life)
        life.at += timedelta(weeks=1)
    listed = tmp_path / "reports" / "index.html"
    assert listed.read_text().count("<a href=") == 2
    listed.write_text("")
    with pytest.raises(Broken, match="no report unlisted"):
        rules.files_stand(life)


def test_an_epic_with_nothing_under_it_is_a_card(street, tmp_path):
    """The model counts as the program does where an epic has lost its last child (seed 5034)."""
    life = Life(5034, tmp_path, street)
    for key in [issue.key for issue in life.world.jira.issues.values() if issue.parent]:
        life.world.jira.reparent(key, None)
    life.links = {"EPIC": [Link("jira", "WEB-1", epic=True)]}
    life.write()
    assert life.run("sync").code == 0
    (true,) = rules.possible(life.links["EPIC"], [life.snapshot()])
    assert (life.status()["EPIC"]["remaining"], true) == (1, (0, 1, 0))


def test_an_epic_that_gets_its_first_story_has_not_vanished(street, tmp_path):
    """It was a card and is a container, still reached; what lost its label is gone (seed 288)."""
    life = Life(288, tmp_path, street)
    for key in [issue.key for issue in life.world.jira.issues.values() if issue.parent]:
        life.world.jira.reparent(key, None)
    life.world.jira.relabel("WEB-3", "SPEED")
    life.links = {"EPIC": [LINKS[3]], "SPEED": [LINKS[0]]}
    life.write()
    assert life.run("sync").code == 0
    life.world.jira.reparent("WEB-2", "WEB-1")
    assert rules.vanishing(life) == []
    for issue in list(life.world.jira.issues.values()):
        life.world.jira.relabel(issue.key)
    assert rules.vanishing(life) == ["SPEED"]


def test_links_that_change_source_while_it_fails_unlink_when_they_link(street, tmp_path):
    """What a KR had from a source that it left goes when the new one's cards come (seed 20038)."""
    life = Life(20038, tmp_path, street)
    life.links = {"MOVED": [LINKS[3]], "CARDS": [LINKS[4]]}
    life.write()
    for _ in range(2):
        assert life.run("sync").code == 0
        life.at += timedelta(hours=1)
    life.links["MOVED"] = [LINKS[4]]
    life.write()
    life.world.revoke()
    assert life.run("sync").code == 1
    life.world.admit()
    life.at += timedelta(hours=1)
    assert life.run("sync").code == 0
    life.rows = life.status()
    rules.whole(life)
    moves = life.query("SELECT DISTINCT at FROM entries WHERE event IN ('linked', 'unlinked')")
    assert len(moves) == 1


def test_searches_that_find_nothing_of_what_is_there_are_not_believed(street, tmp_path):
    """What is known is still there by its id; what came since can't be known (seed 30)."""
    life = Life(30, tmp_path, street)
    life.links = {"SPEED": [LINKS[0]], "EPIC": [LINKS[3]]}
    life.write()
    assert life.run("sync").code == 0
    before = life.status()["EPIC"]
    life.world.jira.add_issue(key="WEB-99", labels=["SPEED"], parent="WEB-1")
    play(life.jira_faults, [Step("empty", "search/jql", 1, None)], life.dice)
    assert life.run("sync").code == 1
    row = life.status()["EPIC"]
    assert "its searches find nothing" in row["problem"]
    assert row["remaining"] == before["remaining"]
    life.jira_faults.clear()
    assert life.run("sync").code == 0
    assert life.status()["EPIC"]["remaining"] == before["remaining"] + 1


def test_troubles_by_every_command():
    """A trouble ends what asks with 1 at worst, what doesn't with 0; the page has the same.

    Every fourth is tried: `make torture-matrix` tries all.
    """
    for row in rows(tuple(TROUBLES)[::4]):
        assert len(row.codes) == len(COMMANDS)
        assert set(row.codes[:ASKING]) <= {0, 1}, row
        assert set(row.codes[ASKING:]) == {0}, row
        codes = " | ".join(map(str, row.codes))
        shown = f"| {row.trouble} | {codes} |"
        assert shown in PAGE.read_text(encoding="utf-8"), f"`make torture-matrix`: {row.line()}"


def test_the_page_has_every_trouble():
    """docs/reliability.md has a row for each trouble there is, with a code by command."""
    page = PAGE.read_text(encoding="utf-8").partition("<!-- matrix -->")[2]
    for trouble in TROUBLES:
        (row,) = (line for line in page.splitlines() if line.startswith(f"| {trouble} | "))
        assert len(re.findall(r" \d (?=\|)", row)) == len(COMMANDS)
