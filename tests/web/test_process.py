"""The page as a process of its own: many visitors, signals, a port that is taken."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from http.cookiejar import CookieJar

import pytest

from tests.web.visitor import OKRS, fields_of, named

PEOPLE = 40
LONGEST = 300.0
PATHS = ("/", "/kr/SPEED", "/api/status", "/api/report", "/healthz", "/metrics")


@contextmanager
def serving(office, *arguments):
    """Start the page as a process of its own, on a port that is free; give it and its address."""
    with office.start("serve", "--port", "0", *arguments) as process:
        try:
            line = process.stdout.readline()
            yield process, re.search(r"http://\S+:\d+", line)[0]
        finally:
            process.kill()


def ended(process, number):
    """End a process by a signal, and give its seconds, its code and what it said."""
    began = time.monotonic()
    process.send_signal(number)
    _, err = process.communicate(timeout=LONGEST)
    return time.monotonic() - began, process.returncode, err


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, home):
        self.home = home
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))

    def open(self, path, fields=None):
        """Open a page or send a form; give what is shown in the end."""
        data = urllib.parse.urlencode(fields, doseq=True).encode() if fields else None
        with self.opener.open(self.home + path, data, timeout=LONGEST) as answer:
            return answer.read().decode()


@pytest.fixture
def present(office):
    """An office whose clock is the machine's: a process has no other."""
    office.plan(text=OKRS.replace("2026-Q4", str(datetime.now(UTC).year)))
    return office


def test_forty_at_once_while_a_sync_runs_lose_nothing(present):
    """Everybody reads and checks in while boards are read; every note is there, once."""
    with serving(present) as (process, home):
        go_on = threading.Event()
        present.jira_faults.before("", lambda: go_on.wait(LONGEST))
        failures = []

        def visit(number):
            person = Person(home)
            try:
                fields = fields_of(person.open("/checkin?team=Publishing"))
                person.open(PATHS[number % len(PATHS)])
                shown = person.open(
                    "/checkin", {**fields, **named(fields, note_PUB_5=f"note {number}")}
                )
                assert f"note {number}" in shown
            except (AssertionError, OSError) as error:
                failures.append((number, error))

        with present.start("sync") as syncing:
            threads = [threading.Thread(target=visit, args=(number,)) for number in range(PEOPLE)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert syncing.poll() is None
            go_on.set()
            assert syncing.wait(LONGEST) == 0
        assert failures == []
        _, code, err = ended(process, signal.SIGTERM)
    assert (code, err) == (0, "")
    notes = [note for (note,) in present.rows("SELECT note FROM checkins WHERE note != ''")]
    assert sorted(notes) == sorted(f"note {number}" for number in range(PEOPLE))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_three_seconds(present, number):
    """Also while somebody's connection is open and asks for nothing more."""
    with serving(present) as (process, home):
        host, port = urllib.parse.urlsplit(home).netloc.split(":")
        with socket.create_connection((host, int(port))) as idle:
            idle.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            assert Person(home).open("/healthz")
            seconds, code, err = ended(process, number)
    assert (code, err) == (0, "")
    assert seconds < 3


def test_whoever_opens_it_to_others_is_warned(present):
    """On loopback nobody is; elsewhere it says that there is no sign-in."""
    with serving(present, "--host", "0.0.0.0") as (process, home):  # noqa: S104 - the claim
        assert home.startswith("http://0.0.0.0:")
        _, _, err = ended(process, signal.SIGTERM)
    assert "no sign-in" in err


def test_a_port_that_is_taken_is_said(present):
    """Exit code 2, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with present.start("serve", "--port", port) as process:
            _, err = process.communicate(timeout=LONGEST)
    assert process.returncode == 2
    assert f"the page can't listen on 127.0.0.1, port {port}" in err
    assert "--port" in err


def test_a_wrong_file_is_said_before_anything_is_served(present):
    """As by every command: exit code 2."""
    present.write("objectives: [")
    done = present.run("serve", "--port", "0")
    assert (done.code, "okrs.yaml:1" in done.err) == (2, True)


def test_without_the_extra_the_command_says_what_to_install(present):
    """Exit code 2, with the command for this very installation."""
    script = (
        "import sys; sys.modules['starlette.applications'] = None; "
        "from syncer.cli import main; main(['serve'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\n"],
        cwd=present.folder,
        env=dict(present.outside()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the page needs okr-sync's extra [web]; install it: " in done.stderr
