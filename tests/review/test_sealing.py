"""A briefing that was sealed comes back as it was, also after years."""

from __future__ import annotations

import json
from random import Random

import pytest

from syncer.report.formats import FORMATS, render
from syncer.review.sealing import opened, sealed
from syncer.review.writing import brief
from tests.review.sample import NOW, histories, okrs


@pytest.fixture(scope="module")
def briefing():
    """A briefing with everything that one can hold."""
    return brief(okrs(), histories(), NOW, dice=Random)


def test_what_is_sealed_comes_back_to_the_last_digit(briefing):
    """All of its parts are equal, and sealed again it is the same text."""
    again = opened(sealed(briefing))
    assert again == briefing
    assert sealed(again) == sealed(briefing)


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pptx"])
def test_every_format_drawn_from_the_seal_is_the_same_to_the_byte(briefing, name):
    """Nobody can tell which was drawn first."""
    assert render(opened(sealed(briefing)), name) == render(briefing, name)


def test_an_old_seal_is_read_by_name(briefing):
    """Parts in another order, one that is gone, and one that came since do no harm."""
    value = json.loads(sealed(briefing))
    value["gone"] = {"anything": [1]}
    del value["team"]
    value = dict(reversed(value.items()))
    assert opened(json.dumps(value).encode()) == briefing


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"1", b'{"made_at": 1}', b"\xff"])
def test_what_is_no_briefing_is_refused(content):
    """One error, whatever it is instead."""
    with pytest.raises(ValueError, match="holds no briefing"):
        opened(content)


def test_a_title_of_any_letters_survives(briefing):
    """Half of a surrogate pair too, which some trackers hold."""
    value = json.loads(sealed(briefing))
    value["teams"][0]["name"] = "\ud83d \u2028 \x00"
    content = json.dumps(value).encode()
    assert sealed(opened(content)) == sealed(opened(sealed(opened(content))))
