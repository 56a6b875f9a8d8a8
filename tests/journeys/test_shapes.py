"""The JSON that people script against: names, order and types that stay."""

from __future__ import annotations

import json

import pytest

COUNT, MOMENT, NULL = "count", "moment", "null"
THREAD = {"done": COUNT, "remaining": COUNT, "percent": "number"}
ROW = {
    "id": "text",
    "objective": "text",
    "team": "text",
    "done": COUNT,
    "remaining": COUNT,
    "dropped": COUNT,
    "percent": "number",
    "points": {"done": "number", "remaining": "number", "unestimated": COUNT},
    "threads": {"discovery": THREAD, "delivery": THREAD},
    "since_last_review": {
        "since": MOMENT,
        "done": COUNT,
        "added": COUNT,
        "reopened": COUNT,
        "dropped": COUNT,
        "removed": COUNT,
        "linked": COUNT,
        "unlinked": COUNT,
    },
    "confidence": COUNT,
    "value": "number",
    "synced_at": MOMENT,
    "stale": "truth",
    "problem": NULL,
    "period": "text",
    "closed": "truth",
    "light": {"state": "text", "reasons": [], "asks": [], "risks": []},
    "stores": [],
}
NEVER = {
    **ROW,
    **dict.fromkeys(("done", "remaining", "dropped", "percent", "points"), NULL),
    **dict.fromkeys(("since_last_review", "confidence", "value", "synced_at"), NULL),
    "problem": "text",
    "threads": {"discovery": dict.fromkeys(THREAD, NULL), "delivery": dict.fromkeys(THREAD, NULL)},
}
REASON = {"kind": "text", "text": "text", "since": MOMENT}
READING = {
    "at": MOMENT,
    "done": COUNT,
    "remaining": COUNT,
    "dropped": COUNT,
    "percent": "number",
    "rebuilt": "truth",
}
ENTRY = {
    "at": MOMENT,
    "event": "text",
    "key": "text",
    "source": "text",
    "title": "text",
    "url": "text",
}
EVENTS = {"added", "done", "reopened", "dropped", "removed", "linked", "unlinked"}
CARD = {
    "key": "text",
    "source": "text",
    "title": "text",
    "url": "text",
    "state": "text",
    "rule": "text",
    "via": ["text"],
    "thread": "text",
    "points": "number",
}


def shape(value):
    """A JSON value's shape: its keys in order, and what kind of thing each value is."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shape(item) for item in value]
    if isinstance(value, str) and len(value) == 20 and value[10] == "T" and value[-1] == "Z":
        return MOMENT
    kinds = {bool: "truth", int: COUNT, float: "number", str: "text", type(None): NULL}
    return kinds[type(value)]


def same(value, expected):
    """Whether a value has exactly this shape, its keys in this order; a list as many as it has."""
    light = value.get("light")
    if light:
        dated = [reason["since"] is not None for reason in light["reasons"]]
        reasons = [REASON if known else {**REASON, "since": NULL} for known in dated]
        expected = {**expected, "light": {**expected["light"], "reasons": reasons}}
    return json.dumps(shape(value)) == json.dumps(expected)


@pytest.fixture
def reported(team):
    """A team that told all that can be reported: estimates, a spike, confidence and a number."""
    team.jira.estimate("WEB-1", 3)
    team.jira.estimate("WEB-5", 0)
    team.jira.relabel("WEB-2", "SPEED", "spike")
    team.sync()
    team.run("checkin", "SPEED", "--confidence", "7", "--value", "96")
    return team


def test_status_has_the_contracts_names_and_types(reported):
    """Every key in the promised order, counts whole, percents and points broken numbers."""
    row = reported.kr("SPEED")
    assert same(row, ROW)
    assert row["points"] == {"done": 3.0, "remaining": 0.0, "unestimated": 5}
    assert row["threads"]["discovery"] == {"done": 1, "remaining": 0, "percent": 100.0}
    assert row["threads"]["delivery"] == {"done": 2, "remaining": 4, "percent": 33.3}
    assert (row["confidence"], row["value"], row["percent"]) == (7, 96.0, 42.9)


def test_status_of_a_kr_never_read(team):
    """Counts are null, it is stale, and the problem says what to do; no store is made for it."""
    row = team.kr("SPEED")
    assert same(row, NEVER)
    assert row["stale"] is True
    assert "okr-sync sync" in row["problem"]
    assert not team.database.exists()


def test_status_of_a_kr_without_cards_or_estimates(team):
    """Zeros where there is nothing to count, null where there is nothing to divide or to add."""
    team.aim({"NONE": ["{source: jira}"]})
    team.sync()
    row = team.kr("NONE")
    empty = {"done": 0, "remaining": 0, "percent": None}
    assert (row["percent"], row["points"]) == (None, None)
    assert row["threads"] == {"discovery": empty, "delivery": empty}
    assert (row["confidence"], row["value"]) == (None, None)


def test_status_lists_every_kr_in_the_files_order(team):
    """The document is one object with the KRs, also those without a link."""
    team.aim({"B": ["{source: jira}"], "A": [], "C": ["{source: jira}"]})
    document = team.run("status", "--json").json
    assert list(document) == ["key_results"]
    assert [row["id"] for row in document["key_results"]] == ["B", "A", "C"]


def test_history_has_the_contracts_names_and_types(reported):
    """Readings and ledger, oldest first."""
    document = reported.run("history", "speed", "--json").json
    assert list(document) == ["id", "readings", "ledger"]
    assert document["id"] == "SPEED"
    assert all(same(reading, READING) for reading in document["readings"])
    assert all(same(entry, ENTRY) for entry in document["ledger"])
    assert {entry["event"] for entry in document["ledger"]} <= EVENTS
    for part in ("readings", "ledger"):
        moments = [row["at"] for row in document[part]]
        assert moments == sorted(moments)
        assert len(moments) > 1


def test_explain_has_the_contracts_names_and_types(reported):
    """Each card once, with its state, rule, ways, thread and estimate."""
    document = reported.run("explain", "Speed", "--json").json
    assert list(document) == ["id", "cards"]
    assert document["id"] == "SPEED"
    estimated = [card for card in document["cards"] if card["points"] is not None]
    assert [card["key"] for card in estimated] == ["WEB-1", "WEB-5"]
    assert all(same(card, CARD) for card in estimated)
    others = [card for card in document["cards"] if card["points"] is None]
    assert all(same(card, {**CARD, "points": NULL}) for card in others)
    assert len(others) == 6


def test_a_kr_never_read_has_no_history_and_no_cards(team):
    """Readers of an empty store say so in the same shapes."""
    assert team.run("history", "SPEED", "--json").json == {
        "id": "SPEED",
        "readings": [],
        "ledger": [],
    }
    assert team.run("explain", "SPEED", "--json").json == {"id": "SPEED", "cards": []}
    assert not team.database.exists()
