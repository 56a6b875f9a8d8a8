"""Operately: the contract, check-ins that mail nobody, and drafts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.errors import NotFoundError, RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores.operately import Goal, Operately, Target
from tests.connectors.contract import StepClock
from tests.stores.contract import NOTE, OkrStoreContract, StoreTool, a_write

LIGHTS = {"on_track": "well", "caution": "behind", "off_track": "help"}


@dataclass
class OperatelyTool(StoreTool):
    """The stand-in's goals, each with one target, by the test's hand."""

    read_path: str = "/goals/list"
    write_path: str = "/goals/(update|create)"
    method: str | None = "POST"

    def add(self, name="PUB-1"):
        self.app.goals[name] = Goal(name, "Launch day", [Target("t1", name)])
        return f"{name}/t1"

    def goal(self, id_):
        return self.app.goals.get(id_.partition("/")[0])

    def person_sets(self, id_, value):
        self.goal(id_).targets[0].set(value)

    def points(self, id_):
        return list(self.goal(id_).targets[0].activities) if self.goal(id_) else []

    def notes(self, id_):
        contents = [check_in["content"]["content"][0] for check_in in self.goal(id_).check_ins]
        return [content["content"][0]["text"] for content in contents if content["content"]]

    def lights(self, id_):
        return [LIGHTS[check_in["status"]] for check_in in self.goal(id_).check_ins]

    def remove(self, id_):
        del self.app.goals[id_.partition("/")[0]]

    def revoke(self):
        self.app.token = "another"


@pytest.fixture
def tool():
    """An Operately, served."""
    steps, faults = StepClock(), Faults()
    app = Operately("an-operately-token", now=steps.now)
    with Serving(faults.wrap(app)) as serving:
        access = StoreAccess("ops", "operately", serving.url, token="an-operately-token")
        yield OperatelyTool(serving, app, faults, access, steps)


class TestOperately(OkrStoreContract):
    """The contract, and what only Operately does."""

    def test_a_note_comes_as_it_is(self, tool):
        """A note stands in a check-in, which needs a light; a value alone has none."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        assert tool.notes(id_) == []
        self.write(tool, a_write(id_, 61.0, light="well"))
        assert tool.notes(id_) == [NOTE]
        assert tool.points(id_) == [60.0, 61.0]

    def test_nobody_is_mailed(self, tool):
        """The API's default would notify everyone; ours says no."""
        self.write(tool, a_write(tool.add(), light="help"))
        assert tool.app.mails == 0

    def test_other_targets_of_a_goal_keep_their_values(self, tool):
        """A check-in names all of them, ours changed."""
        id_ = tool.add()
        goal = tool.goal(id_)
        goal.targets.append(Target("t2", "Other", 7.0))
        self.write(tool, a_write(id_, light="well"))
        assert [target.value for target in goal.targets] == [60.0, 7.0]

    def test_a_goal_alone_means_its_only_target(self, tool):
        """With several the target has to be named."""
        tool.add()
        self.write(tool, a_write("PUB-1"))
        assert tool.points("PUB-1") == [60.0]
        tool.goal("PUB-1").targets.append(Target("t2", "Other"))
        with pytest.raises(RejectedError, match="GOAL/TARGET"):
            self.read(tool, "PUB-1")
        with pytest.raises(NotFoundError, match="no target t3"):
            self.read(tool, "PUB-1/t3")

    def test_check_ins_may_be_drafts(self, tool):
        """A draft waits in Operately for somebody to publish it, and moves nothing yet."""
        id_ = tool.add()
        options = {"check_ins": "drafts"}
        drafting = replace(tool, access=replace(tool.access, options=options))
        self.write(drafting, a_write(id_, light="well"))
        assert tool.points(id_) == []
        assert tool.goal(id_).check_ins[0]["draft"]
