"""The very first run: nothing is known yet, and so there is nothing that asking waits for."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

from syncer.cli import main
from syncer.context import Context

LONGEST = 60.0


@dataclass(frozen=True)
class Opening(Context):
    """A context that does something before a store is opened."""

    before: object = None

    def store(self, settings, *, create=True):
        """See `Context`."""
        self.before()
        return super().store(settings, create=create)


def run(team, before):
    out, err = io.StringIO(), io.StringIO()
    context = Opening(team.environ, team.folder, team.steps.clock, out, err, before=before)
    return main(["sync"], context), err.getvalue()


def asking(team):
    """Set as soon as Jira is asked for issues, the next time."""
    asked = threading.Event()
    team.jira_faults.before("search/jql$", asked.set)
    return asked


def test_a_first_run_asks_before_its_store_is_there(team):
    """Opening a new store falls into the time that the services take."""
    asked = asking(team)
    in_time = []
    assert run(team, lambda: in_time.append(asked.wait(LONGEST))) == (0, "")
    assert in_time == [True]
    assert team.database.exists()


def test_a_later_run_knows_before_it_asks(team):
    """What is known decides what is asked."""
    team.sync()
    asked, early = asking(team), []
    assert run(team, lambda: early.append(asked.wait(0.3))) == (0, "")
    assert early == [False]
    assert asked.is_set()


def test_a_first_run_keeps_others_out_before_its_store_is_there(team):
    """The lock is there before anything is asked, and goes with the run."""
    asked, others = asking(team), []

    def another():
        assert asked.wait(LONGEST)
        others.append(team.run("sync"))

    assert run(team, another) == (0, "")
    assert [(one.code, one.out) for one in others] == [(4, "")]
    assert "another run is at work" in others[0].err
    team.sync()


def test_a_store_that_cannot_be_made_ends_a_first_run(team):
    """What was asked for in the meantime is let go; the next run begins anew."""
    asked = asking(team)
    team.environ["OKR_SYNC_STORE"] = f"sqlite:///{team.folder}/new.db"

    def in_the_way():
        assert asked.wait(LONGEST)
        (team.folder / "new.db").write_bytes(b"no database, but something else" * 100)

    code, said = run(team, in_the_way)
    assert code == 3
    assert "new.db" in said
    (team.folder / "new.db").unlink()
    team.sync()
