"""Changed links and rules are no progress: what an edit did is told apart from what happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from config.counting import Counting, Done, Ignore
from config.okrs import KeyResult, Metric, Objective
from connectors.base import Ask, ByBoard, ByEpic, ByLabel, ByQuery, Card, Category, Hit, Pull, Scope
from syncer.core.counted_by import counted_by_text, read_counted_by
from syncer.core.decide import decision
from syncer.core.plan import Plan, Target, as_stored
from syncer.core.records import Event, Fail, Keep, KrState, Refuse, State, Write
from tests.core.worlds import AT

LATER = AT + timedelta(days=1)
A, B = ByLabel("a"), ByLabel("b")
OBJECTIVE = Objective(id="O", title="O", team="T", period="2026-Q4")
KR = KeyResult(id="KR", title="KR", metric=Metric(start=0, target=1))
RULES = Counting()
VERIFIED = Counting(done=Done(statuses=("Verified",)))


def card(id_, status="Doing", category=Category.ACTIVE, source="s", created=None):
    return Card(
        source, id_, id_, id_, "u", kind="Story", status=status, category=category, created=created
    )


def done(id_, **more):
    return card(id_, "Done", Category.DONE, **more)


def pull(hits, *cards, at=AT, problems=(), source="s"):
    """A source's answer: the ids that each selector reaches."""
    return Pull(
        source,
        at,
        {card.id: card for card in cards},
        {sel: tuple(Hit(id_, f"way to {id_}") for id_ in ids) for sel, ids in hits.items()},
        problems=dict(problems),
    )


def target(*selectors, rules=RULES, projects=(), source="s", ends=None):
    text = counted_by_text(selectors, projects, rules)
    return Target(OBJECTIVE, KR, {source: selectors}, None, ends, {source: text})


def first(aim, answer, rules=RULES):
    """What the store has after a first reading."""
    write = decision(aim, KrState(), {answer.source: answer}, {answer.source: rules}, at=AT)
    return KrState(write.reading, write.upserts, write.read_at, counted_by=write.counted_by)


def next_(aim, last, answer, rules=RULES, at=LATER, **more):
    return decision(aim, last, {answer.source: answer}, {answer.source: rules}, at=at, **more)


def events(write):
    """What the ledger says, card by card."""
    return [(entry.id, entry.event, entry.was, entry.state) for entry in write.entries]


FIVE = [done("1"), done("2"), card("3"), card("4"), card("5")]
OTHERS = [done("6"), card("7")]


def test_another_label_links_and_unlinks_whatever_the_state():
    """All cards go and others come, done ones too; nobody has to say --force."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    answer = pull({A: "12345", B: "67"}, *FIVE, *OTHERS, at=LATER)
    write = next_(target(B), last, answer)
    assert isinstance(write, Write)
    assert {entry.event for entry in write.entries} == {Event.LINKED, Event.UNLINKED}
    assert events(write)[0] == ("1", Event.UNLINKED, State.DONE, None)
    assert ("6", Event.LINKED, None, State.DONE) in events(write)
    assert write.reading.progress[:2] == (1, 1)
    assert write.counted_by == target(B).counted_by


def test_progress_in_the_same_run_is_progress():
    """What was done, added and removed by the former links happened; the rest is the edit."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    now = [done("1"), done("2"), done("3"), card("4"), card("9")]
    answer = pull({A: "12349", B: "3"}, *now, at=LATER)
    write = next_(target(B), last, answer)
    assert ("3", Event.DONE, State.REMAINING, State.DONE) in events(write)
    assert ("5", Event.REMOVED, State.REMAINING, None) in events(write)
    assert ("9", Event.ADDED, None, State.REMAINING) in events(write)
    unlinked = [id_ for id_, event, *_ in events(write) if event is Event.UNLINKED]
    assert unlinked == ["1", "2", "4", "9"]


