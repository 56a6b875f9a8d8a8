"""What a run has decided, written whole: readings, cards, ledger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connectors.errors import StoreError
from syncer.core.records import Event, Fail, Keep, KrState, Refuse, State, Write
from tests.store.samples import DAY, HOUR, NOW, entry, judged, reading, write


def test_a_kr_never_read_has_an_empty_state(store):
    """A KR that was defined and never read, and one never heard of, have empty states."""
    assert store.states(["PUB-1", "nobody"]) == {"PUB-1": KrState(), "nobody": KrState()}


def test_a_write_is_all_there(store):
    """A write gives the state its reading, its cards and its moments, and the ledger its lines."""
    store.apply([write(range(3))], NOW)
    state = store.states(["PUB-1"])["PUB-1"]
    assert state.reading == reading(3)
    assert state.cards == tuple(judged(n) for n in range(3))
    assert state.read_at == {"jira": NOW}
    assert state.problem is None
    assert store.ledger("PUB-1") == tuple(entry(n) for n in range(3))
    assert store.readings("PUB-1") == (reading(3),)


def test_a_write_touches_no_other_kr(store):
    """What is written for one KR isn't seen in another, even with the same cards."""
    store.apply([write(range(3))], NOW)
    store.apply([write(range(2), kr="PUB-2")], NOW)
    store.apply([Write("PUB-2", {"jira": NOW}, None, gone=(("jira", "0"),))], NOW)
    assert len(store.states(["PUB-1"])["PUB-1"].cards) == 3
    assert len(store.states(["PUB-2"])["PUB-2"].cards) == 1


def test_a_second_write_changes_what_differs_and_removes_what_is_gone(store):
    """Upserts replace cards, gone ones vanish, the others stay; readings and ledger grow."""
    store.apply([write(range(4))], NOW)
    renamed = judged(1, State.DROPPED, title="New name", via=("epic PUB-9", "label x"), points=0.0)
    new = judged(9, source="trello")
    later = NOW + HOUR
    done = entry(1, Event.DROPPED, later, was=State.DONE)
    gone = (("jira", "2"), ("jira", "3"))
    at = {"jira": later, "trello": later}
    store.apply([Write("PUB-1", at, reading(2, later), (renamed, new), gone, (done,))], later)
    state = store.states(["PUB-1"])["PUB-1"]
    assert state.cards == (judged(0), renamed, new)
    assert state.reading == reading(2, later)
    assert state.read_at == at
    assert store.readings("PUB-1") == (reading(4), reading(2, later))
    assert store.ledger("PUB-1")[-1] == done


def test_a_write_without_a_reading_keeps_the_reading(store):
    """Where the counts are as they were, cards change and the last reading stays."""
    store.apply([write(range(2))], NOW)
    renamed = judged(1, title="New name")
    store.apply([Write("PUB-1", {"jira": NOW + HOUR}, None, (renamed,))], NOW + HOUR)
    state = store.states(["PUB-1"])["PUB-1"]
    assert state.reading == reading(2)
    assert state.cards == (judged(0), renamed)
    assert state.read_at == {"jira": NOW + HOUR}


def test_keep_moves_the_moment_and_nothing_else(store, ask):
    """A run that changed nothing moves `read_at`; no other row is written."""
    store.apply([write(range(2))], NOW)
    before = store.states(["PUB-1"])["PUB-1"]
    store.apply([Keep("PUB-1", {"jira": NOW + HOUR})], NOW + HOUR)
    after = store.states(["PUB-1"])["PUB-1"]
    assert after == replace(before, read_at={"jira": NOW + HOUR})
    assert ask("SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM entries)") == [(1, 2)]


def test_keep_moves_only_the_sources_that_were_read(store):
    """A source that this run didn't read keeps its moment."""
    both = replace(write(range(2)), read_at={"jira": NOW, "trello": NOW})
    store.apply([both], NOW)
    store.apply([Keep("PUB-1", {"trello": NOW + HOUR})], NOW + HOUR)
    assert store.summaries(["PUB-1"])["PUB-1"].read_at == {"jira": NOW, "trello": NOW + HOUR}


@pytest.mark.parametrize("kind", [Refuse, Fail])
def test_a_problem_is_set_and_nothing_else(store, kind):
    """A refusal or a failure leaves number, cards and moments, and says why and since when."""
    store.apply([write(range(2))], NOW)
    before = store.states(["PUB-1"])["PUB-1"]
    store.apply([kind("PUB-1", "all cards vanished")], NOW + HOUR)
    after = store.states(["PUB-1"])["PUB-1"]
    assert after == replace(before, problem="all cards vanished", problem_since=NOW + HOUR)
    assert len(store.readings("PUB-1")) == 1


def test_a_problem_that_goes_on_keeps_the_moment_it_began(store):
    """The words follow the last run, the moment stays that of the first one."""
    store.apply([Fail("PUB-1", "jira is down")], NOW)
    store.apply([Refuse("PUB-1", "jira answered nothing")], NOW + DAY)
    state = store.summaries(["PUB-1"])["PUB-1"]
    assert (state.problem, state.problem_since) == ("jira answered nothing", NOW)


