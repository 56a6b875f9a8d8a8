"""The JSON of `status`, name by name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from config.okrs import KeyResult, Link, Metric, Objective
from syncer.core.period import period
from syncer.core.records import (
    Change,
    CheckIn,
    Entry,
    Event,
    KrState,
    PointsTally,
    Progress,
    Reading,
    State,
    Tally,
)
from syncer.review.attention import Viewpoint
from syncer.review.freshness import NEVER_READ, NO_LINK
from syncer.review.history import KrHistory, as_of
from syncer.review.status import status_json, status_row
from tests.review.sample import LAST_REVIEW, NOW, START, histories

SEEN = NOW - timedelta(hours=4, minutes=15)
KR = KeyResult(
    id="PUB-1",
    title="Faster",
    metric=Metric(start=100, target=90, current=97, unit="s"),
    links=(Link(source="jira"), Link(source="trello")),
)
OBJECTIVE = Objective(id="PUB", title="Prepare", team="Publishing", period="2026-Q4")
PROGRESS = Progress(12, 8, 1, PointsTally(31, 14, 3), Tally(4, 0), Tally(8, 8))


def entry(event, was, days):
    """A ledger entry some days after the last review."""
    at = LAST_REVIEW + timedelta(days=days)
    return Entry("PUB-1", at, event, "jira", "1", "PUB-9", "A card", "https://x/1", was)


HISTORY = KrHistory(
    OBJECTIVE,
    KR,
    KrState(Reading("PUB-1", SEEN, PROGRESS), read_at={"jira": NOW, "trello": SEEN, "gone": START}),
    readings=(Reading("PUB-1", SEEN, PROGRESS),),
    entries=(
        entry(Event.DONE, State.REMAINING, -1),
        entry(Event.ADDED, None, 1),
        entry(Event.DONE, State.REMAINING, 2),
        entry(Event.DROPPED, State.DONE, 3),
    ),
    checkins=(
        CheckIn("PUB-1", LAST_REVIEW - timedelta(days=3), confidence=8, value=98),
        CheckIn("PUB-1", LAST_REVIEW + timedelta(days=3), confidence=7),
        CheckIn("PUB-1", LAST_REVIEW + timedelta(days=4), value=96),
        CheckIn("PUB-1", LAST_REVIEW + timedelta(days=5), note="all well"),
    ),
)


def row_of(history, review=LAST_REVIEW, now=NOW, text="2026-Q4"):
    """The JSON of one KR."""
    view = Viewpoint(now, review, period(text))
    return status_json([status_row(history, view)])["key_results"][0]


LIGHT = {
    "state": "behind",
    "reasons": [
        {
            "kind": "behind",
            "text": "The number has gone 40 % of its way; a straight line is at 68 %.",
            "since": None,
        },
        {
            "kind": "unscored",
            "text": "Not scored since 23 Nov.",
            "since": "2026-11-23T10:00:00Z",
        },
    ],
    "asks": [],
    "risks": [],
}
"""The light of that key result: behind, and not scored."""


def test_status_json_is_what_the_contract_fixes():
    """Every name, shape and number of `status --json` for a KR that was read."""
    assert row_of(HISTORY) == {
        "id": "PUB-1",
        "objective": "PUB",
        "team": "Publishing",
        "done": 12,
        "remaining": 8,
        "dropped": 1,
        "percent": 60.0,
        "points": {"done": 31.0, "remaining": 14.0, "unestimated": 3},
        "threads": {
            "discovery": {"done": 4, "remaining": 0, "percent": 100.0},
            "delivery": {"done": 8, "remaining": 8, "percent": 50.0},
        },
        "since_last_review": {
            "since": "2026-11-19T10:00:00Z",
            "done": 1,
            "added": 1,
            "reopened": 0,
            "dropped": 1,
            "removed": 0,
            "linked": 0,
            "unlinked": 0,
        },
        "confidence": 7,
        "value": 96.0,
        "synced_at": "2026-12-02T06:15:00Z",
        "stale": False,
        "problem": None,
        "period": "2026-Q4",
        "closed": False,
        "light": LIGHT,
    }


def test_a_light_has_its_reasons_and_the_teams_own_words():
    """What is asked and feared stands beside the reasons, each with its day."""
    asked = CheckIn("PUB-1", NOW - timedelta(days=1), confidence=3, ask="Money", risk="Time")
    light = row_of(replace(HISTORY, checkins=(*HISTORY.checkins, asked)))["light"]
    assert light["state"] == "help"
    assert [reason["kind"] for reason in light["reasons"]] == ["confidence", "behind"]
    since = "2026-12-01T10:30:00Z"
    assert light["asks"] == [{"kind": "ask", "text": "Money", "since": since}]
    assert light["risks"] == [{"kind": "risk", "text": "Time", "since": since}]


def test_a_closed_key_result_has_no_light_and_is_never_stale():
    """Nor has one whose period is still to come; that one is as fresh as it is."""
    broken = replace(HISTORY, state=replace(HISTORY.state, problem="gone"))
    closed, ahead = row_of(broken, text="2026-Q3"), row_of(broken, text="2027-Q1")
    assert (closed["closed"], closed["light"], closed["stale"]) == (True, None, False)
    assert (ahead["closed"], ahead["light"], ahead["stale"]) == (False, None, True)


def test_a_kr_never_read_has_no_counts():
    """Counts are null, stale is true and problem says what to do."""
    row = row_of(KrHistory(OBJECTIVE, KR))
    counts = ("done", "remaining", "dropped", "percent", "points", "since_last_review", "synced_at")
    assert [row[name] for name in counts] == [None] * 7
    assert row["threads"]["delivery"] == {"done": None, "remaining": None, "percent": None}
    assert (row["stale"], row["problem"], row["value"]) == (True, NEVER_READ, 97)


def test_a_kr_without_links_says_so():
    """It can't be read, so it isn't told to be."""
    unlinked = KR.model_copy(update={"links": ()})
    assert row_of(KrHistory(OBJECTIVE, unlinked))["problem"] == NO_LINK


def test_a_problem_makes_the_old_number_stale():
    """The old counts stay and the reason stands beside them."""
    row = row_of(replace(HISTORY, state=replace(HISTORY.state, problem="no such board")))
    assert (row["done"], row["stale"], row["problem"]) == (12, True, "no such board")


def test_a_read_kr_without_cards_has_zeros_and_no_percent():
    """A label that no card carries yet is no problem."""
    empty = KrState(Reading("PUB-1", SEEN, Progress()), read_at={"jira": NOW, "trello": SEEN})
    row = row_of(replace(HISTORY, state=empty, entries=()))
    assert (row["done"], row["remaining"], row["percent"], row["points"]) == (0, 0, None, None)
    assert row["threads"]["discovery"] == {"done": 0, "remaining": 0, "percent": None}
    assert row["stale"] is False


def test_synced_at_needs_every_source_of_the_kr():
    """A source that was never read whole leaves no time to name."""
    partly = replace(HISTORY, state=replace(HISTORY.state, read_at={"jira": NOW}))
    assert row_of(partly)["synced_at"] is None


def test_without_a_review_the_first_reading_counts():
    """`since` is then the first reading's own time."""
    assert row_of(HISTORY, review=None)["since_last_review"]["since"] == "2026-12-02T06:15:00Z"


