"""How a closed period is judged: scores, verdict, and what became of its cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from syncer.core.past import ReadSpan
from syncer.core.period import period
from syncer.core.records import Change, CheckIn
from syncer.review.closing import Foresight, Verdict, close, closings, verdict
from syncer.review.freshness import last_read_after
from syncer.review.history import as_of
from syncer.review.writing import brief
from tests.review.sample import NOW, histories, okrs

QUARTER = period("2026-Q4", "Europe/London")
AFTER = datetime(2027, 1, 5, 12, tzinfo=UTC)
LATER = datetime(2028, 3, 1, 12, tzinfo=UTC)


def scored(*scores):
    """A KR with the sample's history whose scores are these: (days after the end, words)."""
    history = histories()[0]
    checkins = tuple(
        CheckIn("PUB-1", QUARTER.ends + timedelta(days=day), **words) for day, words in scores
    )
    return replace(history, checkins=checkins)


def closed(history, now=LATER):
    """The KR's closing."""
    (kr,) = close("Publishing", QUARTER, [history], now).key_results
    return kr


@pytest.mark.parametrize(
    ("average", "expected"),
    [
        (0.0, Verdict.BELOW),
        (0.694, Verdict.BELOW),
        (0.695, Verdict.WITHIN),
        (0.8, Verdict.WITHIN),
        (0.804, Verdict.WITHIN),
        (0.806, Verdict.ABOVE),
        (1.0, Verdict.ABOVE),
    ],
)
def test_stretch_goals_are_reached_to_70_to_80_percent(average, expected):
    """The verdict goes by the whole percent that is shown, so that both agree."""
    assert verdict(average) is expected


def test_scores_are_cut_to_the_way():
    """Beyond the target is 1, the wrong way is 0, never told is none; PUB-1 goes 100 to 90."""
    assert closed(scored((-1, {"value": 80}))).score == 1.0
    assert closed(scored((-1, {"value": 120}))).score == 0.0
    assert closed(scored((-1, {"value": 93}))).score == pytest.approx(0.7)
    assert closed(replace(scored(), reported=())).score is not None


def test_the_average_is_of_what_was_scored():
    """KRs without a number neither help nor harm; without any there is no verdict."""
    every = close("Publishing", QUARTER, histories()[:4], LATER)
    scores = [kr.score for kr in every.key_results]
    assert scores[3] is None
    assert every.average == pytest.approx(sum(scores[:3]) / 3)
    assert every.verdict is Verdict.BELOW
    nothing = close("Publishing", QUARTER, histories()[3:4], LATER)
    assert (nothing.average, nothing.verdict) == (None, None)


def test_scores_said_in_the_two_weeks_after_still_count():
    """Teams score their quarter once it is over; what is said later is another matter."""
    history = scored((-3, {"value": 95}), (10, {"value": 93}), (20, {"value": 90}))
    assert closed(history).number.value == 93
    assert closed(history, QUARTER.ends + timedelta(days=1)).number.value == 95


@pytest.mark.no_cover
def test_cards_are_those_of_the_periods_end():
    """Cards done, added and left are counted from the beginning to the end, and add up."""
    kr = closed(histories(now=LATER)[0])
    held = kr.scope.before.done + kr.scope.before.remaining + kr.scope.before.dropped
    end = next(r for r in reversed(histories(now=LATER)[0].readings) if r.at <= QUARTER.ends)
    assert kr.left == end.progress.remaining
    counted = end.progress.done + end.progress.remaining + end.progress.dropped
    assert held + kr.scope.added - kr.scope.removed == counted


@pytest.mark.no_cover
def test_a_closed_period_stays_as_it_is():
    """Made two weeks after the end or years later, with all that came since, it is the same."""
    early = QUARTER.ends + timedelta(days=14)
    early_closing = close("Publishing", QUARTER, histories(now=early), early)
    late_closing = close("Publishing", QUARTER, histories(now=LATER), LATER)
    assert early_closing == late_closing


@pytest.mark.parametrize(
    ("ahead", "value", "foresight"),
    [
        (8, 99, Foresight.TOO_SURE),
        (3, 92, Foresight.TOO_CAREFUL),
        (8, 92, Foresight.RIGHT),
        (3, 99, Foresight.RIGHT),
        (5, 95, Foresight.RIGHT),
    ],
)
def test_confidence_is_held_against_what_came(ahead, value, foresight):
    """High and half not reached was too sure, low and reached too careful."""
    kr = closed(
        scored((-40, {"confidence": ahead}), (-5, {"confidence": 5}), (-1, {"value": value}))
    )
    assert (kr.ahead, kr.foresight) == (ahead, foresight)


def test_without_a_score_four_weeks_before_nothing_is_held_against_anybody():
    """Confidence that was told too late, or never, foresaw nothing."""
    late = closed(scored((-5, {"confidence": 5, "value": 95})))
    assert (late.ahead, late.foresight) == (None, None)


