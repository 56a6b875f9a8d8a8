"""Whatever is written comes back as it was: laws, on random records."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from itertools import count

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import DateTime
from sqlalchemy.dialects import sqlite

from syncer.core.records import Fail, Keep, KrState, Refuse, Write
from syncer.store.columns import UtcDateTime, texts_of
from tests.store import samples
from tests.store.samples import NOW, objective, okrs

# One store serves all examples of a test: each example has a KR of its own in it.
on_one_store = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_numbers = count()
KR = "PUB-1"


def _fresh_kr(store):
    name = f"FRESH{next(_numbers)}"
    store.define(okrs(objective(name)), NOW)
    return f"{name}-1"


@on_one_store
@given(cards=samples.card_sets)
def test_any_card_comes_back_as_it_went_in(store, cards):
    """Every field of a judged card survives: text, numbers, moments to the microsecond."""
    kr = _fresh_kr(store)
    store.apply([Write(kr, {}, None, cards)], NOW)
    back = store.states([kr])[kr].cards
    assert {(card.source, card.id): card for card in back} == {(c.source, c.id): c for c in cards}
    moments = [at for card in back for at in (card.created, card.finished) if at]
    assert all(at.tzinfo is UTC for at in moments)


@given(st.datetimes(timezones=st.timezones() | st.just(UTC)))
def test_moments_in_sqlite_are_as_sqlalchemy_writes_them(moment):
    """What older versions wrote and what we write compares and sorts as one."""
    dialect = sqlite.dialect()
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:  # at the very ends of the calendar
        reject()
    theirs = DateTime().dialect_impl(dialect).bind_processor(dialect)
    ours = UtcDateTime().dialect_impl(dialect).bind_processor(dialect)
    assert ours(moment) == theirs(utc)
    assert list(texts_of([moment, None, utc])) == [theirs(utc), None, theirs(utc)]


@on_one_store
@given(readings=st.lists(samples.readings(KR), min_size=1, max_size=4))
def test_any_reading_comes_back_as_it_went_in(store, readings):
    """Readings survive and come back by their moment."""
    kr = _fresh_kr(store)
    mine = [reading._replace(kr=kr) for reading in readings]
    store.apply([Write(kr, {}, mine[0], rebuilt=tuple(mine[1:]))], NOW)
    back = store.readings(kr)
    assert sorted(map(hash, back)) == sorted(map(hash, mine))
    assert [reading.at for reading in back] == sorted(reading.at for reading in mine)
    assert all(reading.at.tzinfo is UTC for reading in back)


@on_one_store
@given(entries=st.lists(samples.entries(KR), max_size=4))
def test_any_entry_comes_back_as_it_went_in(store, entries):
    """Ledger entries survive and come back by their moment, then as written."""
    kr = _fresh_kr(store)
    mine = [entry._replace(kr=kr) for entry in entries]
    store.apply([Write(kr, {}, None, entries=tuple(mine))], NOW)
    assert list(store.ledger(kr)) == sorted(mine, key=lambda entry: entry.at)


@on_one_store
@given(checkin=samples.checkins)
def test_any_checkin_comes_back_as_it_went_in(store, checkin):
    """Check-ins survive, whatever was said or left unsaid."""
    mine = replace(checkin, subject=f"{checkin.subject}{next(_numbers)}")
    store.add_checkin(mine)
    assert store.checkins(mine.subject) == (mine,)


decisions = st.one_of(
    st.builds(
        Write,
        st.just(KR),
        st.dictionaries(st.sampled_from(["jira", "trello"]), samples.moments),
        st.none() | samples.readings(KR),
        samples.card_sets,
    ),
    st.builds(
        Keep, st.just(KR), st.dictionaries(st.sampled_from(["jira", "trello"]), samples.moments)
    ),
    st.builds(Refuse, st.just(KR), samples.texts),
    st.builds(Fail, st.just(KR), samples.texts),
)


def _expected(state, decision, at):
    """What a state is after a decision, as the records' docstrings say it."""
    if isinstance(decision, Refuse | Fail):
        since = state.problem_since or at
        return replace(state, problem=decision.problem, problem_since=since)
    read_at = {**state.read_at, **decision.read_at}
    well = replace(state, problem=None, problem_since=None, read_at=read_at)
    if isinstance(decision, Keep):
        return well
    gone = set(decision.gone)
    kept = {(c.source, c.id): c for c in state.cards if (c.source, c.id) not in gone}
    cards = kept | {(c.source, c.id): c for c in decision.upserts}
    return replace(well, cards=tuple(cards.values()), reading=decision.reading or state.reading)


@on_one_store
@given(
    steps=st.lists(st.tuples(decisions, samples.moments, st.booleans()), max_size=6),
)
def test_any_decisions_one_after_the_other_give_the_state_they_say(store, steps):
    """After each decision the state is what a plain model of the records says."""
    kr = _fresh_kr(store)
    state = KrState()
    for step, at, drop in steps:
        decision = replace(step, kr=kr)
        if isinstance(decision, Write):
            mine = decision.reading and decision.reading._replace(kr=kr)
            gone = tuple((c.source, c.id) for c in state.cards[:1]) if drop else ()
            decision = replace(decision, reading=mine, gone=gone)
        store.apply([decision], at)
        state = _expected(state, decision, at)
        back = store.states([kr])[kr]
        assert set(back.cards) == set(state.cards)
        assert replace(back, cards=()) == replace(state, cards=())