def test_a_rule_that_makes_cards_done_did_nothing():
    """Each is unlinked as it was and linked as it is now, and nothing else."""
    verified = [card("1", "Verified"), card("2")]
    last = first(target(A), pull({A: "12"}, *verified))
    aim = target(A, rules=VERIFIED)
    write = next_(aim, last, pull({A: "12"}, *verified, at=LATER), VERIFIED)
    assert events(write) == [
        ("1", Event.UNLINKED, State.REMAINING, None),
        ("1", Event.LINKED, None, State.DONE),
    ]


def test_a_rule_that_ignores_cards_unlinks_them():
    """And taken back it links them."""
    ignoring = Counting(ignore=Ignore(issue_types=("Story",)))
    last = first(target(A), pull({A: "12345"}, *FIVE))
    write = next_(target(A, rules=ignoring), last, pull({A: "12345"}, *FIVE, at=LATER), ignoring)
    assert {entry.event for entry in write.entries} == {Event.UNLINKED}
    assert len(write.entries) == 5


def test_relabelled_cards_that_the_new_link_reaches_are_still_there():
    """A label renamed on the board and in the file is no event at all."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    decided = next_(target(B), last, pull({A: "", B: "12345"}, *FIVE, at=LATER))
    assert not getattr(decided, "entries", ())
    assert decided.counted_by == target(B).counted_by


def test_former_links_that_cannot_be_followed_take_what_was_there_as_there():
    """A board that is gone: its cards are unlinked, those that come instead are linked."""
    gone = ByBoard(("42",))
    last = first(target(gone), pull({gone: "12"}, done("1"), card("2")))
    new = card("9", created=LATER - timedelta(hours=1))
    cards = [done("2"), card("7", created=AT - timedelta(days=9)), new]
    answer = pull({B: "279"}, *cards, at=LATER, problems={gone: Exception()}.items())
    write = next_(target(B), last, answer)
    assert events(write) == [
        ("2", Event.DONE, State.REMAINING, State.DONE),
        ("1", Event.UNLINKED, State.DONE, None),
        ("7", Event.LINKED, None, State.REMAINING),
        ("9", Event.LINKED, None, State.REMAINING),
    ]


def test_other_projects_link_and_unlink():
    """What a source looks through is part of the links; a card made since was added."""
    last = first(target(A, projects=("P",)), pull({A: "12"}, card("1"), card("2")))
    new = card("9", created=LATER - timedelta(hours=1))
    answer = pull({A: "279"}, card("2"), card("7"), new, at=LATER)
    write = next_(target(A, projects=("Q",)), last, answer)
    assert [(id_, event) for id_, event, *_ in events(write)] == [
        ("9", Event.ADDED),
        ("1", Event.UNLINKED),
        ("7", Event.LINKED),
    ]


def test_a_source_no_longer_linked_is_unlinked_and_a_new_one_linked():
    """Whatever share of the cards it had."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    aim = target(A, source="t")
    cards = [card("8", source="t")]
    write = next_(aim, last, pull({A: "8"}, *cards, at=LATER, source="t"))
    assert {entry.event for entry in write.entries} == {Event.LINKED, Event.UNLINKED}
    assert len(write.gone) == 5


