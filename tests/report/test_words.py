"""The report's first sentences are true, whatever there is to say."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from syncer.core.records import CheckIn, KrState
from syncer.report.formats import render
from syncer.report.sentences import Words
from syncer.review.attention import Light
from syncer.review.writing import brief
from tests.review.sample import NOW, histories, okrs

ALL = brief(okrs(), histories(), NOW, dice=Random)


def of(light):
    """The sample's histories of KRs with this light."""
    ids = {kr.id for kr in ALL.key_results if kr.light is light}
    return tuple(history for history in histories() if history.key_result.id in ids)


def unread():
    """The sample before anything was read."""
    bare = {"state": KrState(), "readings": (), "entries": (), "checkins": (), "reported": ()}
    return tuple(replace(history, **bare) for history in histories())


def words(known, **more):
    """What is said of these histories."""
    return Words(brief(okrs(), known, NOW, dice=Random, **more))


def test_the_headline_counts_help_then_doubt_then_says_that_all_is_well():
    """What is unknown is never called on course, nor is one called all."""
    help_, unsure, well = of(Light.HELP), of(Light.UNSURE), of(Light.WELL)
    assert words(help_[:1] + well).headline() == f"One of {1 + len(well)} key results needs help"
    assert words(help_[:2]).headline().startswith("All 2 key results need help")
    headline = f"One of {1 + len(well)} key results is not sure"
    assert words(unsure[:1] + well).headline() == headline
    assert words(well).headline() == f"All {len(well)} key results are on course"
    assert words(well[:1]).headline() == "The one key result is on course"
    headline = "Three of 12 key results are behind their line; nine are not sure"
    assert words(unread()).headline() == headline


def test_what_was_never_read_didnt_stand_still():
    """Nobody knows whether a card moved where none was read."""
    assert words(unread()).summary() == "No card has been read yet."
    assert words(of(Light.WELL)).summary().startswith("Since the review of ")


@pytest.mark.parametrize("name", ["html", "md"])
def test_no_format_says_that_unread_cards_stood_still(name):
    """Neither at the top nor in the appendix."""
    page = render(brief(okrs(), unread(), NOW, dice=Random), name).decode()
    assert page.count("No card has been read yet.") >= 1
    assert "No card moved" not in page


@pytest.mark.parametrize("name", ["html", "md"])
def test_an_objectives_ask_is_help_enough(name):
    """Where only an objective asks for something, nothing says that nothing needs help."""
    asked = {"SEA": [CheckIn("SEA", NOW, ask="A room for the launch")]}
    well = of(Light.WELL)
    page = render(brief(okrs(), well, NOW, dice=Random, checkins=asked), name).decode()
    assert "A room for the launch" in page
    assert "No team asks" not in page
    assert "No team asks" in render(brief(okrs(), well, NOW, dice=Random), name).decode()
