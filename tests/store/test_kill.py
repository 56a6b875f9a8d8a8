"""Processes killed while they write: the store is whole, and the next run may write."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from time import monotonic

import pytest

from connectors.errors import LockedError
from syncer.store.store import open_store
from tests.store.samples import NOW, write

LONGEST = 300.0


@contextmanager
def _writing(url):
    """Give a process that takes the lock and writes; it is killed at the end."""
    command = [sys.executable, "-m", "tests.store.writer", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _locked_soon(store):
    """Take the lock; a server may need a moment to see that its client is dead."""
    until = monotonic() + LONGEST
    while True:
        try:
            with store.lock():
                yield
                return
        except LockedError:
            if monotonic() > until:
                raise


def _is_whole(store):
    """Whether number, cards and readings are of one and the same write."""
    with store.snapshot() as seen:
        state = seen.states(["PUB-1"])["PUB-1"]
        readings = seen.readings("PUB-1")
        entries = seen.ledger("PUB-1")
    done = state.reading.progress.done
    written = sum(reading.progress.done for reading in readings)
    return (
        len(state.cards) == done
        and len(entries) == written
        and state.read_at == {"jira": state.reading.at}
    )


def test_killed_at_any_moment_the_last_whole_state_stays(store, url):
    """After each kill -9 the store opens, is whole, and the next run may write."""
    store.apply([write(range(200))], NOW)
    for round_ in range(5):
        with _writing(url) as process:
            for _ in range(1 + 2 * round_):
                assert process.stdout.readline()
        with open_store(url) as after, _locked_soon(after):
            assert _is_whole(after)
    assert len(store.readings("PUB-1")) > 5


def test_a_second_process_is_kept_out_at_once(store, url):
    """While a process holds the lock another is told so; killed, it holds it no more."""
    with _writing(url) as process:
        process.stdout.readline()
        with pytest.raises(LockedError, match="another run is at work on the store"), store.lock():
            pass
    with _locked_soon(store):
        pass


def test_readers_see_whole_states_while_a_process_writes(store, url):
    """However often one looks during writes, what one sees is of one piece."""
    store.apply([write(range(1))], NOW)
    seen = set()
    with _writing(url) as process:
        while len(seen) < 3:
            assert process.stdout.readline()  # one more was begun, and the one before is whole
            assert _is_whole(store)
            seen.add(len(store.readings("PUB-1")))
