"""The forecast kept against made-up quarters: how often its ranges hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from syncer.core.period import Period
from syncer.core.records import Entry, Event, KrState, Progress, Reading, State
from syncer.review.forecast import (
    Forecast,
    NoForecast,
    Range,
    Week,
    draw,
    forecast,
    past_weeks,
    project,
)
from syncer.review.walking import walk_by_sums, walk_by_weeks
from tests.review.sample import NOW, histories

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ENDS = datetime(2026, 12, 31, 12, tzinfo=UTC)
QUARTER = Period("2026-Q4", datetime(2026, 10, 1, tzinfo=UTC), ENDS)
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


@pytest.mark.no_cover
def test_back_test_the_bounds_hold_about_85_times_in_100():
    """Over 250 synthetic quarters, each bound is kept in 79 to 92 of 100."""
    rng, kept_low, kept_high, runs = dice("back-test"), 0, 0, 250
    for run in range(runs):
        past = [a_week(rng) for _ in range(8)]
        outlook = project(past, (20, 60), NOON, NOON + timedelta(weeks=5), trials(run))
        done = 20 + sum(a_week(rng).done for _ in range(5))
        kept_low += done >= outlook.done.low
        kept_high += done <= outlook.done.high
    assert 0.79 <= kept_low / runs <= 0.92
    assert 0.79 <= kept_high / runs <= 0.92


@pytest.mark.no_cover
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
    outlook = forecast(HISTORY, NOW, QUARTER, trials(1))
    assert outlook == forecast(HISTORY, NOW, QUARTER, trials(1))
    assert isinstance(outlook, Forecast)


def test_a_steady_team_gets_a_narrow_range():
    """With the same week every time there is nothing to doubt."""
    outlook = project([Week(2, 1)] * 6, (10, 4), NOON, NOON + timedelta(weeks=3), trials(1))
    assert (outlook.done.low, outlook.done.high) == (16, 16)
    assert outlook.early == outlook.late == NOON + timedelta(weeks=4)
    assert outlook.chance == 0.0
    assert (outlook.all, outlook.short) == (Range(17, 17), True)


def test_scope_that_outgrows_the_pace_has_no_day():
    """Where more comes in than goes out, no date within half a year is named."""
    outlook = project([Week(1, 3)] * 6, (10, 20), NOON, ENDS, trials(1))
    assert (outlook.early, outlook.late) == (None, None)


def test_reopened_and_removed_cards_never_lead_below_nothing():
    """Weeks that go backwards stop at zero done and zero remaining."""
    outlook = project([Week(-4, -9)] * 4, (3, 5), NOON, ENDS, trials(1))
    assert (outlook.done, outlook.all) == (Range(3, 3), Range(0, 0))


def test_a_trial_walked_by_its_sums_ends_as_week_by_week():
    """The quick way and the one of single weeks come to the same, or the quick one gives way."""
    rng, quick = dice("sums"), 0
    for horizon in (0.0, 0.4, 3.0, 4.3, 26.5, 40.0):
        weeks = [Week(rng.randint(0, 9), rng.randint(-4, 6)) for _ in range(5)]
        gains = [week.done for week in weeks]
        changes = [week.grown - week.done for week in weeks]
        for trial in draw(rng, 5):
            counts = rng.randint(0, 80), rng.randint(1, 90)
            sums = walk_by_sums(gains, changes, counts, horizon, trial)
            assert sums in {None, walk_by_weeks(weeks, counts, horizon, trial)}
            quick += sums is not None
    assert quick > 1000


def test_a_horizon_beyond_half_a_year_is_walked_to_its_end():
    """An annual objective's range is for its own end."""
    outlook = project([Week(1, 0)] * 4, (0, 60), NOON, NOON + timedelta(weeks=40), trials(1))
    assert outlook.done.low == outlook.done.high == 40


@pytest.mark.parametrize(
    ("progress", "span", "reason"),
    [
        (None, QUARTER, "not read yet"),
        (Progress(3, 4), QUARTER._replace(ends=NOW - timedelta(days=1)), "period is over"),
        (Progress(3, 4), None, "no end"),
        (Progress(dropped=4), QUARTER, "no card counts"),
        (Progress(done=4), QUARTER, "all its cards are done"),
    ],
)
def test_without_ground_there_is_a_reason_instead(progress, span, reason):
    """A forecast that would be made up is refused, and says why."""
    reading = progress and Reading("PUB-1", NOW, progress)
    outlook = forecast(replace(HISTORY, state=KrState(reading)), NOW, span, trials(1))
    assert isinstance(outlook, NoForecast)
    assert reason in outlook.reason


def test_thin_history_is_refused():
    """Less than four whole weeks tell no pace; none at all neither."""
    young = replace(HISTORY, readings=HISTORY.readings[-1:])
    assert forecast(young, NOW, QUARTER, trials(1)).reason.startswith("0 whole weeks")
    week = HISTORY.readings[-1]._replace(at=NOW - timedelta(days=8))
    outlook = forecast(replace(HISTORY, readings=(week,)), NOW, QUARTER, trials(1)).reason
    assert outlook == "1 whole week of history; it takes 4"
    assert past_weeks(replace(HISTORY, readings=()), NOW) == ()


def test_four_weeks_without_a_finished_card_are_refused():
    """No pace at all is said so, not drawn as infinity."""
    halted = replace(
        HISTORY,
        entries=tuple(e for e in HISTORY.entries if e.at < NOW - timedelta(weeks=4)),
    )
    assert forecast(halted, NOW, QUARTER, trials(1)) == NoForecast("no card done in four weeks")