def test_a_kr_never_read_is_closed_too():
    """It has no scope, nothing left, and its score if the team told one."""
    kr = closed(histories()[7])
    assert (kr.scope, kr.done, kr.left, kr.score) == (None, 0, 0, None)


def test_the_scope_is_counted_from_the_first_reading_of_the_period():
    """What the first look found was there at the start; without readings, all was added."""
    history = histories()[0]
    assert closed(history).scope.before.remaining == 14
    assert closed(replace(history, readings=())).scope.before.remaining == 0


def test_the_first_review_after_the_end_closes_the_quarter():
    """Each team's closing is in that briefing, and in none before it."""
    before = brief(okrs(), histories(), NOW, dice=Random)
    after = brief(okrs(), histories(), AFTER, dice=Random)
    assert before.closings == ()
    assert [closing.team for closing in after.closings] == ["Publishing", "Search", "Accounts"]
    assert {closing.period for closing in after.closings} == {"2026-Q4"}


def test_changes_on_the_way_are_in_the_closing():
    """A target that was changed in the quarter is said beside the score."""
    (changed,) = (h for h in histories() if h.key_result.id == "ACC-2")
    assert [change.field for change in closed(changed).changes] == ["target"]


def test_a_teams_own_meeting_is_about_that_team():
    """With a team's name the briefing has its objectives alone, by its own calendar."""
    own = okrs().review.model_copy(update={"starts": "2026-10-13T14:00", "every": "week"})
    file = okrs().model_copy(update={"reviews": {"Search": own}})
    made = brief(file, histories(), NOW, dice=Random, team="Search")
    assert ([team.name for team in made.teams], made.team) == (["Search"], "Search")
    assert made.since == datetime(2026, 12, 1, 14, tzinfo=UTC)
    programme = brief(file, histories(), NOW, dice=Random, team="Accounts")
    assert programme.since == datetime(2026, 11, 19, 10, tzinfo=UTC)


def read(*moments, source="jira"):
    """Spans in which a source was read."""
    return tuple(ReadSpan("PUB-1", source, began, ended) for began, ended in moments)


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("spans", "final"),
    [
        (((-9, 2),), 2),
        (((-9, -1), (3, 3)), 3),
        (((-9, -1),), None),
        ((), None),
    ],
)
def test_the_first_reading_after_the_end_is_the_last(spans, final):
    """It is known by when the KR's sources were read; without it the one before stands."""
    moments = [(QUARTER.ends + a * DAY, QUARTER.ends + b * DAY) for a, b in spans]
    history = replace(histories()[0], spans=read(*moments))
    expected = None if final is None else QUARTER.ends + final * DAY
    assert last_read_after(history, QUARTER.ends) == expected


def test_a_closing_says_of_when_its_cards_are():
    """Of the end where they were read after it, of the last reading where not."""
    history = histories(now=QUARTER.ends - 2 * DAY)[0]
    after = read((QUARTER.ends - 9 * DAY, QUARTER.ends + DAY))
    assert closed(history).counted_at < QUARTER.ends
    assert closed(replace(history, spans=after)).counted_at == QUARTER.ends


def test_what_was_taken_out_has_no_part_in_the_average_unless_all_was():
    """One that left while others stayed is told as such; all at once is the next quarter's file."""
    early, late = QUARTER.ends - 3 * DAY, QUARTER.ends + DAY
    first, second, *_ = histories()
    one_out = closings(okrs(), [replace(first, taken_out_at=early), second], None, LATER)
    assert [kr.taken_out_at for kr in one_out[0].key_results] == [early, None]
    assert one_out[0].average == one_out[0].key_results[1].score
    both = [replace(history, taken_out_at=early) for history in (first, second)]
    all_out = closings(okrs(), both, None, LATER)
    assert [kr.taken_out_at for kr in all_out[0].key_results] == [None, None]
    replaced = [replace(history, taken_out_at=late) for history in (first, second)]
    assert [kr.taken_out_at for kr in closings(okrs(), replaced, None, LATER)[0].key_results] == [
        None,
        None,
    ]
    assert closings(okrs(), both, QUARTER.ends, LATER) == ()


def test_titles_units_and_qualities_are_those_of_then():
    """What was changed later is put back, whatever it was."""
    at = QUARTER.begins + 9 * DAY
    changes = [
        Change("PUB-1", at, "title", "Old title", "New"),
        Change("PUB-1", at, "quality", "", "and better"),
        Change("PUB-1", at, "unit", "ms", "s"),
        Change("PUB-1", at, "start", "120", "100"),
    ]
    kr = as_of(replace(histories()[0], changes=tuple(changes)), QUARTER.begins).key_result
    assert (kr.title, kr.quality) == ("Old title", None)
    assert (kr.metric.unit, kr.metric.start) == ("ms", 120)
