"""Text on outputs that have fewer letters than it: a terminal in latin-1, a pipe in ASCII."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from syncer.report.letters import LETTERS, in_ascii, register


def written(text, encoding):
    """What arrives of a text in an output of this encoding."""
    register()
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=LETTERS)
    stream.write(text)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "Größe 5 → 24 \u2013 Ł 上线 ▲"),
        ("latin-1", "Größe 5 > 24 - ? ???? ^"),
        ("cp1252", "Größe 5 > 24 \u2013 ? ???? ^"),
        ("ascii", "Grosse 5 > 24 - ? ???? ^".replace("ss", "?")),
    ],
)
def test_an_output_gets_what_it_has_letters_for(encoding, expected):
    """The rest comes as its nearest letter or sign, and what has none as question marks."""
    assert written("Größe 5 → 24 \u2013 Ł 上线 ▲", encoding) == expected


@given(st.text(st.sampled_from("aé…→▲\u2013\u00a0上🚀 ◆○●\u00d7“”"), max_size=40))
def test_the_width_stays_the_same(text):
    """Tables stay in line, whatever is written in a letter's place."""
    assert in_ascii(text).isascii()
    assert len(in_ascii(text)) == cell_len(text)


@given(st.text(max_size=30))
def test_any_text_can_be_written(text):
    """No text is a reason to fail, surrogates included."""
    assert written(text, "ascii").isascii()


def test_what_isnt_written_is_no_business_of_its():
    """An error in reading is raised as ever."""
    register()
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", errors=LETTERS)
