"""The connectors' memory: cards as last fetched, and what was learned of a source."""

from __future__ import annotations

from datetime import timedelta

from connectors.base import Card, Category, Known, Level, Pull
from tests.store.samples import NOW


def card(id_, **given):
    return Card(
        "jira",
        id_,
        f"PUB-{id_}",
        "Ünï \u2028 \ud800",
        "https://x.example/1",
        **{
            "level": Level.CONTAINER,
            "parent": "9",
            "labels": ("a", "b"),
            "status": "Done",
            "category": Category.DONE,
            "estimates": (("auto", 3.0),),
            "created": NOW,
            "standing_id": "10001",
            **given,
        },
    )


def pull(*cards, comparable=True, at=NOW, **learned):
    held = {card.id: card for card in cards}
    return Pull("jira", at, held, {}, learned=learned, comparable=comparable)


def test_nothing_is_known_at_first(store):
    """A source that was never read is unknown."""
    assert store.known("jira") == Known()


def test_a_pull_comes_back_as_it_went_in(store):
    """Cards, learned notes and the moment are there for the next pull, of this source alone."""
    cards = [card("1"), card("2", category=None, status=None, created=None, labels=())]
    store.keep_pull(pull(*cards, bulkfetch="1000"))
    known = store.known("jira")
    kept = {card.id: card for card in cards}
    assert known.cards.keys() == kept.keys()
    assert known.cards["2"].category is None
    assert known.cards["1"].estimates == (("auto", 3.0),)
    assert known.cards["1"].created == NOW
    assert (known.since, known.notes) == (NOW, {"bulkfetch": "1000"})
    assert store.known("trello") == Known()


def test_what_a_pull_does_not_hold_is_forgotten(store):
    """The memory holds what the last whole pull held, no more."""
    store.keep_pull(pull(card("1"), card("2")))
    store.keep_pull(pull(card("2"), at=NOW + timedelta(hours=1)))
    known = store.known("jira")
    assert known.cards.keys() == {"2"}
    assert known.since == NOW + timedelta(hours=1)


def test_a_small_pull_is_not_worth_keeping(store):
    """Cards that are cheaper to read than to compare aren't kept; what was learned is."""
    store.keep_pull(pull(card("1"), comparable=False, deployment="cloud"))
    known = store.known("jira")
    assert (known.cards, known.since, known.notes) == ({}, None, {"deployment": "cloud"})


def test_a_pull_under_way_leaves_what_came(store):
    """If a read breaks off, its cards are known, and since when they may be old."""
    store.keep_fetched("jira", [card("1")], {"made": "x"}, NOW)
    store.keep_fetched("jira", [card("2")], {}, NOW + timedelta(hours=1))
    known = store.known("jira")
    assert known.cards.keys() == {"1", "2"}
    assert (known.since, known.notes) == (NOW, {"made": "x"})


def test_what_is_there_is_not_written_again(store, ask):
    """Cards that are kept already stand as they are; others are added, and gone ones go."""
    cards = [card(str(number)) for number in range(5)]
    store.keep_pull(pull(*cards[:4]))
    before = dict(ask("SELECT id, card FROM known_cards"))
    come = [card(known_card.id, status="New") for known_card in cards[1:]]
    store.keep_pull(pull(*come), {"0", "1", "2", "3"})
    after = dict(ask("SELECT id, card FROM known_cards"))
    assert [key for key in after if before.get(key) != after[key]] == ["4"]
    assert after.keys() == {"1", "2", "3", "4"}