@pytest.mark.parametrize(("days", "value"), [(3, 96), (5, 95)])
def test_the_value_is_the_last_told_by_check_in_or_file(days, value):
    """A check-in's value holds until the file tells another after it."""
    reported = ((START, 99.0), (LAST_REVIEW + timedelta(days=days), 95.0))
    assert row_of(replace(HISTORY, reported=reported))["value"] == value


def test_as_of_an_earlier_day_later_things_are_unknown():
    """Readings, ledger, check-ins and targets are those of the day; the looks too."""
    changed = Change("PUB-1", LAST_REVIEW + timedelta(days=3), "target", "80", "90")
    reported = ((LAST_REVIEW + timedelta(days=2), 97.0),)
    history = replace(HISTORY, changes=(changed,), reported=reported)
    old = as_of(history, LAST_REVIEW + timedelta(days=1))
    assert (old.state, old.readings, old.changes) == (KrState(), (), ())
    assert old.key_result.metric.target == 80
    assert old.key_result.metric.current is None
    assert [entry.event for entry in old.entries] == [Event.DONE, Event.ADDED]
    assert len(old.checkins) == 1


def test_as_of_shows_the_counts_of_that_day():
    """The whole quarter walked again as of each reading has that reading's counts."""
    history = histories()[0]
    for reading in history.readings:
        then = as_of(history, reading.at)
        assert then.state.reading == reading
        assert row_of(then)["synced_at"] <= f"{reading.at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_change_that_was_no_number_leaves_the_target():
    """A target written where there was none before can't be put back as a number."""
    changed = Change("PUB-1", NOW, "target", "", "90")
    old = as_of(replace(HISTORY, changes=(changed,)), LAST_REVIEW)
    assert old.key_result.metric.target == 90


def test_as_of_now_is_the_history_itself():
    """Nothing is lost where nothing came later."""
    assert as_of(HISTORY, NOW) == HISTORY


def test_the_json_is_json():
    """The whole sample prints as strict JSON."""
    rows = [status_row(history, Viewpoint(NOW, LAST_REVIEW)) for history in histories()]
    assert len(json.loads(json.dumps(status_json(rows), allow_nan=False))["key_results"]) == 12
