"""Lists and statuses by name, by pattern and by id."""

from __future__ import annotations

import fnmatch
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.patterns import folded, matching, name_as_written, whole_names

LIST = "5f0c0ffee0ddba11c0ffee00"
SHORT = st.text(alphabet="ab *", max_size=8)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Doing", "doing"),
        (" doing  now ", "Doing Now"),
        ("Sprint *", "SPRINT 12"),
        ("*done*", "✅ Done (Sprint 4)"),
        ("Sprint * done", "Sprint 4 done"),
        ("*", ""),
        ("a*b*c", "abc"),
        ("a*bc*c", "a-bc-bc-c"),
        ("Done [old]?", "done [OLD]?"),
        (LIST, "whatever it is called"),
    ],
)
def test_a_list_is_meant_by_name_pattern_or_id(written, name):
    """Names and patterns without regard to case and spaces, ids as they are."""
    assert matching(("Other", written), name, LIST) == written


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Doing", "Doing now"),
        ("Sprint *", "Sprint"),
        ("*done", "done (4)"),
        ("a*a", "a"),
        ("a*b*c", "acb"),
        ("a*bc*bc", "a-bc"),
        ("Done?", "Done!"),
        ("Done [ab]", "Done a"),
        (LIST[:-1], "Doing"),
        (LIST.upper(), "Doing"),
    ],
)
def test_only_the_asterisk_is_special(written, name):
    """A pattern holds for the whole name; brackets and question marks are themselves."""
    assert matching((written,), name, LIST) is None


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ru\u0308ckgabe", "R\u00fcckgabe"),
        ("Do\u200bne", "done"),
        ("\ufeffLaunch\u200e", "launch"),
        ("\u2764\ufe0f Live", "\u2764 Live"),
        ("In\u00a0Arbeit", "in arbeit"),
        ("In\u202fArbeit", "in arbeit"),
        ("launch\u2011day", "Launch-Day"),
        ("s\u0131n\u0131f", "SINIF"),
        ("\u0130ptal", "iptal"),
        ("STRASSE", "stra\u00dfe"),
        ("so\u00adft", "Soft"),
    ],
)
def test_what_looks_the_same_is_the_same(name, other):
    """However a name was typed, one that looks like it is it."""
    assert folded(name) == folded(other)
    assert matching((name,), other, LIST) == name


@given(st.text(max_size=20))
def test_a_folded_name_stays_as_it_is(name):
    """Folding twice is folding once, and either normal form of a name comes to the same."""
    assert folded(folded(name)) == folded(name)
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD")]
    assert folded(forms[0]) == folded(forms[1])


@given(SHORT, SHORT)
def test_a_pattern_is_what_shells_mean_by_one(pattern, name):
    """The standard library's own patterns agree, where nothing but * is special in them."""
    pattern, name = ("".join(text.split()) for text in (pattern, name))
    expected = fnmatch.fnmatchcase(name, pattern)
    assert (matching((pattern,), name, "-") is not None) is expected


def test_what_has_no_list_is_in_no_list():
    """An issue's status has an id too; a list that happens to be called so isn't meant."""
    assert matching(("3",), None, "3") is None


def test_explain_shows_what_was_written_where_it_isnt_the_name():
    """A name needs no word about it; a pattern or an id does."""
    assert name_as_written("Doing", "DOING") == "Doing"
    assert name_as_written("Sprint 4 over", "* over") == "Sprint 4 over (by * over)"


def test_a_pattern_is_no_name():
    """Only names are looked for inside other names."""
    assert whole_names(("Parked", "P*")) == {"Parked"}
