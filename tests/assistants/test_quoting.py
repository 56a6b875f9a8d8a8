"""Texts of people are marked; ids, moments and our own words stay as programs compare them."""

from __future__ import annotations

import pytest

from syncer.assistants.asking import without_folders
from syncer.assistants.quoting import quoted


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"id": "PUB-1", "title": "Call push"}, {"id": "PUB-1", "title": "⟦Call push⟧"}),
        ({"key": "call push now"}, {"key": "⟦call push now⟧"}),
        ({"via": ["label a ⟦b⟧", ""]}, {"via": ["⟦label a [b]⟧", ""]}),
        ({"title": "a\nb\u2066c\U000e0041"}, {"title": "⟦a b c⟧"}),
        ({"percent": 60.0, "problem": None}, {"percent": 60.0, "problem": None}),
        ({"problem": "/srv/o/okrs.yaml: is gone"}, {"problem": "⟦okrs.yaml: is gone⟧"}),
        ({"title": "see /srv/o/okrs.yaml"}, {"title": "⟦see /srv/o/okrs.yaml⟧"}),
    ],
)
def test_what_people_wrote_is_in_brackets(document, expected):
    """Under every key but those of one word of ours; and nobody can close the brackets."""
    assert quoted(document) == expected


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("there is no store at /srv/okrs/okr-sync.db yet", "there is no store at okr-sync.db yet"),
        ("the store /var/x.db: the disk is full", "the store x.db: the disk is full"),
        ("write https://acme.example/jira/x", "write https://acme.example/jira/x"),
        ("done/remaining", "done/remaining"),
    ],
)
def test_a_message_names_the_file_and_not_its_folder(message, shown):
    """Where a machine keeps its files is nobody's business; addresses stay."""
    assert without_folders(message) == shown
