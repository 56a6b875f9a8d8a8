from __future__ import annotations

from itertools import pairwise

import pytest

from syncer.core.records import Event, Write
from tests.store.samples import DAY, HOUR, NOW, entry, reading, write


@pytest.fixture
def month(store):
    """Thirty days of PUB-1: a card done on each, and one reading and one entry."""
    for day in range(30):
        at = NOW + day * DAY
        one = entry(day, Event.DONE if day % 3 else Event.REOPENED, at)
        store.apply([Write("PUB-1", {"jira": at}, reading(day, at), entries=(one,))], at)
    return store


def test_readings_are_after_and_until(month):
    """A period leaves out its first moment and holds its last one."""
    found = month.readings("PUB-1", NOW + DAY, NOW + 3 * DAY)
    assert [one.progress.done for one in found] == [2, 3]


def test_periods_that_follow_each_other_hold_everything_once(month):
    """Cut anywhere, readings and ledger add up to the whole."""
    cuts = [None, NOW, NOW + 7 * DAY, NOW + 8 * DAY + HOUR, None]
    for of in (month.readings, month.ledger):
        parts = [of("PUB-1", *period) for period in pairwise(cuts)]
        assert tuple(one for part in parts for one in part) == of("PUB-1")
        assert len(of("PUB-1")) == 30


def test_many_krs_at_once_are_each_in_their_place(month):
    """The forms over many KRs give the same as one by one, and empty ones too."""
    month.apply([write(range(2), NOW, "PUB-2")], NOW)
    krs = ("PUB-2", "PUB-1", "PUB-3")
    assert month.readings_of(krs, NOW) == {kr: month.readings(kr, NOW) for kr in krs}
    assert month.ledger_of(iter(krs)) == {kr: month.ledger(kr) for kr in krs}
    assert month.readings("PUB-3") == ()


def test_the_first_reading_is_the_first_one_seen(month):
    """Rebuilt readings before it aren't the first; a KR never read has none."""
    rebuilt = (reading(1, NOW - DAY, "PUB-2", rebuilt=True),)
    month.apply([write(range(2), NOW, "PUB-2", rebuilt=rebuilt)], NOW)
    month.apply([write(range(2), NOW + DAY, "PUB-2")], NOW)
    assert month.first_reading("PUB-2") == reading(2, NOW, "PUB-2")
    assert month.first_reading("PUB-3") is None
    assert month.first_readings(["PUB-1", "PUB-2", "PUB-3"]) == {
        "PUB-1": reading(0, NOW),
        "PUB-2": reading(2, NOW, "PUB-2"),
    }


def test_events_are_counted_after_a_moment(month):
    """Entries at the moment itself belong to the period before."""
    counts = month.event_counts("PUB-1", NOW + 3 * DAY)
    assert counts == dict.fromkeys(Event, 0) | {Event.DONE: 18, Event.REOPENED: 8}
    counts = month.event_counts("PUB-1", NOW + 3 * DAY, NOW + 6 * DAY)
    assert counts == dict.fromkeys(Event, 0) | {Event.DONE: 2, Event.REOPENED: 1}


def test_events_are_counted_from_a_moment_of_each_kr(month):
    """Each KR has a period of its own; one without entries has zeros."""
    month.apply([write(range(4), NOW, "PUB-2")], NOW)
    since = {"PUB-1": NOW + 27 * DAY, "PUB-2": NOW - DAY, "PUB-3": NOW - DAY}
    counts = month.event_counts_of(since)
    assert counts["PUB-1"] == dict.fromkeys(Event, 0) | {Event.DONE: 2}
    assert counts["PUB-2"] == dict.fromkeys(Event, 0) | {Event.ADDED: 4}
    assert counts["PUB-3"] == dict.fromkeys(Event, 0)


def test_entries_of_one_moment_keep_their_order(store):
    """What one run wrote comes back in the order it was written."""
    entries = tuple(entry(n) for n in (5, 3, 9, 1))
    store.apply([Write("PUB-1", {"jira": NOW}, reading(), entries=entries)], NOW)
    assert store.ledger("PUB-1") == entries
