"""Two runs at once: the second is told so at once and touches nothing; readers go on reading."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tests.connectors.contract import StepClock
from tests.journeys.team import BOTH, FIND, SPEED, Team

LONGEST = 300.0


@pytest.fixture
def team(tmp_path, street):
    """The team on the real clock, as the other process is."""
    yield Team(tmp_path, street, StepClock(datetime.now(UTC)))
    street.settle()


@contextmanager
def running(team, *arguments):
    """A sync of another process, held inside a request to Jira until the end."""
    entered, release = threading.Event(), threading.Event()

    def hold():
        entered.set()
        release.wait(LONGEST)

    team.jira_faults.before("search/jql$", hold)
    with team.start("sync", *arguments) as process:
        try:
            assert entered.wait(LONGEST), process.communicate()
            yield process
        finally:
            release.set()
            out, err = process.communicate(timeout=LONGEST)
    assert (process.returncode, err) == (0, ""), out


@pytest.mark.parametrize(
    "arguments", [("sync",), ("sync", "--force"), ("sync", "--kr", "FIND"), ("sync", "--json")]
)
def test_a_second_run_ends_with_4_and_touches_nothing(team, arguments):
    """While one run waits for its tracker, another says that it is there, and asks nothing."""
    team.sync()
    # The run that is held asks Trello nothing itself, and has no card yet to write.
    with running(team, "--source", "jira"):
        before = team.dump()
        team.trello_serving.log.clear()
        result = team.run(*arguments)
        assert (result.code, result.out) == (4, "")
        assert "another run is at work" in result.err
        assert result.err.count("\n") == 1
        assert team.dump() == before
        assert len(team.trello_serving.log) == 0
    team.sync()


def test_readers_work_during_a_sync(team):
    """Status, explain, history, report and a dry run see the last whole state meanwhile."""
    team.sync()
    team.work_on()
    with running(team):
        assert [team.counts(kr) for kr in ("SPEED", "FIND", "BOTH")] == [SPEED, FIND, BOTH]
        assert len(team.explained("SPEED")) == 8
        for arguments in (
            ("status",),
            ("explain", "SPEED"),
            ("history", "SPEED"),
            ("report",),
            ("sync", "--dry-run"),
            ("check",),
        ):
            assert team.run(*arguments).code == 0
    assert team.counts("SPEED") == (4, 3, 1)


def test_a_team_can_check_in_during_a_sync(team):
    """What a team says doesn't wait for the trackers, and the sync doesn't lose it."""
    team.sync()
    with running(team):
        assert team.run("checkin", "SPEED", "--confidence", "6").code == 0
    assert team.kr("SPEED")["confidence"] == 6


def test_the_lock_goes_with_its_process(team):
    """After a kill -9 inside a request the next run begins at once."""
    team.sync()
    entered = threading.Event()
    release = threading.Event()
    team.jira_faults.before("search/jql$", lambda: (entered.set(), release.wait(LONGEST)))
    with team.start("sync") as process:
        assert entered.wait(LONGEST)
        process.kill()
        process.communicate()
    release.set()
    team.work_on()
    team.sync()
    assert team.counts("SPEED") == (4, 3, 1)
