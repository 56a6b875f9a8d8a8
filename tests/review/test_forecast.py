from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from syncer.core.records import Entry, Event, KrState, Progress, Reading, State
from syncer.review.forecast import Forecast, NoForecast, Week, draw, forecast, past_weeks, project
from tests.review.sample import NOW, histories

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENDS = datetime(2026, 12, 31, 12, tzinfo=UTC)
HISTORY = histories()[0]


def trials(seed):
    """The trials that a seed gives, for however many weeks."""
    return lambda weeks: draw(dice(seed), weeks)


def dice(seed):
    """Random numbers, the same for the same seed."""
    return Random(seed)


def poisson(rng, mean):
    """A week's worth of events that happen by themselves."""
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count


def a_week(rng):
    """A team's week: three cards done on average, one in two weeks added."""
    return Week(poisson(rng, 3.0), poisson(rng, 0.5))


def test_back_test_the_bounds_hold_about_85_times_in_100():
    """Over 250 synthetic quarters, each bound is kept in 79 to 92 of 100."""
    rng, kept_low, kept_high, runs = dice("back-test"), 0, 0, 250
    for run in range(runs):
        past = [a_week(rng) for _ in range(8)]
        outlook = project(past, (20, 60), NOON, NOON + timedelta(weeks=5), trials(run))
        done = 20 + sum(a_week(rng).done for _ in range(5))
        kept_low += done >= outlook.done_low
        kept_high += done <= outlook.done_high
    assert 0.79 <= kept_low / runs <= 0.92
    assert 0.79 <= kept_high / runs <= 0.92


def test_back_test_of_the_day_when_all_is_done():
    """The late bound of the day is kept in 79 to 92 of 100 synthetic quarters."""
    rng, kept, runs = dice("days"), 0, 150
    for run in range(runs):
        past = [a_week(rng) for _ in range(8)]
        outlook = project(past, (20, 15), NOON, NOON + timedelta(weeks=5), trials(run))
        left, weeks = 15, 0
        while left > 0:
            week = a_week(rng)
            left, weeks = left + week.grown - week.done, weeks + 1
        kept += outlook.late is None or NOON + timedelta(weeks=weeks) <= outlook.late
    assert 0.79 <= kept / runs <= 0.92


def test_the_same_seed_gives_the_same_forecast():
    """A report made twice says the same."""
    outlook = forecast(HISTORY, NOW, ENDS, trials(1))
    assert outlook == forecast(HISTORY, NOW, ENDS, trials(1))
    assert isinstance(outlook, Forecast)


def test_a_steady_team_gets_a_narrow_range():
    """With the same week every time there is nothing to doubt."""
    outlook = project([Week(2, 1)] * 6, (10, 4), NOON, NOON + timedelta(weeks=3), trials(1))
    assert (outlook.done_low, outlook.done_high) == (16, 16)
    assert outlook.early == outlook.late == NOON + timedelta(weeks=4)
    assert outlook.chance == 0.0
    assert (outlook.percent_low, outlook.percent_high) == (94.1, 94.1)


def test_scope_that_outgrows_the_pace_has_no_day():
    """Where more comes in than goes out, no date within half a year is named."""
    outlook = project([Week(1, 3)] * 6, (10, 20), NOON, ENDS, trials(1))
    assert (outlook.early, outlook.late) == (None, None)


def test_reopened_and_removed_cards_never_lead_below_nothing():
    """Weeks that go backwards stop at zero done and zero remaining."""
    outlook = project([Week(-4, -9)] * 4, (3, 5), NOON, ENDS, trials(1))
    assert (outlook.done_low, outlook.done_high) == (0, 0)


def test_a_horizon_beyond_half_a_year_is_walked_to_its_end():
    """An annual objective's range is for its own end."""
    outlook = project([Week(1, 0)] * 4, (0, 60), NOON, NOON + timedelta(weeks=40), trials(1))
    assert outlook.done_low == outlook.done_high == 40


@pytest.mark.parametrize(
    ("progress", "ends", "reason"),
    [
        (None, ENDS, "not read yet"),
        (Progress(3, 4), NOW - timedelta(days=1), "period is over"),
        (Progress(3, 4), None, "no end"),
        (Progress(dropped=4), ENDS, "no card counts"),
        (Progress(done=4), ENDS, "all its cards are done"),
    ],
)
def test_without_ground_there_is_a_reason_instead(progress, ends, reason):
    """A forecast that would be made up is refused, and says why."""
    reading = progress and Reading("PUB-1", NOW, progress)
    outlook = forecast(replace(HISTORY, state=KrState(reading)), NOW, ends, trials(1))
    assert isinstance(outlook, NoForecast)
    assert reason in outlook.reason


def test_thin_history_is_refused():
    """Less than four whole weeks tell no pace; none at all neither."""
    young = replace(HISTORY, readings=HISTORY.readings[-1:])
    assert forecast(young, NOW, ENDS, trials(1)).reason.startswith("0 whole weeks")
    week = HISTORY.readings[-1]._replace(at=NOW - timedelta(days=8))
    outlook = forecast(replace(HISTORY, readings=(week,)), NOW, ENDS, trials(1)).reason
    assert outlook == "1 whole week of history; it takes 4"
    assert past_weeks(replace(HISTORY, readings=()), NOW) == ()


def test_four_weeks_without_a_finished_card_are_refused():
    """No pace at all is said so, not drawn as infinity."""
    halted = replace(
        HISTORY,
        entries=tuple(e for e in HISTORY.entries if e.at < NOW - timedelta(weeks=4)),
    )
    assert forecast(halted, NOW, ENDS, trials(1)) == NoForecast("no card done in four weeks")


def entry(event, days, was=None, *, rebuilt=False):
    """A ledger entry some days ago."""
    at = NOON - timedelta(days=days)
    return Entry("A", at, event, "jira", "1", "A-1", "", "", was, rebuilt=rebuilt)


def test_weeks_are_net_of_what_came_back():
    """A reopened card isn't throughput, a dropped one is scope that shrinks."""
    first = Reading("A", NOON - timedelta(days=15), Progress())
    entries = (
        entry(Event.ADDED, 13),
        entry(Event.DONE, 12, State.REMAINING),
        entry(Event.DONE, 3, State.REMAINING),
        entry(Event.REOPENED, 2, State.DONE),
        entry(Event.DROPPED, 1, State.REMAINING),
    )
    history = replace(HISTORY, readings=(first,), entries=entries)
    assert past_weeks(history, NOON) == (Week(1, 1), Week(0, -1))


def test_what_the_first_look_found_is_no_growth():
    """Cards without a date of their own, found at the first reading, were there before."""
    seen = NOON - timedelta(days=10)
    history = replace(
        HISTORY,
        readings=(Reading("A", seen - timedelta(days=20), Progress(), rebuilt=True),
                  Reading("A", seen, Progress(remaining=2))),
        entries=(entry(Event.ADDED, 10, rebuilt=True), entry(Event.ADDED, 9)),
    )  # fmt: skip
    assert [week.grown for week in past_weeks(history, NOON)] == [0, 0, 1, 0]
