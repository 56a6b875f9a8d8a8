"""The model that says how many workers a fleet needs."""

from __future__ import annotations

from bench.fleet_model import ENOUGH, MOST, ReadCost, lateness, workers_needed

WAITING = ReadCost(waiting=10.0, computing=0.0)
COMPUTING = ReadCost(waiting=0.0, computing=1.0)


def test_a_fleet_that_only_waits_needs_a_slot_for_each_that_waits():
    """A hundred reads of ten seconds each minute are seventeen at a time."""
    assert workers_needed(100, 60, 1, WAITING) in {17, 18}
    assert workers_needed(100, 60, 6, WAITING) == 3


def test_more_at_once_helps_no_processor():
    """What a worker computes it does one after the other, however many jobs it has."""
    for at_once in (1, 4, 16):
        assert workers_needed(90, 60, at_once, COMPUTING) == 2


def test_one_worker_less_is_too_few():
    """The number that is given keeps up, and the one before doesn't."""
    cost = ReadCost(waiting=2.0, computing=0.3)
    needed = workers_needed(500, 60, 4, cost)
    assert lateness(500, 60, needed, 4, cost) <= ENOUGH
    assert lateness(500, 60, needed - 1, 4, cost) > ENOUGH


def test_what_no_fleet_can_do_is_said():
    """Reads that compute longer than all workers together have are too many."""
    assert workers_needed(1000, 1, 1, ReadCost(0.0, 2.0 * MOST)) is None
