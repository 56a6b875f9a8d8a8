"""`report --as-of` a moment says what a report made at that moment said (rule 10)."""

from __future__ import annotations

import json
from datetime import timedelta


def report(team, *arguments):
    """The report's JSON document."""
    result = team.run("report", "--json", *arguments)
    assert result.code == 0, result.err
    return json.loads(result.out)


def cards(document):
    """Each key result's counts."""
    krs = [kr for team in document["teams"] for o in team["objectives"] for kr in o["key_results"]]
    return {kr["id"]: (kr["cards"], kr["readings"]) for kr in krs}


def test_a_report_is_known_again_by_the_moment_that_it_tells(team):
    """In whole seconds: what came before it within its second is in it, every figure is as then."""
    team.steps.at += timedelta(microseconds=300_000)
    team.sync()
    team.run("checkin", "SPEED", "--confidence", "5")
    team.steps.at += timedelta(microseconds=400_000)
    made = report(team)
    team.work_on()
    team.sync()
    assert report(team, "--as-of", made["made_at"]) == made


def test_a_report_made_during_a_sync_is_known_again(team):
    """What that sync wrote afterwards is of afterwards, and is in the next report."""
    team.sync()
    team.work_on()
    made = []

    def look():
        team.later(minutes=1)
        made.append(report(team))
        team.later(minutes=1)

    team.trello_faults.before("/members/me$", look)
    team.sync("--source", "trello")
    team.later()
    again = report(team, "--as-of", made[0]["made_at"])
    assert cards(again) == cards(made[0])
    assert team.ledger("FIND")[-1][0] == "done"


def test_a_clock_that_was_ahead_hides_nothing(team):
    """What a run two days ahead found is known at once, and never covers what came since."""
    team.sync()
    team.later(days=2)
    team.jira.move("WEB-5", "Done")
    team.sync()
    team.later(days=-2, hours=1)
    team.sync()
    assert team.counts("SPEED") == (4, 3, 1)
    team.work_on()
    team.jira.move("WEB-6", "Done")
    team.sync()
    team.later(days=3)
    assert team.counts("SPEED") == (5, 2, 1)
    assert team.kr("SPEED")["since_last_review"]["done"] == 2
    assert [reading["done"] for reading in team.readings("SPEED")[-3:]] == [3, 4, 5]


def test_a_clock_that_is_years_behind_leaves_the_past_alone(team):
    """One run of a machine that thinks it is 2020 dates nothing anew."""
    team.sync()
    known = team.readings("SPEED")
    team.later(days=-2000)
    team.run("sync")
    team.later(days=2000)
    assert set(map(str, known)) <= set(map(str, team.readings("SPEED")))
