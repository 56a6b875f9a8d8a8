"""How cards are called: once each, also where an earlier okr-sync wrote it with each row."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from syncer.core.records import Event, State
from syncer.store.database import connect
from syncer.store.schema import migrate
from syncer.store.store import open_store
from tests.store.old_stores import READ, SEEN
from tests.store.samples import DAY, HOUR, NOW, entry, judged, okrs, write

WORDS = {"workspace": "", "kr": "PUB-1", "source": "jira"} | {
    "rule": "status",
    "via": '["label"]',
    "thread": "discovery",
    "points": 1.5,
}


@pytest.fixture
def of_yesterday(url):
    """A store of revision 0004 with cards, past cards and a ledger, some called alike."""
    database = connect(url, create=True)
    with database.writing() as connection:
        migrate(connection, None, "the store", "0004")
        if database.server:
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for statement, rows in _rows():
            connection.execute(text(statement), rows)
    database.close()
    with open_store(url) as store:
        yield store


def _rows():
    objective = {"id": "PUB", "title": "Prepare", "team": "Publishing", "period": "2026-Q4"}
    yield _insert("objectives", {"workspace": "", **objective, "kind": "delivery"})
    kr = {"id": "PUB-1", "objective": "PUB", "title": "Faster", "unit": "s", "quality": ""}
    yield _insert("key_results", {"workspace": "", **kr, "links": "[]", "counting": "{}"})
    called = {"key": "PUB-1", "title": "x" * 5000, "url": "https://acme.example/1"}
    other = {"key": "PUB-2", "title": "Ünï", "url": ""}
    for id_, name in (("1", called), ("2", other)):
        values = {"id": id_, "state": "done", **WORDS, **name, "finished": SEEN}
        yield _insert("cards", values)
    yield _insert(
        "past_cards",
        {**WORDS, "id": 3, "until": READ, "card": "1", "state": "remaining"}
        | {**called, "title": "As it was"},
    )
    events = (("added", None, "remaining", other), ("done", "remaining", "done", called))
    for number, (event, was, state, name) in enumerate(events, 7):
        values = {"id": number, "at": SEEN, "event": event, "was": was, "state": state, **name}
        values |= {"workspace": "", "kr": "PUB-1", "source": "jira", "card": "1"}
        values |= {"thread": "discovery", "rebuilt": True}
        yield _insert("entries", values)


def _insert(table, values):
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {table} ({columns}) VALUES ({places})", values  # noqa: S608 - our names


def test_a_store_of_yesterday_goes_on_with_its_names(of_yesterday):
    """Cards, those of the past and the ledger are called as they were, and new ones come after."""
    store = of_yesterday
    first, second = store.states(["PUB-1"])["PUB-1"].cards
    assert (first.title, second.key, second.title) == ("x" * 5000, "PUB-2", "Ünï")
    (past,) = store.past_cards(["PUB-1"], NOW - DAY)["PUB-1"]
    assert (past.key, past.title, past.state) == ("PUB-1", "As it was", State.REMAINING)
    lines = store.ledger("PUB-1")
    assert [(line.event, line.title) for line in lines] == [
        (Event.ADDED, "Ünï"),
        (Event.DONE, "x" * 5000),
    ]
    store.apply([write(range(2, 4), NOW + HOUR)], NOW + HOUR)
    assert [line.title for line in store.ledger("PUB-1")[2:]] == ["Card 2", "Card 3"]
    assert [each.title for each in store.states(["PUB-1"])["PUB-1"].cards[1:]] == [
        "Card 2",
        "Card 3",
    ]


def _names(store):
    with store._reading() as connection:
        return sorted(connection.execute(text("SELECT title FROM card_names")).scalars())


def test_a_name_is_written_once(store):
    """A card, its past and its entries share a name; only another one is written."""
    store.define(okrs(), NOW)
    store.apply([write(range(3))], NOW)
    called = ["Card 0", "Card 1", "Card 2"]
    assert _names(store) == called
    lines = (entry(1, Event.REOPENED, NOW + HOUR), entry(2, Event.REMOVED, NOW + HOUR))
    moved = write(range(1, 2), NOW + HOUR, entries=lines, gone=(("jira", "2"),))
    store.apply([moved], NOW + HOUR)
    assert _names(store) == called
    store.apply([write(range(0), upserts=(judged(1, title="Anew"),))], NOW + DAY)
    assert _names(store) == ["Anew", *called]
    assert [line.title for line in store.ledger("PUB-1")] == [*called, "Card 1", "Card 2"]
