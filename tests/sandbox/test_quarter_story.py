"""The demo's quarter is the same every time, and the world it makes holds together."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sandbox.quarter.agenda import checkins, credentials, moments
from sandbox.quarter.replay import Quarter, story, world_at
from sandbox.quarter.working_hours import NOW

LONDON = ZoneInfo("Europe/London")
REVIEWS = [
    datetime(2026, month, day, 10, tzinfo=LONDON) for month, day in ((10, 12), (10, 26), (11, 9))
]
AFTER = {
    "start": {"create"},
    "review": {"start"},
    "finish": {"start", "review", "reopen"},
    "reopen": {"finish"},
    "drop": {"create"},
    "cancel": {"create"},
    "park": {"create"},
    "archive": {"finish"},
    "delete": {"create"},
}
"""What may have happened to a card just before, labels and plans apart."""


def snapshot(quarter):
    """Everything that the two services would serve."""
    trello = quarter.trello
    things = (trello.boards, trello.lists, trello.cards, trello.labels, trello.actions)
    jira = quarter.jira
    return repr((jira.issues, jira.sprints, jira.boards, *things))


def test_the_quarter_is_the_same_every_time():
    """Two replays serve the same, byte for byte."""
    assert story() == story()
    assert snapshot(world_at()) == snapshot(world_at())


def test_many_steps_lead_where_one_does():
    """A quarter advanced moment by moment is the quarter replayed at once."""
    stepwise = Quarter()
    for moment in moments():
        stepwise.advance(moment)
        assert snapshot(stepwise) == snapshot(world_at(moment))


def test_the_quarter_does_not_go_back():
    """An earlier moment is refused, and so is a step back from it."""
    quarter = world_at()
    with pytest.raises(ValueError, match="go back"):
        quarter.advance(NOW - timedelta(seconds=1))


def test_a_moment_takes_in_what_happens_in_it():
    """An event at the very moment has happened."""
    first = next(each for each in story() if each.verb == "create" and each.where == "PBL")
    assert first.more["key"] in {x.key for x in world_at(first.at).jira.issues.values()}
    assert not world_at(first.at - timedelta(seconds=1)).jira.issues


def test_nothing_happens_after_now():
    """The story ends at 06:15 on 21 November, and the clock says so."""
    assert max(each.at for each in story()) < NOW == datetime(2026, 11, 21, 6, 15, tzinfo=UTC)
    assert world_at().clock() == NOW


def test_every_card_has_a_possible_life():
    """No card is finished before it is begun, reopened before it is finished, or used when gone."""
    words = defaultdict(list)
    for event in story():
        if event.where != "sprint" and event.verb not in ("turn", "plan", "label"):
            words[event.card].append(event)
    assert len(words) > 400
    for card, events in words.items():
        assert events[0].verb == "create", card
        subtask = events[0].more.get("type") == "Sub-task"
        for before, after in pairwise(events):
            assert before.at < after.at, card
            allowed = {"create"} if subtask else AFTER[after.verb]
            assert before.verb in allowed, (card, before.verb, after.verb)


@pytest.mark.parametrize("moment", moments(), ids=lambda moment: f"{moment:%d %b}")
def test_the_jira_holds_together(moment):
    """At every moment each issue's parts exist and its dates are in order and past."""
    site = world_at(moment).jira
    for issue in site.issues.values():
        assert issue.created <= issue.updated <= moment
        assert issue.created <= issue.category_changed <= moment
        assert (issue.resolution is None) == (issue.resolved is None)
        assert issue.parent is None or issue.parent in site.issues
        assert all(each in site.sprints for each in issue.sprints)
        assert issue.status in site.statuses
    active = [each for each in site.sprints.values() if each.state == "active"]
    assert len({each.board for each in active}) == len(active) <= 2


@pytest.mark.parametrize("moment", moments(), ids=lambda moment: f"{moment:%d %b}")
def test_the_trello_holds_together(moment):
    """At every moment each card is in a list of its board, with that board's labels."""
    trello = world_at(moment).trello
    numbers = [(each["idBoard"], each["idShort"]) for each in trello.cards.values()]
    assert len(set(numbers)) == len(numbers)
    for card in trello.cards.values():
        assert trello.lists[card["idList"]]["idBoard"] == card["idBoard"]
        assert all(each["idBoard"] == card["idBoard"] for each in card["labels"])
        assert card["mirrorSourceId"] is None or card["mirrorSourceId"] in trello.cards
        assert card["dateLastActivity"] <= f"{moment:%Y-%m-%dT%H:%M:%S.999Z}"


def test_the_demo_syncs_ten_times_and_before_each_review():
    """Ten moments in order, ending now, one in the day before each past review."""
    when = moments()
    assert when == sorted(set(when))
    assert len(when) == 10
    assert when[-1] == NOW
    for review in REVIEWS:
        assert any(review - timedelta(days=1) <= each < review for each in when)


def test_something_changes_between_any_two_syncs():
    """Every sync but the first has news."""
    states = [snapshot(world_at(moment)) for moment in moments()]
    assert len(set(states)) == len(states)


def test_checkins_are_weekly_and_past():
    """Every KR's check-ins are a week apart, at office hours, between two syncs."""
    all_checkins = checkins()
    assert all_checkins == sorted(all_checkins, key=lambda each: each.at)
    assert max(each.at for each in all_checkins) < NOW
    assert all(each.at.weekday() == 0 for each in all_checkins)
    assert {each.confidence for each in all_checkins} <= {None, *range(11)}
    at, subject, confidence, value, note, risk, ask = all_checkins[0]
    assert (at, subject) == (all_checkins[0].at, all_checkins[0].subject)
    assert {type(confidence), type(note), type(risk), type(ask)} <= {int, str}
    assert value is None or isinstance(value, float)


def test_credentials_are_environment_variables():
    """Each source gets what it signs in with, under the names that docs/set-up.md gives."""
    assert sorted(credentials()) == [
        "OKR_SYNC_SOURCES__JIRA__EMAIL",
        "OKR_SYNC_SOURCES__JIRA__TOKEN",
        "OKR_SYNC_SOURCES__TRELLO__KEY",
        "OKR_SYNC_SOURCES__TRELLO__TOKEN",
    ]
    assert all(credentials().values())
