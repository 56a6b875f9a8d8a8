"""Appfire OKR for Jira: the contract, and both sides against Appfire's own specification."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from connectors.okr_tool import StoreAccess
from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores.appfire_okr import AppfireOkr, KeyResult
from tests.connectors.contract import StepClock
from tests.stores.contract import OkrStoreContract, StoreTool, a_write
from tests.stores.specification import specified

LIGHTS = {"ON_TRACK": "well", "AT_RISK": "behind", "ACTION_REQUIRED": "help"}


@dataclass
class AppfireTool(StoreTool):
    """The stand-in's key results, by the test's hand."""

    read_path: str = "/byIds"
    write_path: str = "/api-update/"
    method: str | None = "POST"

    def updates(self, id_, name):
        known = self.app.key_results.get(id_)
        return [update[name] for update in known.updates if name in update] if known else []

    def add(self, name="PUB-1"):
        self.app.key_results[f"id-{name}"] = KeyResult(f"id-{name}", name)
        return f"id-{name}"

    def person_sets(self, id_, value):
        self.app.add_update(id_, "MANUAL", value=value)

    def points(self, id_):
        return self.updates(id_, "value")

    def notes(self, id_):
        return self.updates(id_, "description")

    def lights(self, id_):
        return [LIGHTS[status] for status in self.updates(id_, "status")]

    def remove(self, id_):
        del self.app.key_results[id_]

    def revoke(self):
        self.app.token = "another"

    def counts_itself(self, id_):
        self.app.key_results[id_].kind = "AUTO"


@pytest.fixture
def tool():
    """An Appfire, served."""
    steps, faults = StepClock(), Faults()
    app = AppfireOkr("an-api-token", now=steps.now)
    with Serving(faults.wrap(specified(app, "appfire-okr.json"))) as serving:
        access = StoreAccess("okr", "appfire-okr", serving.url, token="an-api-token")
        yield AppfireTool(serving, app, faults, access, steps)


class TestAppfireOkr(OkrStoreContract):
    """The contract, and what only Appfire does."""

    def test_who_wrote_it_is_told_without_a_name(self, tool):
        """A person's update is one of the user interface, ours one of the API."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        assert self.read(tool, id_).by_person is False
        tool.person_sets(id_, 72.0)
        assert self.read(tool, id_).by_person is True

    def test_a_text_alone_hides_no_value(self, tool):
        """After an update without a value the value is in the one before."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        tool.app.add_update(id_, "MANUAL", description="a remark")
        assert self.read(tool, id_).value == 60.0

    def test_a_repeat_that_isn_t_there_is_written(self, tool):
        """An older update with another note isn't ours of this time."""
        id_ = tool.add()
        self.write(tool, a_write(id_, note="before"))
        tool.steps.at = tool.steps.at.replace(hour=7)
        self.write(tool, replace(a_write(id_, 61.0, at=tool.steps.at), repeat=True))
        assert tool.points(id_) == [60.0, 61.0]
