"""WorkBoard: the contract, and both sides against the vendor's own specification."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.errors import RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Answer, Faults
from sandbox.server import Serving
from sandbox.stores.workboard import Metric, WorkBoard
from tests.connectors.contract import StepClock
from tests.stores.contract import OkrStoreContract, StoreTool, a_write
from tests.stores.specification import specified

LIGHTS = {3: "well", 2: "behind", 1: "help"}


@dataclass
class WorkBoardTool(StoreTool):
    """The stand-in's metrics, by the test's hand."""

    read_path: str = "/metric/"
    write_path: str = "/metric/"
    method: str | None = "PUT"

    def add(self, name="PUB-1"):
        id_ = f"12{name[-1]}"
        self.app.metrics[id_] = Metric(id_, name)
        return id_

    def person_sets(self, id_, value):
        self.app.metrics[id_].points["2026-11-22"] = (str(value), "")

    def points(self, id_):
        metric = self.app.metrics.get(id_)
        return [float(value) for _, (value, _) in sorted(metric.points.items())] if metric else []

    def notes(self, id_):
        return [note for _, note in self.app.metrics[id_].points.values() if note]

    def lights(self, id_):
        return [LIGHTS[score] for score, _ in self.app.metrics[id_].scores]

    def remove(self, id_):
        del self.app.metrics[id_]

    def revoke(self):
        self.app.token = "another"

    def counts_itself(self, id_):
        self.app.metrics[id_].automation = True


@pytest.fixture
def tool():
    """A WorkBoard, served."""
    steps, faults = StepClock(), Faults()
    app = WorkBoard("a-wobo-token", now=steps.now)
    watched = specified(app, "workboard-metric.yaml", app.prefix)
    with Serving(faults.wrap(watched)) as serving:
        url = f"{serving.url}/wb/apis"
        access = StoreAccess("wobo", "workboard", url, token="a-wobo-token")
        yield WorkBoardTool(serving, app, faults, access, steps)


class TestWorkBoard(OkrStoreContract):
    """The contract, and what only WorkBoard does."""

    def test_a_team_s_metrics_come_in_pages(self, tool):
        """With a team all its pages are read."""
        for number in range(60):
            tool.app.metrics[str(number)] = Metric(str(number), f"PUB-{number}")
        wide = replace(tool, access=replace(tool.access, options={"team": "9"}))
        assert len(self.open(wide).key_results()) == 60

    def test_a_refusal_in_a_good_answer_s_clothes_is_one(self, tool):
        """`success: false` with a 200 is no write."""
        id_ = tool.add()
        body = '{"success": false, "message": "not permitted", "data": {}}'
        tool.faults.answer("/metric/", Answer(200, body), method="PUT")
        with pytest.raises(RejectedError, match="not permitted"):
            self.write(tool, a_write(id_))

    def test_a_first_value_can_t_be_taken_back(self, tool):
        """Its API deletes no point, and says so."""
        write = self.write(tool, a_write(tool.add()))
        with pytest.raises(RejectedError, match="deletes none"):
            self.open(tool).take_back(write)
