"""kill -9 at any moment of a sync: the store holds a whole state, and the next run is right."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

from connectors.sandbox.quarter.agenda import credentials
from connectors.sandbox.quarter.replay import Quarter
from tests.journeys.office import Office
from tests.journeys.test_nothing_new import present

KILLS = 10
LONGEST = 30.0


class Life:
    """The quarter's office; it goes on from week to week while runs come and die."""

    def __init__(self, folder, street):
        self.quarter = Quarter()
        self.office = Office(folder, street)
        self.office.serve(self.quarter.jira, self.quarter.trello)
        self.office.environ |= credentials()
        self.asked = threading.Event()
        self.quarter.advance(self.quarter.moment + timedelta(days=14))
        self.office.write(self.quarter.okrs_yaml("JIRA", "TRELLO"))

    def next_days(self):
        """Let the teams work, and see when a run asks for the first time."""
        self.quarter.advance(self.quarter.moment + timedelta(days=4))
        self.asked.clear()
        self.office.jira_faults.clear()
        self.office.jira_faults.before("", self.asked.set)

    def seconds(self):
        """How long a run takes from its first question to its end."""
        with self.office.start("sync") as process:
            assert self.asked.wait(LONGEST)
            began = time.monotonic()
            assert process.communicate()[1] == ""
        return time.monotonic() - began

    def kill(self, after):
        """Start a run, and kill it so many seconds after its first question; whether it died."""
        with self.office.start("sync") as process:
            assert self.asked.wait(LONGEST)
            try:
                process.communicate(timeout=after)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        return process.returncode != 0

    def kill_at_birth(self):
        """Start a run, and kill it as soon as the database's file is there."""
        with self.office.start("sync") as process:
            until = time.monotonic() + LONGEST
            while not self.office.database.exists():
                assert time.monotonic() < until
                assert process.poll() is None
            process.kill()
            process.communicate()


def whole(office):
    """Whether every KR's number, cards and ledger are of one piece; how many KRs have any."""
    counts = "SELECT done, remaining, dropped FROM readings r JOIN standings s ON s.reading = r.id"
    krs = [kr for (kr,) in office.rows("SELECT kr FROM standings WHERE reading IS NOT NULL")]
    for kr in krs:
        (number,) = office.rows(f"{counts} WHERE s.kr = ?", kr)
        states = [one for (one,) in office.rows("SELECT state FROM cards WHERE kr = ?", kr)]
        assert number == tuple(map(states.count, ("done", "remaining", "dropped")))
        entries = office.rows("SELECT event, card FROM entries WHERE kr = ? ORDER BY at, id", kr)
        assert number == present(entries)
    return len(krs)


def test_killed_at_any_moment_the_store_is_whole(tmp_path, street):
    """After each of ten kills the store opens and adds up; a run that may end is right."""
    life, dice = Life(tmp_path, street), random.Random(20261121)
    office = life.office
    life.kill_at_birth()
    assert office.run("status", "--json").code == 0
    life.next_days()
    took, krs, died = life.seconds(), whole(office), 0
    for _ in range(KILLS - 1):
        life.next_days()
        died += life.kill(took * dice.random())
        assert whole(office) == krs
        assert office.run("status", "--json").code == 0
    assert died > 1
    office.steps.at = datetime.now(UTC)
    office.sync()
    after = office.rows_by_kr()
    assert whole(office) == krs == len(after)

    office.database.unlink()
    office.sync()
    names = ("done", "remaining", "dropped", "percent", "points", "threads")
    for kr, row in office.rows_by_kr().items():
        assert {name: after[kr][name] for name in names} == {name: row[name] for name in names}
    street.settle()
