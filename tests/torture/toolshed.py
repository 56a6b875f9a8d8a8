"""All eight OKR tools, served, with one key result each, as people and faults handle them."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.auth import jwt

from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores import (
    appfire_okr,
    asana_goals,
    atlassian_goals,
    google_sheets,
    okr_tracker,
    operately,
    receiver,
    workboard,
)
from tests.stores.test_appfire_okr import AppfireTool
from tests.stores.test_asana_goals import AsanaTool
from tests.stores.test_atlassian_goals import GoalsTool, by_kind, marked
from tests.stores.test_google_sheets import HEADING, SheetTool, key_pair
from tests.stores.test_okr_tracker import OkrTrackerTool
from tests.stores.test_operately import OperatelyTool
from tests.stores.test_workboard import WorkBoardTool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import ExitStack
    from datetime import datetime
    from pathlib import Path

SECRETS = {
    "OKR_SYNC_STORES__TRACKER__KEY": "okr-sync",
    "OKR_SYNC_STORES__TRACKER__SECRET": "tracker-0xBADA55",
    "OKR_SYNC_STORES__HOOK__SECRET": "hook-0xBADA55",
    "OKR_SYNC_STORES__ASANA__TOKEN": "asana-0xBADA55",
    "OKR_SYNC_STORES__ATLASSIAN__EMAIL": "robot@acme.example",
    "OKR_SYNC_STORES__ATLASSIAN__TOKEN": "atlassian-0xBADA55",
    "OKR_SYNC_STORES__APPFIRE__TOKEN": "appfire-0xBADA55",
    "OKR_SYNC_STORES__WOBO__TOKEN": "wobo-0xBADA55",
    "OKR_SYNC_STORES__OPS__TOKEN": "ops-0xBADA55",
}
HIDDEN = tuple(value for value in SECRETS.values() if "0x" in value)
APPENDING = ("asana", "atlassian", "appfire", "ops")
"""Tools in which a value written twice stands there twice."""


@dataclass
class Hook:
    """The webhook's receiver, which nobody edits."""

    app: receiver.Receiver
    faults: Faults
    read_path: str = "/in/"
    write_path: str = "/in/"
    method: str = "POST"

    def shown(self, id_: str) -> float | None:
        """Give the value that came last."""
        del id_
        values = [body["number"]["value"] for body in self.app.taken.values()]
        return values[-1] if values else None

    def points(self, id_: str) -> list[float]:
        """Give all values, each key's once."""
        del id_
        return [body["number"]["value"] for body in self.app.taken.values()]


class DatedGoals(GoalsTool):
    """Atlassian's goals, edited today."""

    def person_sets(self, id_: str, value: float) -> None:
        self.app.goals[id_].values.append((value, f"{self.app.now():%Y-%m-%dT%H:%M:%SZ}"))


class DatedBoard(WorkBoardTool):
    """A WorkBoard, edited today."""

    def person_sets(self, id_: str, value: float) -> None:
        self.app.metrics[id_].points[f"{self.app.now():%Y-%m-%d}"] = (str(value), "")


class ShownTracker(OkrTrackerTool):
    """An okr-tracker, seen as people see it."""

    def shown(self, id_: str) -> float | None:
        return self.app.key_results[id_].current


