"""The scope ledger: what leads from one set of cards to another."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.ledger import compare, rebuild, rebuilt_readings
from syncer.core.records import Event, JudgedCard, State
from syncer.core.sums import count
from tests.core.worlds import AT


def judged(id_, state, created=None, finished=None):
    return JudgedCard(
        "s", id_, f"K-{id_}", "T", "u", state, "r", (), created=created, finished=finished
    )


STATES = st.sampled_from(list(State))
SCOPES = st.dictionaries(st.sampled_from("abcdefgh"), STATES).map(
    lambda states: [judged(id_, state) for id_, state in states.items()]
)


@pytest.mark.parametrize(
    ("before", "now", "events"),
    [
        (None, State.REMAINING, [Event.ADDED]),
        (None, State.DONE, [Event.ADDED, Event.DONE]),
        (None, State.DROPPED, [Event.ADDED, Event.DROPPED]),
        (State.REMAINING, State.DONE, [Event.DONE]),
        (State.DONE, State.REMAINING, [Event.REOPENED]),
        (State.REMAINING, State.DROPPED, [Event.DROPPED]),
        (State.DONE, State.DROPPED, [Event.DROPPED]),
        (State.DROPPED, State.REMAINING, [Event.REOPENED]),
        (State.DROPPED, State.DONE, [Event.DONE]),
        (State.DONE, None, [Event.REMOVED]),
        (State.IGNORED, State.REMAINING, [Event.ADDED]),
        (State.REMAINING, State.IGNORED, [Event.REMOVED]),
        (State.IGNORED, None, []),
        (State.DONE, State.DONE, []),
    ],
)
def test_each_way_between_two_states_has_a_name(before, now, events):
    """What happened to a card is told in the words of the review."""
    old = [] if before is None else [judged("a", before)]
    new = [] if now is None else [judged("a", now)]
    assert [entry.event for entry in compare("KR", old, new, AT)] == events


@given(SCOPES, SCOPES)
def test_the_ledger_explains_every_change_of_the_counts(before, now):
    """Applying the entries to the counts before gives the counts now, exactly."""
    old, new = count(before), count(now)
    done, remaining, dropped = old.done, old.remaining, old.dropped
    for entry in compare("KR", before, now, AT):
        done -= entry.was is State.DONE
        remaining -= entry.was is State.REMAINING
        dropped -= entry.was is State.DROPPED
        done += entry.event is Event.DONE
        remaining += entry.event in {Event.ADDED, Event.REOPENED}
        dropped += entry.event is Event.DROPPED
    assert (done, remaining, dropped) == (new.done, new.remaining, new.dropped)


@given(SCOPES)
def test_nothing_changed_is_no_entry(scope):
    """The same cards in the same states leave the ledger as it is."""
    assert compare("KR", scope, scope, AT) == ()


def days(number):
    return AT - timedelta(days=number)


def test_a_first_reading_has_a_past():
    """Cards were added when they were made and done when they came into that state."""
    cards = [
        judged("a", State.DONE, days(30), days(10)),
        judged("b", State.REMAINING, days(20), None),
        judged("c", State.DROPPED, days(15), days(5)),
        judged("i", State.IGNORED, days(99), None),
    ]
    past = [(entry.at, entry.event, entry.id) for entry in rebuild("KR", cards, AT)]
    assert past == [
        (days(30), Event.ADDED, "a"),
        (days(20), Event.ADDED, "b"),
        (days(15), Event.ADDED, "c"),
        (days(10), Event.DONE, "a"),
        (days(5), Event.DROPPED, "c"),
    ]
    assert all(entry.rebuilt for entry in rebuild("KR", cards, AT))


def test_an_unknown_past_is_no_fresh_progress():
    """Where the tracker doesn't say when a card was done, it was done long ago."""
    entries = rebuild("KR", [judged("a", State.DONE, days(30), None)], AT)
    assert [entry.at for entry in entries] == [days(30), days(30)]


