"""What comes from a source while a run goes on, and when it is over."""

from __future__ import annotations

from concurrent.futures import CancelledError
from datetime import timedelta

import pytest

from syncer import known_cards as module
from syncer.known_cards import recalled
from tests.store.samples import NOW
from tests.store.test_known import card, pull


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 2)


def test_nothing_is_written_when_the_run_is_over(store):
    """The lock went with the run: what a stopped run still gets stays unwritten."""
    with pytest.raises(KeyboardInterrupt), recalled(store, ["jira"], NOW) as known_cards:
        raise KeyboardInterrupt
    with pytest.raises(CancelledError):
        known_cards.fetched("jira", [card("1"), card("2")])
    assert store.known("jira").cards == {}


def test_where_nothing_may_be_written_nothing_is_recalled():
    """A dry run asks for everything and keeps nothing."""
    with recalled(None, ["jira"], NOW) as known_cards:
        assert known_cards is None


def test_what_was_recalled_is_not_kept_again(store):
    """Cards that come as they are known cost no row."""
    store.keep_pull(pull(card("1"), card("2")))
    with recalled(store, ["jira"], NOW) as known_cards:
        assert known_cards.known["jira"].cards.keys() == {"1", "2"}
        known = store.known("jira").cards
        known_cards.fetched("jira", [known["1"], known["2"]])
        known_cards.fetched("jira", [card("3"), card("4")])
    assert store.known("jira").cards.keys() == {"1", "2", "3", "4"}


def test_what_a_clock_that_was_ahead_has_noted_counts_as_not_noted(store):
    """Everything is asked for anew, and what comes as it was costs no row."""
    store.keep_pull(pull(card("1"), card("2")))
    early = store.known("jira").since - timedelta(days=2)
    with recalled(store, ["jira"], early) as known_cards:
        assert known_cards.known["jira"].since is None
        assert known_cards.known["jira"].cards == {}
        cards = store.known("jira").cards
        known_cards.fetched("jira", [cards["1"], cards["2"], card("3")])
    assert store.known("jira").cards.keys() == {"1", "2"}
