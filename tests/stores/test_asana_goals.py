"""Asana Goals: the contract against the stand-in, and both against Asana's own specification."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.errors import RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Answer, Fault, Faults
from sandbox.server import Serving
from sandbox.stores.asana_goals import AsanaGoals, Goal
from tests.connectors.contract import StepClock
from tests.stores.contract import NOTE, OkrStoreContract, StoreTool, a_write
from tests.stores.specification import specified

LIGHTS = {"on_track": "well", "at_risk": "behind", "off_track": "help"}


@dataclass
class AsanaTool(StoreTool):
    """The stand-in's goals, by the test's hand."""

    read_path: str = "/goals/"
    write_path: str = "/setMetricCurrentValue"
    method: str | None = "POST"

    def add(self, name="PUB-1", **more):
        gid = f"12{name[-1]}"
        self.app.goals[gid] = Goal(gid, name, **more)
        return gid

    def person_sets(self, id_, value):
        self.app.goals[id_].values.append(value / 100)

    def points(self, id_):
        goal = self.app.goals.get(id_)
        return [round(value * 100, 9) for value in goal.values] if goal else []

    def notes(self, id_):
        posts = [post.text for post in self.app.posts if post.parent == id_]
        return posts + self.app.goals[id_].comments

    def lights(self, id_):
        return [LIGHTS[post.status_type] for post in self.app.posts if post.parent == id_]

    def remove(self, id_):
        del self.app.goals[id_]

    def revoke(self):
        self.app.token = "another"

    def counts_itself(self, id_):
        self.app.goals[id_].progress_source = "subgoal_progress"


@pytest.fixture
def tool():
    """A workspace's goals, served."""
    steps, faults = StepClock(), Faults()
    app = AsanaGoals("1200", "an-asana-token", now=steps.now)
    watched = specified(app, "asana-goals.json", app.prefix)
    with Serving(faults.wrap(watched)) as serving:
        access = StoreAccess(
            "board",
            "asana-goals",
            f"{serving.url}/api/1.0",
            token="an-asana-token",
            options={"workspace": "1200"},
        )
        yield AsanaTool(serving, app, faults, access, steps)


class TestAsanaGoals(OkrStoreContract):
    """The contract, and what only Asana does."""

    def test_a_quarter_is_25_percent(self, tool):
        """A percentage goes out as a part of one, and comes back as people say it."""
        id_ = tool.add()
        self.write(tool, a_write(id_, 25.0))
        assert tool.app.goals[id_].values == [0.25]
        number = self.read(tool, id_)
        assert (number.value, number.target, number.decimals) == (25.0, 100.0, 2)

    def test_a_plain_number_is_itself(self, tool):
        """Without a unit nothing is multiplied."""
        id_ = tool.add(unit="none", initial=100.0, target=90.0)
        self.write(tool, a_write(id_, 96.0))
        assert tool.app.goals[id_].values == [96.0]
        assert (self.read(tool, id_).start, self.read(tool, id_).target) == (100.0, 90.0)

    def test_a_goal_without_a_metric_is_a_problem(self, tool):
        """There is nothing to write to, and that is said."""
        id_ = tool.add(unit="")
        with pytest.raises(RejectedError, match="no metric"):
            self.read(tool, id_)

    def test_a_status_that_was_lost_comes_when_repeated(self, tool):
        """The value had arrived, the post hadn't: repeated, each is there once."""
        id_ = tool.add()
        write = a_write(id_, light="help")
        tool.faults.add("/status_updates", Fault(answer=Answer(500, "{}")), method="POST")
        with pytest.raises(Exception, match="500"):
            self.write(tool, write)
        for _ in range(2):
            self.write(tool, replace(write, repeat=True, there=True))
        assert tool.points(id_) == [60.0]
        assert tool.notes(id_) == [NOTE]

    def test_taking_back_takes_the_status_too(self, tool):
        """The post goes with the value that it spoke of."""
        id_ = tool.add()
        write = self.write(tool, a_write(id_, light="help", before=0.0))
        self.open(tool).take_back(write)
        assert tool.notes(id_) == []
        assert self.read(tool, id_).value == 0.0

    def test_goals_are_listed_under_those_they_support(self, tool):
        """The goal above is the objective; without one a goal stands for itself."""
        tool.add("PUB-9", unit="")
        tool.add("PUB-1", parent="129")
        (listed,) = self.open(tool).key_results()
        assert (listed.title, listed.objective, listed.objective_title) == ("PUB-1", "129", "PUB-9")
        assert (listed.period, listed.unit, listed.target) == ("Q4 FY26", "%", 100.0)
        bare = replace(tool, access=replace(tool.access, options={}))
        with pytest.raises(RejectedError, match="workspace"):
            self.open(bare).key_results()
