"""JSON that others wrote, read to the letter and no deeper than anybody means."""

from __future__ import annotations

import sys

import pytest
import requests

from connectors.body import JsonResponse
from connectors.foreign_json import DEEPEST, read_json


@pytest.fixture
def patient_python():
    """Let Python call as deep as it may: what is refused isn't refused for want of calls."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(limit)


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.usefixtures("patient_python")
def test_what_is_nested_past_all_sense_is_not_read(opening, closing):
    """Python's reader isn't let down to where nothing can be tidied up any more."""

    def nested(depth):
        return opening * depth + "1" + closing * depth

    with pytest.raises(ValueError, match="nested too deeply"):
        read_json(nested(DEEPEST + 1))
    answer = requests.Response()
    answer._content = nested(3000).encode()
    with pytest.raises(ValueError, match="nested too deeply"):
        JsonResponse(answer).json()
    assert read_json(nested(DEEPEST)) is not None


def test_many_brackets_side_by_side_are_not_deep():
    """What counts is how many are open at once."""
    assert read_json(b"[" + b"[]," * 10_000 + b"{}]")[-1] == {}


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "[1"])
def test_what_is_no_json_to_the_letter_is_refused(text):
    """Python would take NaN for a number."""
    with pytest.raises(ValueError, match=r"no number|Expecting"):
        read_json(text)


def test_half_of_a_surrogate_pair_is_a_text():
    """What isn't valid to the letter otherwise is read: services cut titles in the middle."""
    assert read_json('["\\ud83d", "\ud83d"]') == ["\ud83d", "\ud83d"]
