"""A first run in the middle of a quarter finds a history that the trackers tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.journeys.team import SPEED

WEEKLY = 'review: {every: 1 week, starts: "2026-11-04T10:00", timezone: Europe/London}\n'


def with_reviews(team, review=WEEKLY):
    text = (team.folder / "okrs.yaml").read_text(encoding="utf-8")
    team.write(text + review)


def test_the_past_is_rebuilt_and_marked(team):
    """Created and finished dates give a reading for each day that changed something."""
    team.sync()
    counts = ("at", "done", "remaining", "dropped", "percent", "rebuilt")
    assert [tuple(reading[name] for name in counts) for reading in team.readings("SPEED")] == [
        ("2026-11-12T00:00:00Z", 0, 7, 1, 0.0, True),
        ("2026-11-20T00:00:00Z", 3, 4, 1, 42.9, True),
        ("2026-11-21T06:15:00Z", 3, 4, 1, 42.9, False),
    ]


def test_the_rebuilt_ledger_has_the_trackers_dates(team):
    """A card was added when it was created and done when it was finished, not today."""
    team.sync()
    entries = team.run("history", "SPEED", "--json").json["ledger"]
    events = [(entry["at"], entry["event"], entry["key"]) for entry in entries]
    assert events == sorted(events, key=lambda entry: entry[0])
    assert ("2026-11-11T06:15:00Z", "added", "WEB-1") in events
    assert ("2026-11-19T06:15:00Z", "done", "WEB-1") in events
    assert [event for _, event, _ in events].count("added") == 8
    assert ("2026-11-11T06:15:00Z", "dropped", "WEB-4") in events


def test_nothing_is_rebuilt_before_the_period_began(team):
    """What was finished last quarter is this quarter's beginning, in one reading."""
    for number in (1, 2):
        issue = team.jira.issue(f"WEB-{number}")
        team.jira.delete(issue.key)
        old = team.steps.now() - timedelta(days=80)
        done = old + timedelta(days=10)
        team.jira.add_issue(
            key=f"WEB-2{number}", status="Done", labels=["SPEED"], created=old, finished=done
        )
    team.sync()
    readings = team.readings("SPEED")
    assert (readings[0]["at"], readings[0]["done"], readings[0]["rebuilt"]) == (
        "2026-10-01T00:00:00Z",
        2,
        True,
    )
    assert [reading["done"] for reading in readings] == [2, 2, 3, 3]


def test_only_the_first_run_rebuilds(team):
    """From then on a reading is what was seen, at the time of the run that saw it."""
    team.sync()
    team.work_on()
    team.sync()
    assert [reading["rebuilt"] for reading in team.readings("SPEED")] == [True, True, False, False]
    last = team.run("history", "SPEED", "--json").json["ledger"][-1]
    assert (last["at"], last["event"], last["key"]) == ("2026-11-21T07:15:00Z", "done", "WEB-5")


def test_a_tracker_that_tells_no_dates_makes_no_progress_today(team):
    """A Trello card that was always done isn't counted as done since the last review."""
    with_reviews(team, WEEKLY.replace("2026-11-04T10:00", "2026-11-20T10:00"))
    for card in team.trello.cards.values():
        card["dateLastActivity"] = "2026-11-19T10:00:00.000Z"
    team.sync()
    since = team.kr("FIND")["since_last_review"]
    assert since["since"] == "2026-11-20T10:00:00Z"
    assert since["done"] == 0


def test_the_delta_counts_from_the_last_review(team):
    """What was done between the last review and the first run is there, by the rebuilt ledger."""
    with_reviews(team)
    team.sync()
    assert team.kr("SPEED")["since_last_review"] == {
        "since": "2026-11-18T10:00:00Z",
        "done": 3,
        "added": 0,
        "reopened": 0,
        "dropped": 0,
        "removed": 0,
        "linked": 0,
        "unlinked": 0,
    }


def test_without_a_review_the_delta_counts_from_the_first_reading(team):
    """With no meeting behind it, a KR's changes count from when it was first read."""
    team.sync()
    moment = team.steps.now()
    team.work_on()
    team.jira.delete("WEB-8")
    team.jira.move("WEB-4", "In Progress")
    team.jira.add_issue(key="WEB-30", labels=["SPEED"])
    team.sync()
    since = team.kr("SPEED")["since_last_review"]
    assert since == {
        "since": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "done": 1,
        "added": 1,
        "reopened": 1,
        "dropped": 0,
        "removed": 1,
        "linked": 0,
        "unlinked": 0,
    }


def test_the_delta_begins_anew_after_a_review(team):
    """The day after a meeting nothing has happened since it."""
    with_reviews(team)
    team.sync()
    team.later(days=5)
    team.sync()
    since = team.kr("SPEED")["since_last_review"]
    assert (since["since"], since["done"]) == ("2026-11-25T10:00:00Z", 0)
    assert team.counts("SPEED") == SPEED


@pytest.mark.parametrize("kr", ["SPEED", "FIND", "BOTH"])
def test_the_last_rebuilt_reading_is_the_first_that_was_seen(team, kr):
    """The rebuilt past ends where the present begins: it leads to the number that was counted."""
    for number in range(1, 13):
        team.trello.cards[team.cards[number - 1]]["dateLastActivity"] = "2026-11-20T10:00:00.000Z"
    team.sync()
    readings = team.readings(kr)
    assert readings[-1]["rebuilt"] is False
    assert [reading["rebuilt"] for reading in readings[:-1]] == [True] * (len(readings) - 1)
    events = [event for event, _ in team.ledger(kr)]
    done, remaining, dropped = team.counts(kr)
    assert events.count("added") == done + remaining + dropped
    assert (events.count("done"), events.count("dropped")) == (done, dropped)
