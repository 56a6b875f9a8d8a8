from __future__ import annotations

from syncer.core.records import CheckIn, LatestCheckIn
from tests.store.samples import DAY, NOW, okrs, write


def test_checkins_are_kept_side_by_side(store):
    """Each check-in stays as it was said, oldest first, on KRs and objectives alike."""
    said = (
        CheckIn("PUB-1", NOW, confidence=7, value=96.5, note="going well"),
        CheckIn("PUB", NOW, risk="the freeze"),
        CheckIn("PUB-1", NOW + DAY, confidence=0, ask="a decision"),
    )
    for one in said:
        store.add_checkin(one)
    assert store.checkins() == said
    assert store.checkins("PUB-1") == (said[0], said[2])


def test_checkins_are_after_and_until(store):
    """A period leaves out its first moment and holds its last one."""
    for day in range(4):
        store.add_checkin(CheckIn("PUB-1", NOW + day * DAY, confidence=day))
    found = store.checkins(since=NOW, until=NOW + 2 * DAY)
    assert [one.confidence for one in found] == [1, 2]


def test_the_latest_of_each_thing_may_be_of_different_days(store):
    """What a check-in leaves unsaid stays as it was last said, with its own date."""
    store.add_checkin(CheckIn("PUB-1", NOW, confidence=7, value=0.0, risk="the freeze"))
    store.add_checkin(CheckIn("PUB-1", NOW + DAY, confidence=0, note="blocked"))
    assert store.latest_checkins(["PUB-1"])["PUB-1"] == LatestCheckIn(
        at=NOW + DAY,
        confidence=0,
        confidence_at=NOW + DAY,
        value=0.0,
        value_at=NOW,
        note="blocked",
        note_at=NOW + DAY,
        risk="the freeze",
        risk_at=NOW,
    )


def test_a_checkin_entered_late_is_not_the_latest(store):
    """What counts is when it was said, not when it was written."""
    store.add_checkin(CheckIn("PUB-1", NOW + DAY, confidence=5))
    store.add_checkin(CheckIn("PUB-1", NOW, confidence=9))
    assert store.latest_checkins(["PUB-1"])["PUB-1"].confidence == 5


def test_the_latest_as_of_a_moment(store):
    """Looking back, what was said later isn't known yet."""
    store.add_checkin(CheckIn("PUB-1", NOW, confidence=9))
    store.add_checkin(CheckIn("PUB-1", NOW + DAY, confidence=5))
    assert store.latest_checkins(["PUB-1"], NOW)["PUB-1"].confidence == 9


def test_a_subject_never_spoken_of_has_an_empty_one(store):
    """Every subject asked is there."""
    assert store.latest_checkins(["PUB-2", "nobody"]) == {
        "PUB-2": LatestCheckIn(),
        "nobody": LatestCheckIn(),
    }


def test_a_sync_never_touches_a_checkin(store):
    """Definitions and decisions leave what teams said as it is."""
    said = CheckIn("PUB-1", NOW, confidence=7, value=96.5, note="going well")
    store.add_checkin(said)
    store.define(okrs(), NOW + DAY)
    store.apply([write(range(3), NOW + DAY)], NOW + DAY)
    assert store.checkins() == (said,)
