"""A KR whose sources are read one at a time, each by whoever gets to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.counting import Counting
from config.okrs import KeyResult, Metric, Objective
from connectors.base import ByLabel, Card, Category, Hit, Pull
from connectors.errors import NotFoundError
from syncer.core.counted_by import counted_by_text
from syncer.core.decide import decision
from syncer.core.plan import Target
from syncer.core.records import Fail, Keep, KrState, Write
from syncer.core.spanning import as_far_as_read, first_part, whole_now
from tests.core.worlds import AT

LABEL = ByLabel("kr")
RULES = {"a": Counting(), "b": Counting()}
TARGET = Target(
    Objective(id="O", title="O", team="T", period="2026-Q4"),
    KeyResult(id="KR", title="KR", metric=Metric(start=0, target=1)),
    {"a": (LABEL,), "b": (LABEL,)},
    None,
    None,
    {name: counted_by_text((LABEL,), (), Counting()) for name in ("a", "b")},
)


def pull(source, ids, at=AT):
    """What a source has now: these cards, those in capitals done."""
    cards = {
        id_: Card(source, id_, id_, id_, "u", category=Category.DONE if id_.isupper() else None)
        for id_ in ids
    }
    return Pull(source, at, cards, {LABEL: tuple(Hit(id_, "label") for id_ in ids)})


def stored(last, choice):
    """What the store has after a decision on the KR."""
    if isinstance(choice, Keep):
        return replace(last, read_at=choice.read_at)
    assert isinstance(choice, Write)
    cards = {(card.source, card.id): card for card in last.cards}
    cards |= {(card.source, card.id): card for card in choice.upserts}
    for key in choice.gone:
        del cards[key]
    return KrState(
        choice.reading or last.reading,
        tuple(cards.values()),
        choice.read_at,
        counted_by=last.counted_by if choice.counted_by is None else choice.counted_by,
    )


def read(last, answer):
    """What a fleet does with one source's answer."""
    target = as_far_as_read(TARGET, last, answer.source)
    if target is None:
        return first_part(TARGET, last, answer, RULES)
    choice = decision(target, last, {answer.source: answer}, RULES, at=answer.read_at, force=True)
    return whole_now(choice, last)


def test_there_is_no_reading_until_every_source_was_read():
    """The first source's cards are kept, and counted when the other has been read."""
    first = read(KrState(), pull("a", "xY"))
    assert isinstance(first, Write)
    assert first.reading is None
    assert first.entries == ()
    last = stored(KrState(), first)
    second = read(last, pull("b", "Z"))
    assert isinstance(second, Write)
    assert (second.reading.progress.done, second.reading.progress.remaining) == (2, 1)
    assert [card.id for card in second.upserts] == ["Z"]
    assert set(second.read_at) == {"a", "b"}


def test_what_left_before_the_first_reading_is_no_part_of_it():
    """A source that is read again before the other was replaces what it had."""
    last = stored(KrState(), read(KrState(), pull("a", "xY")))
    again = read(last, pull("a", "Y", AT + timedelta(hours=1)))
    assert again.gone == (("a", "x"),)
    assert again.upserts == ()
    whole = read(stored(last, again), pull("b", ""))
    assert (whole.reading.progress.done, whole.reading.progress.remaining) == (1, 0)


def test_a_link_that_leads_nowhere_is_told_before_the_first_reading():
    """A source's fault is the KR's problem, also while it has no reading."""
    answer = replace(pull("a", ""), hits={}, problems={LABEL: NotFoundError("a: no such board")})
    assert read(KrState(), answer) == Fail("KR", "a: no such board")


def test_a_failure_before_the_first_reading_stays_as_it_is():
    """A decision that writes no cards has none to leave out."""
    failed = Fail("KR", "a: no such board")
    assert whole_now(failed, KrState()) is failed


def test_a_source_linked_to_later_has_its_say_when_it_is_read():
    """Until then the number goes on by the sources that were read."""
    alone = replace(TARGET, selectors={"a": (LABEL,)}, counted_by={"a": TARGET.counted_by["a"]})
    first = decision(alone, KrState(), {"a": pull("a", "x")}, RULES, at=AT)
    last = stored(KrState(), first)
    moved = read(last, pull("a", "X"))
    assert moved.reading.progress.done == 1
    assert set(moved.read_at) == {"a"}
    both = read(stored(last, moved), pull("b", "Z"))
    assert both.reading.progress.done == 2
    assert [entry.event.value for entry in both.entries] == ["linked"]


ANSWERS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sets(st.sampled_from("uvUVwW"), max_size=4)),
    min_size=1,
    max_size=8,
)


@given(ANSWERS)
def test_in_any_order_the_number_is_that_of_the_newest_readings(answers):
    """Whoever reads which source when, the last number is by the newest answer of each."""
    last, newest = KrState(), {}
    for number, (source, ids) in enumerate(answers):
        newest[source] = ids
        answer = pull(source, sorted(ids), AT + timedelta(minutes=number))
        last = stored(last, read(last, answer))
        if len(newest) == len(TARGET.selectors):
            cards = [id_ for ids in newest.values() for id_ in ids]
            done = sum(id_.isupper() for id_ in cards)
            progress = last.reading.progress
            assert (progress.done, progress.remaining) == (done, len(cards) - done)
        else:
            assert last.reading is None
