"""Parts of a sync: one source, one KR, a dry run; and a KR on two trackers."""

from __future__ import annotations

import pytest

from tests.journeys.team import BOTH, FIND, SPEED

NOON = "2026-11-21T07:15:00Z"
MORNING = "2026-11-21T06:15:00Z"


def counts(team):
    """All KRs' counts and moments of the last look."""
    return {
        kr: ((row["done"], row["remaining"], row["dropped"]), row["synced_at"])
        for kr, row in team.rows_by_kr().items()
    }


def work_on_both(team):
    """An hour later, one more card of BOTH is done on each tracker."""
    team.later()
    team.jira.move("WEB-10", "Done")
    team.trello.move(team.cards[10], team.done)


def test_a_kr_on_two_trackers_counts_the_cards_of_both(team):
    """Its cards are listed with their source, and its number is their sum."""
    team.sync()
    assert team.counts("BOTH") == BOTH
    cards = team.explained("BOTH")
    assert {key for key, card in cards.items() if card["source"] == "jira"} == {"WEB-9", "WEB-10"}
    assert sum(card["source"] == "trello" for card in cards.values()) == 4


@pytest.mark.parametrize(("source", "other"), [("jira", "trello"), ("trello", "jira")])
def test_one_source_is_recomputed_with_the_others_cards_as_last_read(team, source, other):
    """`--source` asks that source alone; a KR on both moves by its part and keeps its age."""
    team.sync()
    work_on_both(team)
    for serving in (team.jira_serving, team.trello_serving):
        serving.log.clear()
    team.sync("--source", source)
    asked = {"jira": team.jira_serving.log, "trello": team.trello_serving.log}
    assert len(asked[other]) == 0
    assert len(asked[source]) > 0
    assert counts(team)["BOTH"] == ((4, 2, 0), MORNING)
    own = "SPEED" if source == "jira" else "FIND"
    assert {kr: at for kr, (_, at) in counts(team).items() if kr != "BOTH"} == {
        "SPEED": NOON if own == "SPEED" else MORNING,
        "FIND": NOON if own == "FIND" else MORNING,
    }
    team.sync()
    assert counts(team)["BOTH"] == ((5, 1, 0), NOON)


def test_one_source_alone_is_not_a_first_reading_of_two(team):
    """A KR whose other source was never read has no number yet, and says which is missing."""
    team.sync("--source", "jira", code=1)
    assert team.counts("SPEED") == SPEED
    row = team.kr("BOTH")
    assert (row["done"], row["stale"]) == (None, True)
    assert "trello was never read" in row["problem"]
    assert team.kr("FIND")["problem"] == "not read yet: run okr-sync sync"
    team.sync()
    assert (team.counts("FIND"), team.counts("BOTH")) == (FIND, BOTH)


def test_a_broken_source_that_isnt_asked_hurts_nobody(team):
    """`--source jira` is well while Trello is down."""
    team.sync()
    team.lose_token("trello")
    work_on_both(team)
    team.sync("--source", "jira")
    assert not any(row["stale"] for row in team.rows_by_kr().values())


def test_one_kr_is_synced_alone(team):
    """`--kr`, in any case, writes that KR and leaves the others as they are."""
    team.sync()
    team.work_on()
    team.jira_serving.log.clear()
    result = team.sync("--kr", "find", "--json").json
    assert [row["id"] for row in result["key_results"]] == ["FIND"]
    assert len(team.jira_serving.log) == 0
    assert counts(team)["FIND"] == ((4, 4, 0), NOON)
    assert counts(team)["SPEED"] == (SPEED, MORNING)


def test_a_dry_run_makes_nothing(team):
    """On a fresh machine it says what it would write, and not even a database file is there."""
    before = sorted(path.name for path in team.folder.iterdir())
    result = team.sync("--dry-run")
    assert "SPEED: 3 done, 4 remaining - not written" in result.out
    assert sorted(path.name for path in team.folder.iterdir()) == before == ["okrs.yaml"]


def test_a_dry_run_changes_nothing(team):
    """In a store that is there, not a byte moves, though there is something to write."""
    team.sync()
    before = {path.name: path.read_bytes() for path in team.folder.iterdir()}
    team.work_on()
    result = team.sync("--dry-run", "--json").json["key_results"]
    assert [(row["id"], row["decision"], row["done"]) for row in result][:2] == [
        ("SPEED", "written", 4),
        ("FIND", "written", 4),
    ]
    after = {path.name: path.read_bytes() for path in team.folder.iterdir()}
    assert after.keys() - before.keys() <= {"okr-sync.db-shm", "okr-sync.db-wal"}
    assert {name: after[name] for name in before} == before
    assert team.counts("SPEED") == SPEED


def test_a_dry_run_needs_no_lock(team):
    """It only looks, so it may look while another run is at work, and doubts as that would."""
    team.sync()
    team.lose_token("jira")
    team.sync("--dry-run", code=1)
    assert not team.kr("SPEED")["stale"]


def test_full_reads_everything_and_finds_the_same(team):
    """`--full` is a sync like any other, only dearer."""
    team.sync()
    before = team.dump()
    team.sync("--full")
    after = team.dump()
    assert {name for name in before if before[name] != after[name]} <= {
        "kr_reads",
        "source_reads",
        "source_notes",
        "runs",
    }


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sync", "--source", "jirra"), "no source is named jirra; there is jira, trello"),
        (("sync", "--kr", "SPED"), "no KR has the id SPED"),
        (("explain", "SPED"), "no KR has the id SPED; there is SPEED, FIND, BOTH"),
        (("history", "SPED", "--json"), "no KR has the id SPED; there is SPEED, FIND, BOTH"),
        (("checkin", "SPED", "--value", "3"), "no KR or objective has the id SPED; there is PUB"),
    ],
)
def test_a_name_that_the_file_doesnt_know_is_a_usage_error(team, arguments, says):
    """Exit 2, a line that says what there is, nothing on stdout and nothing made.

    Where a store isn't there yet, that is said before it.
    """
    result = team.run(*arguments)
    assert (result.code, result.out) == (2, "")
    *before, last = result.err.splitlines()
    assert f" ERROR okr-sync: {says}" in last
    assert all("there is no store at" in line for line in before)
    assert not team.database.exists()
