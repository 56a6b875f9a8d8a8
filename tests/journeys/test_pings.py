"""A dead man's switch is told how each run went, and no run suffers from it."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from sandbox.faults import Answer, Fault
from sandbox.server import Serving
from syncer import pings
from tests.connectors.raw import RawServing, drips
from tests.journeys.office import TOKENS
from tests.journeys.test_stopped import HEAD, Asked

SECRET = "3f9c-not-for-the-log"
PARTS = ("start", "success", "failure")


class Switch:
    """A service that keeps what it is told, and knows the methods that it is given."""

    def __init__(self, methods=("GET", "POST")):
        self.methods, self.pings, self.event = methods, [], threading.Event()

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        known = environ["REQUEST_METHOD"] in self.methods
        if known:
            self.pings.append((environ["PATH_INFO"].rpartition("/")[2], body))
        self.event.set()
        start_response("200 OK" if known else "404 Not Found", [("Content-Type", "text/plain")])
        return [b"OK"]

    @property
    def parts(self):
        return [part for part, _ in self.pings]


@pytest.fixture
def switch(team):
    """Give the switch that the team's environment names."""
    switch = Switch()
    with Serving(switch) as serving:
        watch(team, serving.url)
        yield switch
        assert serving.failures == []


def watch(team, url):
    for part in PARTS:
        team.environ[f"OKR_SYNC_PING__{part.upper()}"] = f"{url}/{SECRET}/{part}"


def test_a_run_that_is_well_says_when_it_begins_and_ends(team, switch):
    """The start and the success are told in this order, and nothing goes to stderr."""
    result = team.sync()
    assert switch.parts == ["start", "success"]
    assert switch.pings[1][1] == "okr-sync sync: exit code 0, all well"
    assert result.err == ""


def test_a_failing_source_is_a_failure(team, switch):
    """The failure names the exit code, and neither a person nor a secret."""
    team.jira_faults.answer("search/jql$", Answer(503, "down", "text/plain"), times=None)
    team.sync(code=1)
    assert switch.parts == ["start", "failure"]
    text = switch.pings[1][1]
    assert "exit code 1, some source or key result failed" in text
    assert [secret for secret in TOKENS.values() if secret in text] == []


def test_a_broken_set_up_is_a_failure(team, switch):
    """Neither a file nor a variable that can't be read keeps anybody from being told."""
    whole = (team.folder / "okrs.yaml").read_text()
    (team.folder / "okrs.yaml").write_text("sources: [")
    team.sync(code=2)
    (team.folder / "okrs.yaml").write_text(whole)
    team.environ["OKR_SYNC_SOURCES__JIRA__TOKEN"] = "two words"
    team.sync(code=2)
    assert switch.parts == ["start", "failure"] * 2
    assert "exit code 2" in switch.pings[1][1]


def test_an_env_file_that_cant_be_read_is_a_failure(team, switch):
    """What the environment itself says is enough to tell it."""
    (team.folder / ".env").write_text("OKR_SYNC_STORE here\n")
    team.sync(code=2)
    assert switch.parts == ["start", "failure"]


def test_a_store_that_is_gone_is_a_failure(team, switch):
    """So is what ends a run with 3."""
    team.sync()
    team.database.unlink()
    team.sync(code=3)
    assert switch.parts == ["start", "success", "start", "failure"]


def test_a_run_beside_another_tells_no_end(team, switch):
    """The other one tells its own: a false alarm would be one too many."""
    reached, free = threading.Event(), threading.Event()

    def held():
        reached.set()
        free.wait(30)

    team.trello_faults.add("", Fault(before=held))
    first = threading.Thread(target=team.run, args=("sync",))
    first.start()
    assert reached.wait(30)
    with team.start("sync") as second:
        _, err = second.communicate(timeout=180)
    free.set()
    first.join()
    assert (second.returncode, "another run" in err) == (4, True)
    assert switch.parts == ["start", "start", "success"]


def test_a_signal_is_a_failure(team, switch):
    """Whoever ends a run from outside doesn't end it unnoticed, nor later than in three seconds."""
    speak = Asked(drips(HEAD))
    with RawServing(speak) as slow:
        team.environ["OKR_SYNC_SOURCES__JIRA__URL"] = slow.url
        with team.start("sync") as process:
            assert speak.event.wait(30)
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=180)
    assert time.monotonic() - began < 4
    assert process.returncode == 143
    assert switch.parts == ["start", "failure"]
    assert "exit code 143" in switch.pings[1][1]


def test_a_run_that_is_over_its_time_is_a_failure(team, switch):
    """The deadline ends what is asked of the services, and not what is told of it."""
    with RawServing(drips(HEAD)) as slow:
        team.environ["OKR_SYNC_SOURCES__JIRA__URL"] = slow.url
        team.run("sync", "--deadline", "1s")
    assert switch.parts == ["start", "failure"]


@pytest.mark.parametrize("command", [("sync", "--dry-run"), ("status",), ("report",)])
def test_nothing_is_told_of_what_isnt_a_run(team, switch, command):
    """Trying and reading neither feed a switch nor trip it."""
    team.run(*command)
    assert switch.pings == []


def test_due_reports_tell_failures_alone(team, switch):
    """Their success would keep a switch quiet that waits for the sync's."""
    assert team.run("report", "--due").code == 2  # there is no review: block
    assert [part for part, _ in switch.pings] == ["failure"]
    assert switch.pings[0][1].startswith("okr-sync report --due: exit code 2")
    review = '\nreview: {every: 2 weeks, starts: "2026-10-08T10:00", timezone: UTC}\n'
    with (team.folder / "okrs.yaml").open("a") as file:
        file.write(review)
    assert team.run("report", "--due").code == 0
    assert len(switch.pings) == 1


def test_a_service_that_takes_no_post_gets_a_get(team):
    """Some know GET alone: they answer a POST with 404."""
    switch = Switch(methods=("GET",))
    with Serving(switch) as serving:
        watch(team, serving.url)
        assert team.sync().err == ""
    assert switch.parts == ["start", "success"]


def test_a_ping_that_isnt_taken_is_one_warning(team):
    """The run ends as it would have; the address is a secret and in no log."""
    switch = Switch(methods=())
    with Serving(switch) as serving:
        watch(team, serving.url)
        result = team.sync("-v", "-v")
        host = serving.url.partition("//")[2]
    assert result.err.count("WARNING") == 1
    assert "the ping for start wasn't taken" in result.err
    assert [part for part in (SECRET, host) if part in result.output] == []


def test_nobody_at_the_address_is_one_warning(team):
    """A machine that is off keeps no run from its end."""
    with Serving(Switch()) as serving:
        url = serving.url
    watch(team, url)
    result = team.sync()
    assert result.err.count("\n") == 1
    assert url.partition("//")[2] not in result.output


def test_a_service_that_hangs_is_left_alone(team, monkeypatch):
    """What never answers costs a run its own short time and no more."""
    monkeypatch.setattr(pings, "BOUND", 0.3)
    with RawServing(drips(HEAD)) as slow:
        watch(team, slow.url)
        began = time.monotonic()
        result = team.sync()
    assert time.monotonic() - began < 8
    assert result.err.count("\n") == 1