@pytest.mark.parametrize("well", [Keep("PUB-1", {"jira": NOW}), write(range(1))])
def test_a_good_run_clears_the_problem(store, well):
    """After a Keep or a Write nothing is wrong, and the next problem begins anew."""
    store.apply([Fail("PUB-1", "jira is down")], NOW)
    store.apply([well], NOW)
    assert store.summaries(["PUB-1"])["PUB-1"].problem is None
    store.apply([Fail("PUB-1", "jira is down")], NOW + DAY)
    assert store.summaries(["PUB-1"])["PUB-1"].problem_since == NOW + DAY


def test_summaries_are_the_states_without_cards(store):
    """`summaries` differs from `states` in the cards alone."""
    store.apply([write(range(2))], NOW)
    store.apply([Fail("PUB-2", "jira is down")], NOW)
    krs = ["PUB-1", "PUB-2", "PUB-3"]
    states = {kr: replace(state, cards=()) for kr, state in store.states(krs).items()}
    assert store.summaries(krs) == states


def test_the_last_reading_is_the_last_one_written(store):
    """A clock that was once wrong doesn't keep later readings from being the last."""
    store.apply([write(range(1), NOW + 300 * DAY)], NOW)
    store.apply([Write("PUB-1", {"jira": NOW}, reading(2))], NOW)
    assert store.summaries(["PUB-1"])["PUB-1"].reading == reading(2)


def test_rebuilt_readings_are_not_the_last_one(store):
    """Readings rebuilt on the first run are history; the state holds the one that was seen."""
    rebuilt = tuple(reading(n, NOW - n * DAY, rebuilt=True) for n in (1, 2))
    store.apply([write(range(3), rebuilt=rebuilt)], NOW)
    assert store.summaries(["PUB-1"])["PUB-1"].reading == reading(3)
    assert store.readings("PUB-1") == (*reversed(rebuilt), reading(3))


def test_a_write_that_fails_in_the_middle_leaves_nothing(store):
    """Whole or not at all: a fault in the last part undoes the parts before it."""
    store.apply([write(range(2))], NOW)
    before = store.states(["PUB-1"]), store.ledger("PUB-1"), store.readings("PUB-1")
    alien = reading(5, NOW + HOUR, kr="nobody")
    with pytest.raises(StoreError):
        store.apply([replace(write(range(2, 9), NOW + HOUR), reading=alien)], NOW + HOUR)
    assert (store.states(["PUB-1"]), store.ledger("PUB-1"), store.readings("PUB-1")) == before


def test_a_kr_that_was_never_defined_is_refused(store):
    """The store takes nothing about a KR that it doesn't know."""
    with pytest.raises(StoreError):
        store.apply([Keep("nobody", {"jira": NOW})], NOW)


def test_a_moment_without_a_zone_is_refused(store):
    """A moment without a zone is the caller's fault and said as that."""
    with pytest.raises(ValueError, match="without a zone"):
        store.apply([Keep("PUB-1", {"jira": NOW.replace(tzinfo=None)})], NOW)


def test_text_that_no_database_takes_is_stored_with_marks(store):
    """NUL and half surrogate pairs become U+FFFD, and whole characters stay."""
    dirty = judged(1, title="a\0b\ud83dc\U0001f600", via=("label \0",))
    store.apply([Write("PUB-1", {"jira": NOW}, reading(), (dirty,))], NOW)
    (card,) = store.states(["PUB-1"])["PUB-1"].cards
    assert card.title == "a\ufffdb\ufffdc\U0001f600"
    assert card.via == ("label \0",)


def test_two_halves_of_a_pair_in_two_texts_are_no_character(store):
    """Texts are looked at together, and are each storable all the same."""
    halves = judged(1, title="\ud83d"), judged(2, title="\ude00")
    store.apply([Write("PUB-1", {"jira": NOW}, reading(), halves)], NOW)
    assert [card.title for card in store.states(["PUB-1"])["PUB-1"].cards] == ["\ufffd"] * 2


def test_only_what_changed_is_written(store, ask):
    """A card changed among many writes its own row and no other."""
    store.apply([write(range(300))], NOW)
    ask("UPDATE cards SET rule = 'untouched'")
    store.apply([Write("PUB-1", {"jira": NOW}, None, (judged(7, title="New"),))], NOW)
    assert ask(
        "SELECT title FROM cards JOIN card_names n ON n.id = card_name WHERE rule <> 'untouched'"
    ) == [("New",)]


def test_many_krs_are_asked_for_at_once(store):
    """More KRs than fit into one query come back whole, each once."""
    store.apply([write(range(2))], NOW)
    krs = [f"K-{n}" for n in range(1200)] + ["PUB-1"]
    states = store.states(krs)
    assert list(states) == krs
    assert len(states["PUB-1"].cards) == 2
