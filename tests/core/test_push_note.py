"""The note beside a number: one line, whole words, at most what the tool takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncer.core.push_note import NoteFacts, push_note, whole_words
from syncer.core.records import Event

FACTS = NoteFacts(
    done=12,
    remaining=8,
    events={Event.DONE: 4, Event.ADDED: 5},
    since=datetime(2026, 11, 9, 10, tzinfo=UTC),
    read_at=datetime(2026, 11, 21, 6, 15, tzinfo=UTC),
    confidence=5,
    confidence_before=6,
)


def test_it_says_how_the_number_came_about():
    """Cards done, what changed since the review, confidence, and who read it when."""
    assert push_note(FACTS) == (
        "12 of 20 cards done: +4 done, +5 added since 9 Nov. Confidence 5, was 6. "
        "okr-sync, read 21 Nov 06:15"
    )


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"events": {}}, "12 of 20 cards done, nothing new since 9 Nov. Confidence"),
        ({"since": None}, "12 of 20 cards done. Confidence 5, was 6."),
        ({"done": 1, "remaining": 0}, "1 of 1 card done: +4 done"),
        ({"confidence_before": 5}, "12 of 20 cards done: +4 done, +5 added since 9 Nov. Confide"),
        (
            {"events": {Event.REMOVED: 2, Event.DROPPED: 1, Event.REOPENED: 3}},
            "12 of 20 cards done: 3 reopened, 1 dropped, 2 removed since 9 Nov.",
        ),
        ({"value": 96.0, "unit": "s"}, "Now 96 s. 12 of 20 cards done"),
        ({"value": 0.5}, "Now 0.5. 12 of 20"),
    ],
)
def test_it_says_no_more_than_is_known(changes, beginning):
    """What isn't known, or didn't happen, isn't in it."""
    assert push_note(replace(FACTS, **changes)).startswith(beginning)


def test_confidence_is_said_once_where_it_stayed():
    """A confidence that is what it was has no before, one that was never given isn't said."""
    assert "Confidence 5. " in push_note(replace(FACTS, confidence_before=None))
    assert "Confidence" not in push_note(replace(FACTS, confidence=None))


def test_titles_and_link_come_where_they_may_and_fit():
    """Both are in it where they are known, and the titles go first where it is too long."""
    full = replace(FACTS, titles=("Draw the map", "Search"), link="https://a.example/okr")
    note = push_note(full)
    assert "Done: Draw the map; Search." in note
    assert note.endswith("06:15 https://a.example/okr")
    long = push_note(replace(full, titles=("x" * 300,)))
    assert "xxx" not in long
    assert long.endswith("https://a.example/okr")
    assert push_note(full, 120).endswith("06:15")
    assert push_note(full, 90).endswith("9 Nov. okr-sync, read 21 Nov 06:15")
    assert push_note(full, 40) == "12 of 20 cards done: +4 done, +5 added…"
    assert push_note(full, 0) == ""


@given(
    st.integers(0, 400),
    st.lists(st.text(max_size=60), max_size=4),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_it_is_one_line_of_at_most_280_characters(length, titles, done, remaining):
    """Whatever comes in: one line, within the tool's length and 280."""
    facts = replace(FACTS, titles=tuple(titles), done=done, remaining=remaining)
    note = push_note(facts, length)
    assert len(note) <= min(length, 280)
    assert note == " ".join(note.split())


@given(st.text(), st.integers(0, 50))
def test_a_cut_keeps_within_its_length(text, length):
    """A text is never longer than asked, and untouched where it fits."""
    cut = whole_words(text, length)
    assert len(cut) <= length
    assert cut == text or len(text) > length
