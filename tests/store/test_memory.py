"""What comes from a source while a run goes on, and when it is over."""

from __future__ import annotations

from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest

from connectors.errors import StoreError
from syncer import known_cards
from syncer.known_cards import KnownCards
from tests.store.samples import NOW
from tests.store.test_known import card, pull


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(known_cards, "AT_ONCE", 2)


def test_what_comes_before_the_store_is_open_waits_for_it(store):
    """A store that is just being made gets what has come meanwhile."""
    one = KnownCards(["jira"], NOW)
    with ThreadPoolExecutor(1) as thread:
        kept = thread.submit(one.fetched, "jira", [card("1"), card("2")])
        with pytest.raises(TimeoutError):
            kept.result(0.05)
        with one.of(nullcontext(store)):
            kept.result(60)
    assert store.known("jira").cards.keys() == {"1", "2"}


def test_a_store_that_cannot_be_opened_stops_who_asks():
    """Nobody goes on asking for what can't be kept."""

    @contextmanager
    def broken():
        message = "no room"
        raise StoreError(message)
        yield

    one = KnownCards(["jira"], NOW)
    with pytest.raises(StoreError, match="no room"), one.of(broken()):
        pass
    with pytest.raises(StoreError, match="no room"):
        one.fetched("jira", [card("1"), card("2")])


def test_nothing_is_written_when_the_run_is_over(store):
    """The lock went with the run: what a stopped run still gets stays unwritten."""
    one = KnownCards(["jira"], NOW)
    with pytest.raises(KeyboardInterrupt), one.of(nullcontext(store)):
        raise KeyboardInterrupt
    with pytest.raises(CancelledError):
        one.fetched("jira", [card("1"), card("2")])
    assert store.known("jira").cards == {}


def test_what_was_recalled_is_not_kept_again(store):
    """Cards that come as they are known cost no row."""
    store.keep_pull(pull(card("1"), card("2")))
    one = KnownCards(["jira"], NOW)
    with one.of(nullcontext(store)):
        one.recall()
        assert one.known["jira"].cards.keys() == {"1", "2"}
        known = store.known("jira").cards
        one.fetched("jira", [known["1"], known["2"]])
        one.fetched("jira", [card("3"), card("4")])
    assert store.known("jira").cards.keys() == {"1", "2", "3", "4"}