class Toolshed:
    """The tools by their name in okrs.yaml, their ids there, and what okrs.yaml says of them."""

    def __init__(self, now: Callable[[], datetime], folder: Path, stack: ExitStack) -> None:
        self.tools: dict[str, Any] = {}
        self.ids: dict[str, str] = {}
        self.lines: list[str] = ["stores:"]
        self.environ = dict(SECRETS)
        self._now, self._folder, self._stack = now, folder, stack
        self._logs: list[Serving] = []
        self._add("tracker", ShownTracker, "okr-tracker", self._tracker())
        self._add(
            "asana", AsanaTool, "asana-goals", asana_goals.AsanaGoals("1", self._token("asana"))
        )
        goals = atlassian_goals.AtlassianGoals("robot@acme.example", self._token("atlassian"))
        self._add("atlassian", DatedGoals, "atlassian-goals", goals)
        app = appfire_okr.AppfireOkr(self._token("appfire"))
        self._add("appfire", AppfireTool, "appfire-okr", app)
        self._add("wobo", DatedBoard, "workboard", workboard.WorkBoard(self._token("wobo")))
        self._add("ops", OperatelyTool, "operately", operately.Operately(self._token("ops")))
        self._add_sheet()
        self._add_hook()

    def _token(self, name: str) -> str:
        return SECRETS[f"OKR_SYNC_STORES__{name.upper()}__TOKEN"]

    def _tracker(self) -> okr_tracker.OkrTracker:
        return okr_tracker.OkrTracker("okr-sync", SECRETS["OKR_SYNC_STORES__TRACKER__SECRET"])

    def _add(self, name: str, kind: type, kind_name: str, app: Any) -> None:
        app.now = self._now
        serving, faults = self._served(app, atlassian=name == "atlassian")
        prefix = {"asana": "/api/1.0", "wobo": "/wb/apis"}.get(name, "")
        more = ', workspace: "1"' if name == "asana" else ""
        self.lines.append(f"  {name}: {{kind: {kind_name}, url: {serving.url}{prefix}{more}}}")
        self.tools[name] = kind(serving, app, faults, None)
        self.ids[name] = self.tools[name].add()

    def _served(self, app: Any, *, atlassian: bool = False) -> tuple[Serving, Faults]:
        faults = Faults()
        routed = marked(faults.wrap(by_kind(app))) if atlassian else faults.wrap(app)
        serving = self._stack.enter_context(Serving(routed))
        self._logs.append(serving)
        return serving, faults

    def _add_sheet(self) -> None:
        pem, public = key_pair()
        app = google_sheets.GoogleSheets(
            "1AbCdEf", lambda text: jwt.decode(text, public, verify=False)
        )
        app.now = self._now
        app.tabs = {"OKRs": [list(HEADING)], "History": [["day", "id", "value", "note"]]}
        serving, faults = self._served(app)
        account = {
            "type": "service_account",
            "client_email": "robot@acme.iam.gserviceaccount.com",
            "private_key": pem,
            "private_key_id": "k1",
            "token_uri": f"{serving.url}/token",
        }
        path = self._folder / "key.json"
        path.write_text(json.dumps(account), encoding="utf-8")
        self.environ["OKR_SYNC_STORES__SHEET__KEY_FILE"] = str(path)
        options = "spreadsheet: 1AbCdEf, tab: OKRs"
        self.lines.append(f"  sheet: {{kind: google-sheets, url: {serving.url}, {options}}}")
        self.tools["sheet"] = SheetTool(serving, app, faults, None)
        self.ids["sheet"] = self.tools["sheet"].add()

    def _add_hook(self) -> None:
        app = receiver.Receiver(SECRETS["OKR_SYNC_STORES__HOOK__SECRET"], now=self._now)
        serving, faults = self._served(app)
        self.environ["OKR_SYNC_STORES__HOOK__URL"] = f"{serving.url}/in/pa7h"
        self.lines.append("  hook: {kind: webhook}")
        self.tools["hook"], self.ids["hook"] = Hook(app, faults), "ACME-12"

    @property
    def write_to(self) -> str:
        """Say in okrs.yaml that a key result goes to all of them."""
        return ", ".join(f"{{store: {n}, id: {json.dumps(i)}}}" for n, i in self.ids.items())

    def shown(self, name: str) -> float | None:
        """Give the value that people see in a tool."""
        value = self.tools[name].shown(self.ids[name])
        return None if value in (None, "") else float(value)

    def points(self, name: str) -> list[float]:
        """Give all values that a tool ever got."""
        return list(self.tools[name].points(self.ids[name]))

    def requests(self) -> int:
        """Count what was asked that wasn't a question; a sign-in and GraphQL's are none."""
        return sum(map(len, map(self.points, self.tools)))

    def heal(self) -> None:
        """Let all tools be well again; a stand-in that broke by itself is an error."""
        for tool in self.tools.values():
            tool.faults.clear()
        for serving in self._logs:
            failures, serving.failures[:] = list(serving.failures), []
            serving.log.clear()
            if failures:
                raise failures[0]

    def texts(self) -> Iterator[str]:
        """Give the notes that people read."""
        for name, tool in self.tools.items():
            if name != "hook":
                yield from map(html.unescape, tool.notes(self.ids[name]))
