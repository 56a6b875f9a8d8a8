"""SIGTERM and SIGINT end a run within seconds at any moment; a run's deadline ends it too."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from sandbox.faults import Answer, Fault
from tests.connectors.raw import RawServing, drips

LONGEST = 60.0
SOON = 3.0
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n{"
KR = {"CARDS": ["{source: trello, board: AbCd1234}"]}


class Asked:
    """Speaks as another does, and says when the first asked."""

    def __init__(self, speak):
        self.speak, self.event = speak, threading.Event()

    def __call__(self, connection, stopping):
        self.event.set()
        self.speak(connection, stopping)


def stopped(office, asked, number):
    """Start a run, end it by a signal once the service is asked; give its seconds and its code."""
    with office.start("sync") as process:
        assert asked.wait(LONGEST)
        began = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=LONGEST)
        seconds = time.monotonic() - began
    assert "Traceback" not in out + err
    return seconds, process.returncode, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_run_in_a_slow_answer(office, number):
    """However slowly the answer drips, the run is over in 3 s, and the lock is free."""
    speak = Asked(drips(HEAD))
    with RawServing(speak) as slow:
        office.aim(KR, sources=f"sources:\n  trello: {{kind: trello, url: '{slow.url}'}}\n")
        seconds, code, err = stopped(office, speak.event, number)
        assert code == 128 + number
        assert seconds < SOON + 1
        assert "what was written is whole" in err
        # Whoever comes next gets the lock, and a word of its own.
        assert office.run("sync", "--deadline", "1").code == 1


LOADING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # as on a terminal
class Interrupting:
    def find_spec(self, name, *_):
        if name == "argparse":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
from syncer.start import main
sys.exit(main())
"""


def test_a_signal_while_the_program_is_loaded_is_silent():
    """Ctrl-C before anything has begun ends it, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", LOADING, "--version"], capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, b"")


def test_a_signal_ends_a_run_in_a_wait(office):
    """A service that wants to be left alone for minutes keeps no process that is asked to end."""
    asked = threading.Event()
    office.aim(KR, sources="sources:\n  trello: {kind: trello, url: TRELLO}\n")
    limited = Answer(429, "{}", headers=(("Retry-After", "200"),))
    office.trello_faults.add("", Fault(answer=limited, before=asked.set), times=None)
    seconds, code, _ = stopped(office, asked, signal.SIGTERM)
    assert code == 128 + signal.SIGTERM
    assert seconds < SOON + 1


@pytest.mark.parametrize(("number", "nth"), [(signal.SIGINT, 1), (signal.SIGTERM, 4)])
def test_a_signal_between_requests_loses_nothing(team, number, nth):
    """Wherever among its questions a run is stopped, the store is whole and the next run right."""
    team.sync()
    team.work_on()
    processes, asked = [], threading.Event()

    def stop():
        processes[0].send_signal(number)
        asked.set()

    team.jira_faults.before("", stop, nth=nth)
    with team.start("sync") as process:
        processes.append(process)
        _, err = process.communicate(timeout=LONGEST)
    assert asked.is_set()
    assert process.returncode == 128 + number
    assert "Traceback" not in err
    assert team.run("store", "check").code == 0
    team.sync()
    assert team.kr("SPEED")["stale"] is False


def test_a_deadline_ends_what_hangs_and_spares_the_rest(team):
    """The source that hangs has failed, with 1; the other's numbers are written."""
    team.sync()
    speak = drips(HEAD)
    with RawServing(speak) as slow:
        team.environ["OKR_SYNC_SOURCES__JIRA__URL"] = slow.url
        began = time.monotonic()
        result = team.run("sync", "--deadline", "2s")
        assert time.monotonic() - began < 20
    assert result.code == 1
    assert "jira" in result.err
    assert team.run("status").code == 0
