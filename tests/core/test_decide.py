"""Write, keep, refuse: no number that can't be trusted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.decide import decide
from syncer.core.records import Event, JudgedCard, Keep, KrState, Reading, Refuse, State, Write
from tests.core.worlds import AT

LATER = AT + timedelta(hours=1)
SINCE = AT - timedelta(days=50)


def judged(id_, state=State.REMAINING, source="jira"):
    return JudgedCard(source, id_, f"K-{id_}", "T", "u", state, "r", ())


def stored(*cards):
    """The state after a first reading of these cards."""
    first = decide("KR", KrState(), cards, {"jira": AT}, at=AT, since=None)
    assert isinstance(first, Write)
    return KrState(first.reading, cards, {"jira": AT, "trello": AT})


def next_(last, *cards, force=False, read=("jira", "trello"), left=""):
    read_at, left = dict.fromkeys(read, LATER), {("jira", id_) for id_ in left}
    return decide("KR", last, cards, read_at, at=LATER, since=SINCE, left=left, force=force)


def test_a_first_reading_is_written_with_its_past():
    """The first time, everything is written, and the past as far as it is known."""
    card = judged("a")._replace(created=AT - timedelta(days=9))
    write = decide("KR", KrState(), (card,), {"jira": AT}, at=AT, since=SINCE)
    assert isinstance(write, Write)
    assert write.reading is not None
    assert write.upserts == (card,)
    assert [entry.event for entry in write.entries] == [Event.ADDED]
    assert [reading.rebuilt for reading in write.rebuilt] == [True]


def test_a_first_reading_of_nothing_is_a_reading():
    """A label that no card carries yet counts 0, and no percent."""
    write = decide("KR", KrState(), (), {"jira": AT}, at=AT, since=SINCE)
    assert isinstance(write, Write)
    assert write.reading is not None
    assert write.reading.progress.percent is None


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.data())
def test_nothing_changed_is_kept(ids, data):
    """The same cards again are no reading, no entry, no row: only that we looked."""
    cards = tuple(judged(id_, data.draw(st.sampled_from(list(State)))) for id_ in ids)
    assert next_(stored(*cards), *cards) == Keep("KR", {"jira": LATER, "trello": LATER})


def test_only_what_changed_is_written():
    """Of many cards only the changed one is stored anew."""
    before = [judged(str(number)) for number in range(9)]
    after = [judged("0", State.DONE), *before[1:]]
    write = next_(stored(*before), *after)
    assert isinstance(write, Write)
    assert write.upserts == (after[0],)
    assert write.gone == ()
    assert [entry.event for entry in write.entries] == [Event.DONE]


def test_a_new_title_is_no_reading():
    """A card that is only called otherwise is stored; the numbers stand."""
    write = next_(stored(judged("a")), judged("a")._replace(title="Better"))
    assert isinstance(write, Write)
    assert write.reading is None
    assert write.entries == ()
    assert len(write.upserts) == 1


def test_one_out_one_in_is_in_the_ledger():
    """Counts that stay the same by chance don't hide what happened."""
    write = next_(stored(*(judged(id_) for id_ in "abc")), *(judged(id_) for id_ in "bcd"))
    assert isinstance(write, Write)
    assert write.reading is None
    assert [entry.event for entry in write.entries] == [Event.REMOVED, Event.ADDED]
    assert write.gone == (("jira", "a"),)


@pytest.mark.parametrize(("left", "refused"), [("abc", False), ("ab", False), ("a", True)])
def test_more_than_half_gone_is_refused(left, refused):
    """Half the cards may go; more vanishing at once is not believed."""
    decision = next_(stored(*(judged(id_) for id_ in "abcd")), *(judged(id_) for id_ in left))
    assert isinstance(decision, Refuse) is refused
    if isinstance(decision, Refuse):
        assert "3 of 4 cards vanished" in decision.problem
        assert "--force" in decision.problem


def test_a_source_that_suddenly_has_nothing_is_refused():
    """A source that answered nothing where it had cards is not believed, however few they were."""
    last = stored(judged("a"), judged("b"), judged("c"), judged("t", source="trello"))
    decision = next_(last, judged("a"), judged("b"), judged("c"))
    assert isinstance(decision, Refuse)
    assert "trello answered no card where it had 1" in decision.problem


def test_a_source_no_longer_linked_may_be_gone():
    """Taking a link out of the file isn't a source that fails."""
    last = stored(judged("a"), judged("b"), judged("t", source="trello"))
    assert isinstance(next_(last, judged("a"), judged("b"), read=("jira",)), Write)


def test_force_believes_it():
    """The operator may say that the cards really are gone, all of them too."""
    last = stored(*(judged(id_) for id_ in "abcd"))
    write = next_(last, force=True)
    assert isinstance(write, Write)
    assert write.reading is not None
    assert write.reading.progress.done + write.reading.progress.remaining == 0


def test_cards_that_are_ignored_now_are_not_vanished():
    """What is still reached is seen: a new rule may take it out of the count."""
    last = stored(*(judged(id_) for id_ in "abcd"))
    decision = next_(last, *(judged(id_, State.IGNORED) for id_ in "abcd"))
    assert isinstance(decision, Write)


def test_dropped_cards_count_among_the_vanished():
    """Rule 8 counts done, remaining and dropped cards, not the ignored."""
    last = stored(judged("a"), judged("b", State.DROPPED), judged("c", State.IGNORED))
    assert isinstance(next_(last, judged("a")), Write)
    assert isinstance(next_(last, judged("c", State.IGNORED)), Refuse)


def test_a_reading_holds_its_moment():
    """A written reading bears the time of the run and isn't a rebuilt one."""
    write = next_(stored(judged("a")), judged("a", State.DONE))
    assert isinstance(write, Write)
    assert write.reading == Reading("KR", LATER, write.reading.progress)


def test_cards_that_left_with_their_sprint_have_not_vanished():
    """A whole sprint may go at once when the next begins; what goes beside it counts as ever."""
    last = stored(*(judged(id_) for id_ in "abcdefgh"))
    assert isinstance(next_(last, judged("n"), left="abcdefgh"), Write)
    assert isinstance(next_(last, left="abcdefgh"), Write)
    assert isinstance(next_(last, judged("n"), left="abcd"), Write)
    assert isinstance(next_(last, judged("n"), left="abc"), Refuse)


def test_a_card_that_could_have_left_and_is_here_is_here():
    """A card that was carried into the next sprint stays in the KR."""
    last = stored(*(judged(id_) for id_ in "ab"))
    write = next_(last, judged("a"), judged("b", State.DONE), left="ab")
    assert isinstance(write, Write)
    assert write.gone == ()
    assert [entry.event for entry in write.entries] == [Event.DONE]
