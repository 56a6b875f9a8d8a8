"""Logs are on stderr, for people or for machines; stdout holds what was asked for."""

from __future__ import annotations

import io
import json
import re

import pytest

from sandbox.faults import Answer
from syncer.cli import main
from syncer.context import Context
from tests.journeys.office import TOKENS

LINE = {"at", "level", "logger", "message"}
READERS = [
    ("check", "--json"),
    ("sync", "--json"),
    ("status", "--json"),
    ("explain", "SPEED", "--json"),
    ("history", "SPEED", "--json"),
]


def lines(text):
    """Each log line as the JSON object that it is."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def team(team):
    """The team after a first sync, with a Jira that then fails."""
    team.sync()
    team.jira_faults.answer("search/jql$", Answer(503, "down", "text/plain"), times=None)
    return team


@pytest.mark.parametrize("command", READERS, ids=lambda words: words[0])
@pytest.mark.parametrize("style", ["text", "json"])
def test_stdout_holds_json_alone(team, command, style):
    """However much is logged, what a program reads is one JSON document."""
    result = team.run("--log-format", style, "-v", "-v", *command)
    assert isinstance(result.json, dict)
    assert result.out.startswith("{")
    assert result.code == (1 if command[0] in ("check", "sync") else 0)


@pytest.mark.parametrize("command", READERS, ids=lambda words: words[0])
def test_json_logs_are_one_object_a_line(team, command):
    """Each line has its moment, level, logger and message, and nothing else is on stderr."""
    result = team.run("--log-format", "json", "-v", "-v", *command)
    for line in lines(result.err):
        assert line.keys() == LINE
        assert line["level"] in {"debug", "info", "warning", "error"}
    if command[0] == "sync":
        assert [line["level"] for line in lines(result.err)].count("warning") == 1


def test_a_kept_number_is_a_warning(team):
    """Cron mails what went wrong, once: the KRs that kept their old number for it, and why."""
    (warning,) = lines(team.sync("--log-format", "json", code=1).err)
    assert warning["level"] == "warning"
    assert warning["message"].startswith("SPEED, BOTH: kept the old number. jira: ")
    assert warning["message"].count("503") == 1


def test_a_run_that_is_well_is_quiet(team):
    """A sync without trouble leaves nothing on stderr, so that cron has nothing to mail."""
    team.jira_faults.clear()
    assert team.sync().err == ""


def test_an_error_goes_to_stderr_in_either_style(team):
    """What ends a run is told on stderr; stdout stays empty."""
    for style in ("text", "json"):
        result = team.run("--log-format", style, "explain", "NOBODY", "--json")
        assert (result.code, result.out) == (2, "")
        assert "no KR has the id NOBODY" in result.err


TIMED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2} "
    r"(DEBUG|INFO|WARNING|ERROR) +\S.*"
)


@pytest.mark.parametrize("verbose", [(), ("-v",), ("-v", "-v")], ids=len)
def test_each_line_of_the_log_has_its_time(team, verbose):
    """Local time with its distance from UTC, then the level, also where a run ends in trouble."""
    first = team.sync(*verbose, code=1).err.splitlines()
    (team.folder / "okrs.yaml").write_text("sources: []\nobjectives: []\nreview: []\n")
    broken = team.sync(*verbose, code=2).err.splitlines()
    assert [line for line in (*first, *broken) if not TIMED.fullmatch(line)] == []
    assert len(broken) > 2


def test_what_was_done_is_logged_at_v(team):
    """Each source, each KR that stayed as it was, what was written; nothing twice."""
    team.jira_faults.clear()
    result = team.sync("-v")
    done = [line.split(" ", 2)[2] for line in result.err.splitlines()]
    assert any(re.fullmatch(r"jira: \d+ cards read, whole", line) for line in done)
    assert any(line.startswith("SPEED: ") and line.endswith("unchanged") for line in done)
    assert "the store has 0 new readings and 0 ledger entries" in done
    everything = [*done, *(line.split(" ", 1)[1] for line in result.out.splitlines())]
    assert len(set(everything)) == len(everything)


def test_requests_are_logged_at_vv(team):
    """Method, server and path, status, time and size; no query, no secret, no person."""
    team.jira_faults.clear()
    for serving in (team.jira_serving, team.trello_serving):
        serving.log.clear()
    text = team.sync("-v", "-v", "--full").err
    requests = re.findall(r"DEBUG (\w+): (\w+) (\S+): (\d+), \d+ ms, (\d+) bytes", text)
    assert {name for name, *_ in requests} == {"jira", "trello"}
    assert {status for *_, status, _ in requests} == {"200"}
    assert {method for _, method, *_ in requests} == {"GET", "POST"}
    assert all("?" not in url and "127.0.0.1/" in url for _, _, url, *_ in requests)
    assert [secret for secret in TOKENS.values() if secret in text] == []
    assert len(requests) == len(team.jira_serving.log) + len(team.trello_serving.log)


def test_a_request_that_fails_is_logged_and_its_repeat_announced(team):
    """At -vv each try is a line, at -v each wait before the next."""
    text = team.sync("-v", "-v", code=1).err
    assert re.search(r"DEBUG jira: POST 127\.0\.0\.1/rest/\S+: 503, ", text)
    assert re.search(r"INFO jira: POST \S+: 503 .*, asked again in \d+ s", text)


def test_at_a_terminal_the_program_speaks_without_a_time(team):
    """Who sits before it knows what time it is."""

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    err = Terminal()
    context = Context(team.environ, team.folder, team.steps.clock, io.StringIO(), err)
    assert main(["explain", "NOBODY"], context) == 2
    assert err.getvalue().startswith("okr-sync: no KR has the id NOBODY")


def test_json_logs_hold_nothing_but_json(team):
    """Also what ends a run is a line that a log collector can read."""
    result = team.run("--log-format", "json", "explain", "NOBODY", "--json")
    assert [line["level"] for line in lines(result.err)] == ["error"]
