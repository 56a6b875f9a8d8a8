"""Logs are on stderr, for people or for machines; stdout holds what was asked for."""

from __future__ import annotations

import json

import pytest

from sandbox.faults import Answer

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


@pytest.mark.parametrize("command", READERS, ids=lambda one: one[0])
@pytest.mark.parametrize("style", ["text", "json"])
def test_stdout_holds_json_alone(team, command, style):
    """However much is logged, what a program reads is one JSON document."""
    result = team.run("--log-format", style, "-v", "-v", *command)
    assert isinstance(result.json, dict)
    assert result.out.startswith("{")
    assert result.code == (1 if command[0] in ("check", "sync") else 0)


@pytest.mark.parametrize("command", READERS, ids=lambda one: one[0])
def test_json_logs_are_one_object_a_line(team, command):
    """Each line has its moment, level, logger and message, and nothing else is on stderr."""
    result = team.run("--log-format", "json", "-v", "-v", *command)
    for line in lines(result.err):
        assert line.keys() == LINE
        assert line["level"] in {"debug", "info", "warning", "error"}
    if command[0] == "sync":
        assert [line["level"] for line in lines(result.err)].count("warning") == 2


def test_a_kept_number_is_a_warning(team):
    """Cron mails what went wrong: each KR that kept its old number, and why."""
    warnings = lines(team.sync("--log-format", "json", code=1).err)
    assert [line["level"] for line in warnings] == ["warning"] * 2
    subjects = [line["message"].partition(":")[0] for line in warnings]
    assert subjects == ["SPEED", "BOTH"]
    assert all("503" in line["message"] for line in warnings)


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


def test_json_logs_hold_nothing_but_json(team):
    """Also what ends a run is a line that a log collector can read."""
    result = team.run("--log-format", "json", "explain", "NOBODY", "--json")
    assert [line["level"] for line in lines(result.err)] == ["error"]