def entry(event, days, was=None, *, rebuilt=False, card="1"):
    """A ledger entry some days ago."""
    at = NOON - timedelta(days=days)
    return Entry("A", at, event, "jira", card, card, "", "", was, rebuilt=rebuilt)


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
    assert past_weeks(history, NOON) == (Week(1, 0), Week(0, -1))


@pytest.mark.parametrize(("days", "grown"), [(20.9, 0), (20, 0), (19.9, 1)])
def test_the_first_load_is_no_growth(days, grown):
    """It is what comes up to seven days after the first card, or the period's beginning."""
    first = Reading("A", NOON - timedelta(days=40), Progress())
    entries = (entry(Event.ADDED, 40, card="a"), entry(Event.ADDED, days, card="b"))
    history = replace(HISTORY, readings=(first,), entries=entries)
    begins = NOON - timedelta(days=27)
    assert sum(week.grown for week in past_weeks(history, NOON, begins)) == grown


def test_a_history_without_a_card_has_weeks_of_nothing():
    """A KR that has readings and no entry stood still."""
    first = Reading("A", NOON - timedelta(days=15), Progress())
    assert past_weeks(replace(HISTORY, readings=(first,), entries=()), NOON) == (Week(0, 0),) * 2


def test_what_came_done_with_the_first_load_is_no_throughput():
    """A card that was done before anybody looked isn't a week's work."""
    first = Reading("A", NOON - timedelta(days=20), Progress())
    entries = (
        entry(Event.ADDED, 20, card="a"),
        entry(Event.DONE, 20, State.REMAINING, card="a"),
        entry(Event.ADDED, 20, card="b"),
        entry(Event.DONE, 9, State.REMAINING, card="b"),
    )
    history = replace(HISTORY, readings=(first,), entries=entries)
    assert sum(week.done for week in past_weeks(history, NOON)) == 1


def test_linked_and_unlinked_cards_are_neither_growth_nor_throughput():
    """Whatever their state: an edit of the links is nobody's work."""
    first = Reading("A", NOON - timedelta(days=20), Progress())
    linked = entry(Event.LINKED, 9, card="b")._replace(state=State.DONE)
    entries = (linked, entry(Event.UNLINKED, 5, State.DONE, card="c"))
    history = replace(HISTORY, readings=(first,), entries=entries)
    assert set(past_weeks(history, NOON)) == {Week(0, 0)}


def quarter(rng):
    """A KR's ledger over a quarter: a load, a re-link, a steady pace, some growth."""
    begins, entries, number = QUARTER.begins, [], 0
    load, pace, growth = rng.randint(15, 40), rng.uniform(0.2, 0.7), rng.uniform(0.05, 0.3)
    relink = rng.randrange(30, 50)
    remaining, out = [], []
    for day in range(92):
        at = begins + timedelta(days=day, hours=12)
        fresh = (
            load
            if day == rng.randrange(3) or (day == 3 and not remaining)
            else poisson(rng, growth)
        )
        if day == 3:
            load = 0
        if day == relink:
            gone = remaining[: len(remaining) // 3]
            out += [(at, Event.UNLINKED, State.REMAINING, None, card) for card in gone]
            remaining = remaining[len(gone) :]
            number += 8
            cards = [f"L{number}-{n}" for n in range(8)]
            out += [(at, Event.LINKED, None, State.DONE, card) for card in cards[:4]]
            out += [(at, Event.LINKED, None, State.REMAINING, card) for card in cards[4:]]
            remaining += cards[4:]
        for _ in range(fresh):
            number += 1
            out.append((at, Event.ADDED, None, State.REMAINING, f"C{number}"))
            remaining.append(f"C{number}")
        for _ in range(min(len(remaining), poisson(rng, pace))):
            out.append((at, Event.DONE, State.REMAINING, State.DONE, remaining.pop(0)))
    entries += [
        Entry("A", at, event, "jira", card, card, "", "", was, state=state)
        for at, event, was, state, card in out
    ]
    return tuple(entries)


def counts_of(entries, at):
    """The cards done and in all at a moment."""
    held = Counter()
    for line in entries:
        if line.at <= at:
            held[line.was] -= 1
            held[line.state] += 1
    return held[State.DONE], held[State.DONE] + held[State.REMAINING]


@pytest.mark.no_cover
def test_back_test_on_histories_with_a_load_a_relink_and_growth():
    """Each range holds the outcome in 70 to 90 of 100 and is narrower than "today to all"."""
    rng, kept, runs = dice("quarters"), Counter(), 0
    now = QUARTER.begins + timedelta(days=62, hours=13)
    for run in range(160):
        entries = quarter(rng)
        done, every = counts_of(entries, now)
        reading = Reading("A", QUARTER.begins, Progress(done, every - done))
        past = tuple(line for line in entries if line.at <= now)
        history = replace(HISTORY, state=KrState(reading), readings=(reading,), entries=past)
        outlook = forecast(history, now, QUARTER, trials(run))
        if isinstance(outlook, NoForecast):
            continue
        runs += 1
        last, total = counts_of(entries, ENDS)
        kept["done"] += outlook.done.low <= last <= outlook.done.high
        kept["all"] += outlook.all.low <= total <= outlook.all.high
        kept["width"] += outlook.done.high - outlook.done.low
        kept["naive"] += every - done
        assert outlook.done.low >= done
    assert 0.7 <= kept["done"] / runs <= 0.9, (kept, runs)
    assert 0.7 <= kept["all"] / runs <= 0.9, (kept, runs)
    assert kept["width"] < kept["naive"]
