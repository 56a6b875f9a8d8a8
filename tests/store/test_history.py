"""Readings and ledger over any span, in pieces or whole."""

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
        line = entry(day, Event.DONE if day % 3 else Event.REOPENED, at)
        store.apply([Write("PUB-1", {"jira": at}, reading(day, at), entries=(line,))], at)
    return store


def test_readings_are_after_and_until(month):
    """A period leaves out its first moment and holds its last one."""
    readings = month.readings("PUB-1", NOW + DAY, NOW + 3 * DAY)
    assert [reading.progress.done for reading in readings] == [2, 3]


def test_periods_that_follow_each_other_hold_everything_once(month):
    """Cut anywhere, readings and ledger add up to the whole."""
    cuts = [None, NOW, NOW + 7 * DAY, NOW + 8 * DAY + HOUR, None]
    for of in (month.readings, month.ledger):
        parts = [of("PUB-1", *period) for period in pairwise(cuts)]
        assert tuple(reading for part in parts for reading in part) == of("PUB-1")
        assert len(of("PUB-1")) == 30


def test_many_krs_at_once_are_each_in_their_place(month):
    """The forms over many KRs give the same as one by one, and empty ones too."""
    month.apply([write(range(2), NOW, "PUB-2")], NOW)
    krs = ("PUB-2", "PUB-1", "PUB-3")
    assert month.readings_of(krs, NOW) == {kr: month.readings(kr, NOW) for kr in krs}
    assert month.ledger_of(iter(krs)) == {kr: month.ledger(kr) for kr in krs}
    assert month.readings("PUB-3") == ()


def test_entries_of_one_moment_keep_their_order(store):
    """What one run wrote comes back in the order it was written."""
    entries = tuple(entry(n) for n in (5, 3, 9, 1))
    store.apply([Write("PUB-1", {"jira": NOW}, reading(), entries=entries)], NOW)
    assert store.ledger("PUB-1") == entries
