"""What has happened between two moments, worked out of the ledger: it must add up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from syncer.core.ledger import compare, relink
from syncer.core.records import Entry, Event, JudgedCard, Progress, Reading, State
from syncer.core.sums import count
from syncer.review.delta import Counts, delta, since
from tests.review.sample import LAST_REVIEW, histories

START = datetime(2026, 10, 1, tzinfo=UTC)
STATES = st.sampled_from([None, State.REMAINING, State.DONE, State.DROPPED, State.IGNORED])
BOARDS = st.lists(st.lists(STATES, min_size=6, max_size=6), min_size=1, max_size=8)


def board(states):
    """One board of a card per state; None is a card that isn't there."""
    return [
        JudgedCard("jira", str(n), f"A-{n}", "", "", state, "", ())
        for n, state in enumerate(states)
        if state
    ]


def walk(days):
    """The ledger and the progress at the end of each day of a board's life."""
    entries, counts, before = [], [], []
    for n, states in enumerate(days):
        now = board(states)
        entries += compare("A", before, now, START + timedelta(days=n))
        counts.append(count(now))
        before = now
    return entries, counts


@given(BOARDS, st.integers(0, 7))
def test_what_there_was_plus_what_happened_is_what_there_is(days, day):
    """Worked out backwards from any later state, the counts of any day are that day's."""
    entries, counts = walk(days)
    then = counts[min(day, len(days) - 1)]
    change = delta(entries, counts[-1], START + timedelta(days=day))
    assert change.before == Counts(then.done, then.remaining, then.dropped)


@given(BOARDS, st.integers(0, 7), st.integers(0, 7))
def test_deltas_add_up_from_report_to_report(days, first, second):
    """Two reports' events together are the events of one report over both spans."""
    early, late = sorted((START + timedelta(days=first), START + timedelta(days=second)))
    entries, counts = walk(days)
    whole = delta(entries, counts[-1], early)
    upto = delta([e for e in entries if e.at <= late], Progress(), early)
    rest = delta(entries, counts[-1], late)
    for name in ("done", "added", "reopened", "dropped", "removed"):
        assert getattr(whole, name) == getattr(upto, name) + getattr(rest, name)


def test_events_at_the_reviews_own_moment_were_before_it():
    """What a run saw at the very start of the meeting was on the meeting's table."""
    entry = Entry("A", START, Event.ADDED, "jira", "1", "A-1", "", "")
    assert not delta([entry], Progress(remaining=1), START).moved
    assert delta([entry], Progress(remaining=1), START - timedelta(seconds=1)).added == 1


def test_without_a_review_the_first_reading_is_the_start():
    """The count begins at the last review, else at the first reading, else nowhere."""
    history = histories()[0]
    assert since(history, LAST_REVIEW) == LAST_REVIEW
    assert since(history, None) == history.readings[0].at
    assert since(histories()[7], None) is None


def test_the_sample_quarters_readings_agree_with_its_ledger():
    """For every KR and every reading, the ledger leads back to the counts that were read."""
    for history in histories():
        for reading in history.readings:
            assert isinstance(reading, Reading)
            before = delta(history.entries, history.state.reading.progress, reading.at).before
            done, remaining = reading.progress.done, reading.progress.remaining
            assert (before.done, before.remaining) == (done, remaining)


SIDES = st.lists(STATES, min_size=6, max_size=6)


@given(SIDES, SIDES, SIDES)
def test_a_row_adds_up_whatever_happened_and_whatever_was_edited(before, former, now):
    """All cards and those done: from what there was to what there is."""
    entries = compare("A", board(before), board(former), START)
    entries += relink("A", board(former), board(now), START)
    row = delta(entries, count(board(now)), START - timedelta(seconds=1))
    then, of = count(board(before)), row.of_done
    assert row.before == Counts(then.done, then.remaining, then.dropped)
    gone, come = row.removed + row.unlinked, row.added + row.linked
    assert row.before.total + come - gone == row.now.total
    left = of.reopened + of.dropped + of.removed + of.unlinked
    assert row.before.done + row.done + of.linked - left == row.now.done
    assert of.added <= min(row.added, row.done)