def test_what_vanishes_under_the_former_links_is_refused_all_the_same():
    """An edit doesn't excuse a source that answers nothing."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    assert isinstance(next_(target(B), last, pull({A: "", B: ""}, at=LATER)), Refuse)


def test_a_reading_whose_links_nobody_kept_is_taken_as_of_the_same():
    """A store of an earlier version of ours."""
    last = first(target(A), pull({A: "12345"}, *FIVE))
    old = KrState(last.reading, last.cards, last.read_at)
    write = next_(target(B), old, pull({B: "1234"}, *FIVE[:4], at=LATER))
    assert [entry.event for entry in write.entries] == [Event.REMOVED]


def test_an_edit_that_changes_nothing_is_kept_for_the_next_run():
    """The new links are noted, and that we looked."""
    last = first(target(A), pull({A: "1"}, card("1")))
    kept = next_(target(A, B), last, pull({A: "1", B: ""}, card("1"), at=LATER))
    assert kept == Keep("KR", {"s": LATER}, target(A, B).counted_by, {"s": None})


@pytest.mark.parametrize(
    "selector",
    [
        A,
        ByEpic(("P-1", "P-2")),
        ByQuery("project = P", children=True),
        ByBoard(("42",), "a", ("Doing",), Scope.SPRINTS, "Sprint 1", since=AT),
    ],
)
def test_links_and_rules_are_read_as_they_were_written(selector):
    """Every kind of link, to the last key."""
    known = read_counted_by(counted_by_text((selector,), ("P",), VERIFIED))
    assert known == ((selector,), ("P",), VERIFIED, True)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"links": [], "projects": [], "rules": {"x": 1}}']
)
def test_what_is_no_text_of_ours_is_none(text):
    """Then nothing is taken to have been edited."""
    assert read_counted_by(text) is None


def test_a_kind_of_link_that_is_no_more_is_left_out():
    """The rest is read; so is one with a key that is no more."""
    links = '[{"kind": "ByMagic"}, {"kind": "ByLabel", "label": "a", "moon": 1}]'
    known = read_counted_by(f'{{"links": {links}, "projects": [], "rules": {{}}}}')
    assert known == ((), (), RULES, False)


def test_a_relinked_kr_is_asked_for_by_its_former_links_too():
    """So that what happened can be told from what the edit did."""
    last = first(target(A), pull({A: "1"}, card("1")))
    plan = Plan((target(B),), {"s": Ask((B,))})
    assert as_stored(plan, {"KR": last}, LATER).asks["s"].selectors == (B, A)
    same = Plan((target(A),), {"s": Ask((A,))})
    assert as_stored(same, {"KR": last}, LATER).asks["s"].selectors == (A,)


ENDS = AT + timedelta(hours=12)


def test_a_closed_kr_is_read_once_more_and_no_more():
    """After its end; where that fails it is tried for some weeks."""
    aim = target(A, ends=ENDS)
    plan, last = Plan((aim,), {"s": Ask((A,))}), first(aim, pull({A: "1"}, card("1")))
    assert as_stored(plan, {"KR": last}, AT).targets == (aim,)
    assert as_stored(plan, {"KR": last}, LATER).targets == (aim,)
    read = KrState(last.reading, last.cards, {"s": LATER}, counted_by=last.counted_by)
    assert as_stored(plan, {"KR": read}, LATER).asks == {}
    assert as_stored(plan, {"KR": last}, ENDS + timedelta(weeks=5)).targets == ()


def test_after_the_end_only_what_is_dated_before_it_counts():
    """Done before the end counts; done after it, undated, gone or new since doesn't."""
    aim, before = target(A, ends=ENDS), ENDS - timedelta(hours=1)
    last = first(aim, pull({A: "123456"}, *(card(id_) for id_ in "123456")))
    now = [
        done("1")._replace(finished=before),
        done("2")._replace(finished=ENDS),
        done("3"),
        card("4", "Cancelled")._replace(finished=before),
        card("6"),
        done("7", created=before)._replace(finished=LATER),
        done("8", created=before),
        card("9", created=ENDS),
        card("0"),
    ]
    write = next_(aim, last, pull({A: "123467890"}, *now, at=LATER))
    states = {card.id: card.state for card in last.cards} | {c.id: c.state for c in write.upserts}
    assert states == {
        "1": State.DONE,
        "2": State.REMAINING,
        "3": State.REMAINING,
        "4": State.DROPPED,
        "5": State.REMAINING,
        "6": State.REMAINING,
        "7": State.REMAINING,
        "8": State.REMAINING,
    }
    assert write.gone == ()


def test_a_first_reading_after_the_end_takes_what_has_no_date_as_old():
    """There is nothing that could stand instead."""
    aim = target(A, ends=ENDS)
    cards = [done("1"), done("2")._replace(finished=LATER), card("3", created=LATER)]
    write = next_(aim, KrState(), pull({A: "123"}, *cards, at=LATER))
    assert {c.id: c.state for c in write.upserts} == {"1": State.DONE, "2": State.REMAINING}


def test_an_unread_source_fails_a_kr():
    """As ever: a KR isn't counted from a part of its sources."""
    assert isinstance(decision(target(A), KrState(), {}, {"s": RULES}, at=AT), Fail)
