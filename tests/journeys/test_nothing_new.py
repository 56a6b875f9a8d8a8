"""A sync that finds nothing new says that it looked, and nothing else."""

from __future__ import annotations

import re
from datetime import datetime

from tests.journeys.team import BOTH, FIND, SPEED

LOOKED = {"kr_reads", "source_reads", "source_notes", "runs"}
"""Where the program notes when it asked what; no number is in there."""


def test_a_second_run_writes_no_number_and_no_history(team):
    """With nothing changed on the boards, only the notes of having looked move."""
    team.sync()
    before = team.dump()
    team.later()
    team.sync()
    after = team.dump()
    assert before.keys() == after.keys()
    assert before.keys() > LOOKED
    assert {name for name in before if before[name] != after[name]} <= LOOKED
    assert [row[:5] for row in before["kr_reads"]] == [row[:5] for row in after["kr_reads"]]


def test_a_second_run_moves_only_synced_at(team):
    """Status, explain and history are as they were, but for the moment of the last look."""
    commands = [
        *(("explain", kr, "--json") for kr in ("SPEED", "FIND", "BOTH")),
        *(("history", kr, "--json") for kr in ("SPEED", "FIND", "BOTH")),
    ]
    team.sync()
    outputs = [team.run(*command).out for command in commands]
    rows = team.run("status", "--json").json["key_results"]
    team.later(minutes=15)
    team.sync()
    assert [team.run(*command).out for command in commands] == outputs
    again = team.run("status", "--json").json["key_results"]
    assert [row.pop("synced_at") for row in rows] == ["2026-11-21T06:15:00Z"] * 3
    assert [row.pop("synced_at") for row in again] == ["2026-11-21T06:30:00Z"] * 3
    assert again == rows


def test_the_run_itself_says_unchanged(team):
    """Sync tells of each KR whether it wrote something, to people and to programs."""
    first = team.sync("--json").json["key_results"]
    assert [row["decision"] for row in first] == ["written"] * 3
    second = team.sync("--json").json["key_results"]
    assert [row["decision"] for row in second] == ["unchanged"] * 3
    assert "SPEED: 3 done, 4 remaining, unchanged" in team.sync("-v").err


def test_a_quiet_run_is_one_line(team):
    """Cron's log grows by a line a run, with its time, what there was and what it cost."""
    team.sync()
    result = team.sync()
    assert result.err == ""
    at, _, text = result.out.partition(" ")
    assert datetime.fromisoformat(at).tzinfo is not None
    assert re.fullmatch(
        r"3 unchanged; jira: \d+ requests, \d+ kB; trello: \d+ requests, \d+ kB\n", text
    )


def test_many_quiet_runs_leave_one_reading(team):
    """However often cron runs, a quarter without work makes no history."""
    team.sync()
    readings, ledger = team.readings("SPEED"), team.ledger("SPEED")
    for _ in range(5):
        team.later(minutes=15)
        team.sync()
    assert team.readings("SPEED") == readings
    assert team.ledger("SPEED") == ledger


def test_a_new_title_is_no_progress(team):
    """What changes on a card but doesn't count is shown, and is neither reading nor event."""
    team.sync()
    readings, ledger = team.readings("FIND"), team.ledger("FIND")
    team.trello.rename_card(team.cards[0], "Another title")
    team.later()
    team.sync()
    assert team.explained("FIND")[team.key(1)]["title"] == "Another title"
    assert (team.readings("FIND"), team.ledger("FIND")) == (readings, ledger)


def test_work_is_written_once(team):
    """A finished card is one reading and one event, in the run that saw it and not again."""
    team.sync()
    assert (team.counts("SPEED"), team.counts("FIND"), team.counts("BOTH")) == (SPEED, FIND, BOTH)
    before = len(team.readings("SPEED")), len(team.ledger("SPEED"))
    team.work_on()
    team.sync()
    team.later()
    team.sync()
    assert team.counts("SPEED") == (4, 3, 1)
    assert (len(team.readings("SPEED")), len(team.ledger("SPEED"))) == (
        before[0] + 1,
        before[1] + 1,
    )
    assert team.ledger("SPEED")[-1] == ("done", "WEB-5")
    assert team.ledger("FIND")[-1] == ("done", team.key(4))
    assert team.counts("BOTH") == BOTH


def test_the_ledger_leads_from_reading_to_reading(team):
    """Added, done, reopened, dropped and removed: the events' sum is the present, always."""
    team.sync()
    jira = team.jira
    steps = [
        lambda: jira.move("WEB-1", "In Progress"),
        lambda: jira.move("WEB-5", "Done", resolution="Won't Do"),
        lambda: jira.move("WEB-4", "To Do"),
        lambda: jira.delete("WEB-6"),
        lambda: jira.add_issue(key="WEB-20", status="Done", labels=["speed"]),
        lambda: jira.move("WEB-1", "Done"),
    ]
    for step in steps:
        team.later()
        step()
        team.sync()
    entries = team.ledger("SPEED")
    assert entries[-7:] == [
        ("reopened", "WEB-1"),
        ("dropped", "WEB-5"),
        ("reopened", "WEB-4"),
        ("removed", "WEB-6"),
        ("added", "WEB-20"),
        ("done", "WEB-20"),
        ("done", "WEB-1"),
    ]
    assert present(entries) == team.counts("SPEED") == (4, 3, 1)


def present(entries):
    """Done, remaining and dropped, from the ledger alone."""
    states = {}
    for event, key in entries:
        states[key] = {"done": "done", "dropped": "dropped", "removed": None}.get(event, "open")
    return tuple(list(states.values()).count(state) for state in ("done", "open", "dropped"))
