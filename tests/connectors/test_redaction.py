"""What a service says of its own failure comes through; who is in it doesn't."""

from __future__ import annotations

import pytest

from connectors.redaction import quote


@pytest.mark.parametrize(
    "text",
    [
        "the database is down",
        "slow down",
        "out of memory",
        "the disk is full",
        "connection exhausted",
        "requests are throttled",
        "upstream unreachable",
        "the server crashed",
    ],
)
def test_how_services_say_that_they_are_unwell_is_passed_on(text):
    """An operator reads why a service failed, in its own words."""
    assert quote(text) == text


def test_a_name_among_them_is_not():
    """Whatever isn't a word for errors may be somebody's."""
    assert quote("the disk of Persephone Planted is full") == "the disk of *** is full"
