"""Atlassian Goals: the contract, and the three places that its errors come in."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from connectors.errors import NotAuthorisedError, NotFoundError, RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Answer, Fault, Faults
from sandbox.server import Serving
from sandbox.stores.atlassian_goals import AtlassianGoals, Goal
from tests.connectors.contract import StepClock
from tests.stores.contract import NOTE, NOW, OkrStoreContract, StoreTool, a_write

LIGHTS = {"on_track": "well", "at_risk": "behind", "off_track": "help"}


@dataclass
class GoalsTool(StoreTool):
    """The stand-in's goals, by the test's hand."""

    read_path: str = "/graphql/query"
    write_path: str = "/graphql/mutation"
    method: str | None = "POST"

    def add(self, name="PUB-1"):
        key = f"ACME-{name[-1]}"
        self.app.goals[key] = Goal(key, "Launch day", metrics=(name,))
        return key

    def person_sets(self, id_, value):
        self.app.goals[id_].values.append((value, "2026-11-22T00:00:00Z"))

    def points(self, id_):
        goal = self.app.goals.get(id_)
        return [value for value, _ in goal.values] if goal else []

    def notes(self, id_):
        return [text for _, _, text in self.app.goals[id_].updates if text]

    def lights(self, id_):
        return [LIGHTS[status] for _, status, _ in self.app.goals[id_].updates]

    def is_write(self, exchange):
        return b'"mutation' in exchange.body

    def remove(self, id_):
        del self.app.goals[id_]

    def revoke(self):
        self.app.pair = "another"


def by_kind(app):
    """Let faults tell questions from changes, which have one address."""

    def routed(environ, start):
        environ["PATH_INFO"] = environ["PATH_INFO"].partition("/graphql")[0] + "/graphql"
        return app(environ, start)

    return routed


def marked(app):
    """Mark the address with what is asked, for the faults."""

    def routed(environ, start):
        body = environ["wsgi.input"].read()
        environ["wsgi.input"].seek(0)
        kind = "mutation" if b'"mutation' in body else "query"
        environ["PATH_INFO"] += f"/{kind}"
        return app(environ, start)

    return routed


@pytest.fixture
def tool():
    """A site's goals, served."""
    steps, faults = StepClock(), Faults()
    app = AtlassianGoals("robot@acme.example", "an-api-token", now=steps.now)
    with Serving(marked(faults.wrap(by_kind(app)))) as serving:
        access = StoreAccess(
            "goals",
            "atlassian-goals",
            serving.url,
            email="robot@acme.example",
            token="an-api-token",
        )
        yield GoalsTool(serving, app, faults, access, steps)


class TestAtlassianGoals(OkrStoreContract):
    """The contract, and what only Atlassian's goals do."""

    @pytest.mark.parametrize(
        ("status", "kind"),
        [(400, RejectedError), (403, NotAuthorisedError), (404, NotFoundError)],
    )
    def test_an_error_with_200_is_an_error(self, tool, status, kind):
        """What GraphQL says under a good status is understood by its own code."""
        id_ = tool.add()
        fault = {"message": "not permitted", "extensions": {"statusCode": status}}
        body = json.dumps({"errors": [fault], "data": None})
        tool.faults.answer(tool.read_path, Answer(200, body), times=None)
        with pytest.raises(kind, match="not permitted"):
            self.read(tool, id_)

    def test_a_refusal_in_the_payload_is_one(self, tool):
        """`success: false` says no, and why."""
        id_ = tool.add()
        payload = {"success": False, "errors": [{"message": "not permitted"}]}
        body = json.dumps({"data": {"goals_createMetricValue": payload}})
        tool.fail_writes(Fault(answer=Answer(200, body)))
        with pytest.raises(RejectedError, match="not permitted"):
            self.write(tool, a_write(id_))

    def test_without_a_light_the_status_stays_a_person_s(self, tool):
        """An update needs a status; it gets the one that the goal has."""
        id_ = tool.add()
        tool.app.goals[id_].status = "off_track"
        self.write(tool, a_write(id_))
        assert [status for _, status, _ in tool.app.goals[id_].updates] == ["off_track"]

    def test_an_update_that_was_lost_comes_when_repeated(self, tool):
        """The value had arrived, the update hadn't: repeated, each is there once."""
        id_ = tool.add()
        write = a_write(id_)
        tool.faults.add(tool.write_path, Fault(answer=Answer(500, "{}")), nth=2)
        with pytest.raises(Exception, match="500"):
            self.write(tool, write)
        for _ in range(2):
            self.write(tool, replace(write, repeat=True, there=True))
        assert tool.points(id_) == [60.0]
        assert tool.notes(id_) == [NOTE]

    def test_a_metric_is_named_where_there_are_several(self, tool):
        """A goal with several needs KEY/name; one without any is a problem."""
        id_ = tool.add()
        tool.app.goals[id_].metrics = ("Speed", "Errors")
        with pytest.raises(RejectedError, match="several metrics"):
            self.read(tool, id_)
        assert self.read(tool, f"{id_}/Speed").value is None
        assert {kr.id for kr in self.open(tool).key_results()} == {f"{id_}/Speed", f"{id_}/Errors"}
        tool.app.goals[id_].metrics = ()
        with pytest.raises(RejectedError, match="no metric"):
            self.read(tool, id_)

    def test_a_value_has_its_own_time(self, tool):
        """The value is of when the number was read."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        assert tool.app.goals[id_].values == [(60.0, "2026-11-21T06:15:00Z")]
        assert self.read(tool, id_).at == NOW