def test_nothing_happened_in_the_future():
    """A tracker whose clock runs ahead doesn't put entries after the reading."""
    card = judged("a", State.DONE, AT + timedelta(hours=1), AT + timedelta(hours=2))
    entries = rebuild("KR", [card], AT)
    assert [(entry.at, entry.event) for entry in entries] == [(AT, Event.ADDED), (AT, Event.DONE)]


def test_rebuilt_readings_stand_at_the_days_ends():
    """From the period's start on there is a reading for each day on which something changed."""
    start = days(20)
    cards = [
        judged("a", State.DONE, days(30), days(10)),
        judged("b", State.REMAINING, days(10), None),
        judged("c", State.DONE, days(2), AT),
    ]
    readings = rebuilt_readings("KR", cards, rebuild("KR", cards, AT), start, AT)
    midnight = AT.replace(hour=0, minute=0)
    counts = [
        (reading.at, reading.progress.done, reading.progress.remaining) for reading in readings
    ]
    assert counts == [
        (start, 0, 1),
        (midnight - timedelta(days=9), 1, 1),
        (midnight - timedelta(days=1), 1, 2),
    ]
    assert all(reading.rebuilt for reading in readings)


def test_what_was_made_at_the_very_beginning_is_there_at_the_start():
    """A card of the moment in which a period begins is part of the reading of that moment."""
    start = days(20).replace(hour=0, minute=0)
    cards = [judged("a", State.REMAINING, start)]
    (reading,) = rebuilt_readings("KR", cards, rebuild("KR", cards, AT), start, AT)
    assert (reading.at, reading.progress.remaining) == (start, 1)


def test_a_first_reading_at_midnight_is_not_rebuilt_too():
    """The day that ends with the first reading has that reading, and no second at its moment."""
    midnight = AT.replace(hour=0, minute=0)
    cards = [judged("a", State.REMAINING, midnight - timedelta(hours=3))]
    entries = rebuild("KR", cards, midnight)
    assert rebuilt_readings("KR", cards, entries, days(20), midnight) == ()


@given(
    st.lists(
        st.tuples(
            st.sampled_from([State.DONE, State.REMAINING, State.DROPPED]),
            st.integers(0, 60),
            st.integers(0, 60),
        ),
        max_size=12,
    )
)
def test_the_rebuilt_ledger_ends_in_the_present(cards):
    """However the dates lie, the rebuilt entries add up to the counts of the first reading."""
    scope = [
        judged(str(number), state, days(made), None if state is State.REMAINING else days(ended))
        for number, (state, made, ended) in enumerate(cards)
    ]
    entries = rebuild("KR", scope, AT)
    events = [entry.event for entry in entries]
    progress = count(scope)
    assert events.count(Event.ADDED) == len(scope)
    assert events.count(Event.DONE) == progress.done
    assert events.count(Event.DROPPED) == progress.dropped
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
    for reading in rebuilt_readings("KR", scope, entries, days(40), AT):
        assert days(40) <= reading.at < AT


@given(
    st.lists(
        st.tuples(
            st.sampled_from([State.DONE, State.REMAINING, State.DROPPED]),
            st.integers(0, 39),
            st.integers(0, 39),
            st.sampled_from([None, 0.0, 0.1, 3.0, 0.3]),
        ),
        max_size=12,
    )
)
def test_each_rebuilt_reading_counts_the_cards_of_its_day(cards):
    """A rebuilt reading is what counting the cards as they were that day comes to, points too."""
    scope = [
        judged(str(number), state, days(max(made, ended)), days(min(made, ended)))._replace(
            points=points
        )
        for number, (state, made, ended, points) in enumerate(cards)
    ]
    for reading in rebuilt_readings("KR", scope, rebuild("KR", scope, AT), days(40), AT):
        then = [
            card
            if card.state is State.REMAINING or card.finished < reading.at
            else card._replace(state=State.REMAINING)
            for card in scope
            if card.created < reading.at
        ]
        assert reading.progress == count(then)
