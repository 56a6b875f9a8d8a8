"""okr-tracker: the contract, and its traps."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

import pytest
import requests

from connectors.errors import RejectedError
from connectors.okr_tool import StoreAccess
from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores.app import PERSON
from sandbox.stores.okr_tracker import OkrTracker
from tests.connectors.contract import StepClock
from tests.stores.contract import OkrStoreContract, StoreTool, a_write
from tests.stores.specification import specified


@dataclass
class OkrTrackerTool(StoreTool):
    """The stand-in's key results, by the test's hand."""

    read_path: str = "/keyres/"
    write_path: str = "/values/"
    method: str | None = "PUT"

    def add(self, name="PUB-1"):
        self.app.add(f"id-{name}")
        return f"id-{name}"

    def person_sets(self, id_, value):
        self.app.person_sets(id_, value)

    def points(self, id_):
        key_result = self.app.key_results.get(id_)
        return [point.value for point in key_result.points] if key_result else []

    def notes(self, id_):
        points = self.app.key_results[id_].points
        return [html.unescape(point.comment) for point in points if point.comment]

    def remove(self, id_):
        del self.app.key_results[id_]

    def revoke(self):
        self.app.digest = "another"


@pytest.fixture
def tool():
    """An okr-tracker, served."""
    steps, faults = StepClock(), Faults()
    app = OkrTracker("okr-sync", "a-client-secret", now=steps.now)
    # Its program answers `lastUpdated: null`, which its file doesn't know: functions/api/routes/
    # keyres.js at 66d697a of https://github.com/oslokommune/okr-tracker.
    watched = specified(app, "okr-tracker.yaml", answers=False)
    with Serving(faults.wrap(watched)) as serving:
        access = StoreAccess(
            "board", "okr-tracker", serving.url, key="okr-sync", secret="a-client-secret"
        )
        yield OkrTrackerTool(serving, app, faults, access, steps)


class TestOkrTracker(OkrStoreContract):
    """The contract, and what only okr-tracker does."""

    def test_it_is_read_by_what_it_shows_not_by_when_it_was_updated(self, tool):
        """After a PUT `lastUpdated` is still null; the value is there all the same."""
        id_ = tool.add()
        self.write(tool, a_write(id_))
        answer = self.open(tool)._tool.get(f"/keyres/{id_}")
        assert (answer["currentValue"], answer["lastUpdated"]) == (60.0, None)
        assert self.read(tool, id_).value == 60.0

    def test_the_same_day_again_is_one_point(self, tool):
        """Two values of a day leave the second."""
        id_ = tool.add()
        self.write(tool, a_write(id_, 58.0))
        self.write(tool, a_write(id_, 60.0))
        assert tool.points(id_) == [60.0]

    def test_a_day_that_has_begun_in_the_east_alone_is_no_future(self, tool):
        """A team whose day is further on than the server's writes to the server's."""
        id_ = tool.add()
        self.write(tool, a_write(id_, day="2026-11-22"))
        assert [p.at.day for p in tool.app.key_results[id_].points] == [21]

    def test_a_first_value_can_t_be_taken_back(self, tool):
        """Its API deletes no point, and says so."""
        id_ = tool.add()
        write = self.write(tool, a_write(id_))
        with pytest.raises(RejectedError, match="deletes none"):
            self.open(tool).take_back(write)

    def test_a_link_is_left_out_of_the_note(self, tool):
        """The tool would escape its slashes; the rest of the note comes."""
        id_ = tool.add()
        self.write(tool, a_write(id_, note="12 of 20 cards done. https://a.example/okr"))
        assert tool.notes(id_) == ["12 of 20 cards done."]

    def test_a_team_signs_in_with_its_secret(self, tool):
        """Without a client the team's secret is sent."""
        access = replace(tool.access, key="", secret="", token="a-team-secret")
        tool = replace(tool, access=access)
        self.open(tool).read([tool.add()])
        (exchange,) = tool.serving.log.exchanges
        assert exchange.headers["okr-team-secret"] == "a-team-secret"

    def test_people_see_its_key_results_on_a_page(self, tool):
        """The stand-in shows each one's value and our note, and nobody's name."""
        id_ = tool.add()
        self.write(tool, a_write(id_, note="12 < 20 cards done."))
        tool.person_sets(tool.add("PUB-2"), 55.0)
        with Serving(tool.app) as people:
            page = requests.get(people.url, timeout=60).text
        assert "<td>id-PUB-1<td class=n>60<td class=n>100" in page
        assert "12 &lt; 20 cards done." in page
        assert "by a person" in page
        assert PERSON not in page
