"""Check-ins as they are kept, and as they were known at a moment."""

from __future__ import annotations

from syncer.core.past import FormCheckIn, LatestCheckIn
from syncer.core.records import CheckIn
from tests.store.samples import DAY, NOW, okrs, write


def test_checkins_are_kept_side_by_side(store):
    """Each check-in stays as it was said, oldest first, on KRs and objectives alike."""
    checkins = (
        CheckIn("PUB-1", NOW, confidence=7, value=96.5, note="going well"),
        CheckIn("PUB", NOW, risk="the freeze"),
        CheckIn("PUB-1", NOW + DAY, confidence=0, ask="a decision"),
    )
    for checkin in checkins:
        store.add_checkin(checkin)
    assert store.checkins() == checkins
    assert store.checkins("PUB-1") == (checkins[0], checkins[2])


def test_checkins_are_after_and_until(store):
    """A period leaves out its first moment and holds its last one."""
    for day in range(4):
        store.add_checkin(CheckIn("PUB-1", NOW + day * DAY, confidence=day))
    between = store.checkins(since=NOW, until=NOW + 2 * DAY)
    assert [checkin.confidence for checkin in between] == [1, 2]


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
    checkin = CheckIn("PUB-1", NOW, confidence=7, value=96.5, note="going well")
    store.add_checkin(checkin)
    store.define(okrs(), NOW + DAY)
    store.apply([write(range(3), NOW + DAY)], NOW + DAY)
    assert store.checkins() == (checkin,)


def test_a_check_in_has_a_number_and_a_moment_when_it_came_in(store):
    """The number is the store's, and so is when it came in where that isn't given."""
    first = store.add_checkin(CheckIn("PUB-1", NOW, 7))
    second = store.add_checkin(CheckIn("PUB-1", NOW, 8, entered_at=NOW + DAY))
    lines = store.checkins()
    assert [(line.number, line.entered_at) for line in lines] == [
        (first, NOW),
        (second, NOW + DAY),
    ]


def test_what_is_taken_back_leaves_a_trace(store):
    """It no longer counts, and can still be seen; taken back twice it is unknown."""
    store.add_checkin(CheckIn("PUB-1", NOW, 7))
    number = store.add_checkin(CheckIn("PUB-1", NOW + DAY, 2))
    undone = store.undo_checkin(number, NOW + 2 * DAY)
    assert undone == CheckIn("PUB-1", NOW + DAY, 2, undone_at=NOW + 2 * DAY)
    assert store.undo_checkin(number, NOW + 3 * DAY) is None
    assert store.undo_checkin(number + 1, NOW) is None
    assert [line.confidence for line in store.checkins()] == [7]
    assert store.latest_checkins(["PUB-1"])["PUB-1"].confidence == 7
    assert store.checkins(undone=True)[1] == undone


def test_as_of_before_it_was_taken_back_a_check_in_stands(store):
    """What is taken back later was known at the time."""
    number = store.add_checkin(CheckIn("PUB-1", NOW, 2))
    store.undo_checkin(number, NOW + 2 * DAY)
    assert store.latest_checkins(["PUB-1"], NOW + DAY)["PUB-1"].confidence == 2
    assert store.checkins(until=NOW + DAY) == (CheckIn("PUB-1", NOW, 2),)
    assert store.checkins(until=NOW + 2 * DAY) == ()


def test_an_import_is_known_from_when_it_came_in(store):
    """Its own date orders it; a report before the import didn't know it."""
    store.add_checkin(CheckIn("PUB-1", NOW + DAY, 5))
    store.add_checkins([CheckIn("PUB-1", NOW, 9, entered_at=NOW + 3 * DAY)])
    assert [line.confidence for line in store.checkins()] == [9, 5]
    assert [line.confidence for line in store.checkins(until=NOW + 2 * DAY)] == [5]


def test_a_clock_that_was_ahead_does_not_rule(store):
    """What came in later counts, whatever the dates say, and nothing speaks of later than that."""
    ahead = NOW + 2 * DAY
    store.add_checkin(CheckIn("PUB-1", ahead, 9, entered_at=ahead))
    store.add_checkin(CheckIn("PUB-1", NOW, 4, entered_at=NOW))
    assert store.latest_checkins(["PUB-1"])["PUB-1"].confidence == 4
    assert [line.at for line in store.checkins()] == [NOW, NOW]
    assert [line.confidence for line in store.checkins(until=NOW)] == [9, 4]


def test_a_clock_that_was_years_behind_changes_no_other_date(store):
    """One check-in of a machine that thought it was 1970 leaves the others where they are."""
    store.add_checkin(CheckIn("PUB-1", NOW, 9, entered_at=NOW))
    old = NOW.replace(year=1970)
    store.add_checkin(CheckIn("PUB-1", old, 4, entered_at=old))
    assert [line.at for line in store.checkins()] == [old, NOW]


def test_what_was_taken_back_is_not_imported_again(store):
    """The same file taken again adds nothing; a corrected one is taken."""
    wrong = CheckIn("PUB-1", NOW, 2, entered_at=NOW)
    store.add_checkins([wrong])
    store.undo_checkin(store.checkins()[0].number, NOW)
    assert store.add_checkins([wrong]) == 0
    assert store.add_checkins([CheckIn("PUB-1", NOW, 7, entered_at=NOW)]) == 1
    assert [line.confidence for line in store.checkins()] == [7]


def test_a_form_is_taken_once_and_whole(store):
    """Sent again it adds nothing, whatever it holds; what it brought is known by its name."""
    scored = CheckIn("PUB-1", NOW, 7, entered_at=NOW)
    noted = CheckIn("PUB", NOW, note="all of us", entered_at=NOW)
    for _ in range(2):
        store.add_form("a-form", [FormCheckIn(scored), FormCheckIn(noted)])
    assert store.checkins() == (scored, noted)
    assert store.checkins_of_form("a-form") == (scored, noted)
    assert store.checkins_of_form("another") == ()
    store.add_form("another", [FormCheckIn(scored, seen=99)])
    assert len(store.checkins()) == 3


def test_a_form_says_only_what_was_changed_of_what_was_spoken_of_since(store):
    """What it merely showed doesn't cover what stands of somebody else's."""
    seen = store.add_checkin(CheckIn("PUB-1", NOW, 7, entered_at=NOW))
    newer = store.add_checkin(CheckIn("PUB-1", NOW + DAY, 3, entered_at=NOW + DAY))
    shown = CheckIn("PUB-1", NOW + DAY, 7, note="late", entered_at=NOW + DAY)
    changed = CheckIn("PUB-1", NOW + DAY, note="late", entered_at=NOW + DAY)
    store.add_form("first", [FormCheckIn(shown, seen, changed)])
    store.add_form("second", [FormCheckIn(shown, seen, None)])
    assert store.latest_checkins(["PUB-1"])["PUB-1"].confidence == 3
    assert store.checkins_of_form("first") == (changed,)
    assert store.checkins_of_form("second") == ()
    for number in (newer, store.checkins_of_form("first")[0].number):
        store.undo_checkin(number, NOW + DAY)
    store.add_form("third", [FormCheckIn(shown, seen, changed)])
    assert store.latest_checkins(["PUB-1"])["PUB-1"].confidence == 7
