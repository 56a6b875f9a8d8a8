"""A team whose numbers go to OKR tools: twenty issues, an okr-tracker, a webhook, Asana."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.faults import Faults
from sandbox.server import Serving
from sandbox.stores.asana_goals import AsanaGoals, Goal
from sandbox.stores.okr_tracker import OkrTracker
from sandbox.stores.receiver import Receiver
from tests.journeys.office import OBJECTIVE, Office
from tests.stores.specification import specified

if TYPE_CHECKING:
    from tests.journeys.office import Result

STORES = """\
stores:
  board: {kind: okr-tracker, url: TRACKER}
  hook: {kind: webhook}
  goals: {kind: asana-goals, url: ASANA, approve: APPROVE}
"""
REVIEW = 'review: {every: 2 weeks, starts: "2026-10-12T10:00", timezone: Europe/London}\n'
SECRETS = {
    "OKR_SYNC_STORES__BOARD__KEY": "okr-sync",
    "OKR_SYNC_STORES__BOARD__SECRET": "a-client-secret",
    "OKR_SYNC_STORES__HOOK__SECRET": "a-signing-key",
    "OKR_SYNC_STORES__GOALS__TOKEN": "an-asana-token",
}


@dataclass
class Desk(Office):
    """The office with its tools; PUB-1 has twenty issues, none of them done."""

    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.faults = {name: Faults() for name in ("board", "hook", "goals")}
        self.tracker = OkrTracker("okr-sync", "a-client-secret", now=self.steps.now)
        self.hook = Receiver("a-signing-key", now=self.steps.now)
        self.asana = AsanaGoals("1200", "an-asana-token", now=self.steps.now)
        self.tracker.add("kr1")
        self.asana.goals["121"] = Goal("121", "PUB-1")
        watched = specified(self.asana, "asana-goals.json", self.asana.prefix)
        apps = {"board": self.tracker, "hook": self.hook, "goals": watched}
        self.tools = {
            name: self.stack.enter_context(Serving(self.faults[name].wrap(app)))
            for name, app in apps.items()
        }
        self.environ |= SECRETS
        self.environ["OKR_SYNC_STORES__HOOK__URL"] = f"{self.tools['hook'].url}/in/5ecret"
        self.jira.add_project("PUB")
        for number in range(1, 21):
            self.jira.add_issue(key=f"PUB-{number}", labels=["PUB-1"])

    def goes_to(self, *places: str, approve: bool = False, more: str = "") -> None:
        """Put okrs.yaml there: PUB-1's number goes to these places."""
        stores = STORES.replace("APPROVE", str(approve).lower())
        stores = stores.replace("TRACKER", self.tools["board"].url)
        stores = stores.replace("ASANA", f"{self.tools['goals'].url}/api/1.0")
        kr = (
            "      - {id: PUB-1, title: Faster, links: [{source: jira}], "
            f"write_to: [{', '.join(places)}]{more}}}"
        )
        sources = "sources:\n  jira: {kind: jira, url: JIRA}\n"
        self.write(sources + stores + REVIEW + OBJECTIVE + kr + "\n")

    def finish(self, count: int) -> None:
        """Let so many issues be done in all."""
        for number in range(1, count + 1):
            self.jira.move(f"PUB-{number}", "Done")

    def days(self, count: float) -> None:
        """Let time pass."""
        self.steps.at += timedelta(days=count)

    def places(self, kr: str = "PUB-1") -> dict[str, dict[str, Any]]:
        """Give where a KR's number stands, by store, as `status --json` has it."""
        return {row["store"]: row for row in self.kr(kr)["stores"]}

    def state(self, store: str = "board") -> tuple[str, float | None]:
        """Give where PUB-1's number stands in a store."""
        row = self.places()[store]
        return row["state"], row["value"]

    def values(self) -> list[float]:
        """Give all points of the okr-tracker's key result."""
        return [point.value for point in self.tracker.key_results["kr1"].points]

    def push(self, *arguments: str, code: int = 0) -> Result:
        """Run `okr-sync push` and make sure of its exit code."""
        result = self.run("push", *arguments)
        assert result.code == code, result.output
        return result

    def writes(self, store: str) -> int:
        """Count what was asked of a tool and wasn't a question."""
        return sum(exchange.method != "GET" for exchange in self.tools[store].log.exchanges)
