"""kill -9 at any moment of a sync: the store holds a whole state, and the next run is right."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from sandbox.quarter.agenda import credentials
from sandbox.quarter.replay import Quarter
from tests.journeys.office import Office
from tests.journeys.test_nothing_new import present

KILLS = 4
LONGEST = 300.0


class Life:
    """The quarter's office; it goes on from week to week while runs come and die."""

    def __init__(self, folder, street):
        self.quarter = Quarter()
        self.office = Office(folder, street)
        self.office.serve(self.quarter.jira, self.quarter.trello)
        self.office.environ |= credentials()
        self.quarter.advance(self.quarter.moment + timedelta(days=14))
        self.office.write(self.quarter.okrs_yaml("JIRA", "TRELLO"))

    def next_days(self):
        """Let the teams work."""
        self.quarter.advance(self.quarter.moment + timedelta(days=4))

    def at_question(self, nth, then=lambda: None):
        """Give an event of a run's nth question to Jira; `then` comes before the answer."""
        asked = threading.Event()
        self.office.jira_faults.clear()
        self.office.jira_faults.before("", lambda: (asked.set(), then()), nth=nth)
        return asked

    def whole_run(self):
        """Run to the end; give its seconds from the first question on, and its questions."""
        self.office.jira_serving.log.clear()
        asked = self.at_question(1)
        with self.office.start("sync") as process:
            assert asked.wait(LONGEST)
            began = time.monotonic()
            assert process.communicate()[1] == ""
        return time.monotonic() - began, len(self.office.jira_serving.log)

    def kill_at_question(self, nth):
        """Start a run, and kill it between its nth question and the answer."""
        dead = threading.Event()
        asked = self.at_question(nth, lambda: dead.wait(LONGEST))
        with self.office.start("sync") as process:
            assert asked.wait(LONGEST)
            process.kill()
            process.communicate()
        dead.set()
        assert process.returncode == -signal.SIGKILL

    def kill_after(self, seconds):
        """Start a run, and kill it so long after its first question, if it isn't over by then."""
        asked = self.at_question(1)
        with self.office.start("sync") as process:
            assert asked.wait(LONGEST)
            try:
                process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()

    def kill_at_birth(self):
        """Start a run, and kill it as soon as the database's file is there."""
        with self.office.start("sync") as process:
            while not self.office.database.exists() and process.poll() is None:
                pass
            process.kill()
            process.communicate()
        assert self.office.database.exists()


def whole(office):
    """Whether every KR's number, cards and ledger are of one piece; how many KRs have any."""
    counts = "SELECT done, remaining, dropped FROM readings r JOIN kr_status s ON s.reading = r.id"
    krs = [kr for (kr,) in office.rows("SELECT kr FROM kr_status WHERE reading IS NOT NULL")]
    for kr in krs:
        (number,) = office.rows(f"{counts} WHERE s.kr = ?", kr)
        states = [state for (state,) in office.rows("SELECT state FROM cards WHERE kr = ?", kr)]
        assert number == tuple(map(states.count, ("done", "remaining", "dropped")))
        entries = office.rows("SELECT event, card FROM entries WHERE kr = ? ORDER BY at, id", kr)
        assert number == present(entries)
    return len(krs)


def test_killed_at_any_moment_the_store_is_whole(tmp_path, street):
    """After each of nine kills the store opens and adds up; a run that may end is right."""
    life, dice = Life(tmp_path, street), random.Random(20261121)
    office = life.office
    life.kill_at_birth()
    assert office.run("status", "--json").code == 0
    life.next_days()
    took, questions = life.whole_run()
    krs = whole(office)
    for _ in range(KILLS):
        # A run that compares asks less than a first one, but more than half as often.
        for kill in (
            partial(life.kill_at_question, dice.randint(1, questions // 2)),
            partial(life.kill_after, took * dice.random()),
        ):
            life.next_days()
            kill()
            assert whole(office) == krs
            assert office.run("status", "--json").code == 0
    office.jira_faults.clear()
    office.steps.at = datetime.now(UTC)
    office.sync()
    after = office.rows_by_kr()
    assert whole(office) == krs == len(after)

    office.database.unlink()
    office.sync("--new-store")
    names = ("done", "remaining", "dropped", "percent", "points", "threads")
    for kr, row in office.rows_by_kr().items():
        assert {name: after[kr][name] for name in names} == {name: row[name] for name in names}
    street.settle()
