"""A team's set-up: trackers served over HTTP, a folder with okrs.yaml, and the program itself."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.sandbox.faults import Faults
from connectors.sandbox.server import Serving
from connectors.sandbox.trello.app import TrelloApp
from connectors.sandbox.trello.world import TrelloWorld
from syncer.cli import main
from syncer.world import World
from tests.connectors.contract import StepClock

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = {
    "OKR_SYNC_SOURCES__TRELLO__KEY": "a-trello-key",
    "OKR_SYNC_SOURCES__TRELLO__TOKEN": "a-trello-token",
    "OKR_SYNC_SOURCES__JIRA__EMAIL": "robot@example.com",
    "OKR_SYNC_SOURCES__JIRA__TOKEN": "a-jira-token",
}


@dataclass
class Result:
    """What a command gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Office:
    """The folder, the clock and the trackers of one team."""

    folder: Path
    steps: StepClock = field(default_factory=StepClock)
    environ: dict[str, str] = field(default_factory=lambda: dict(TOKENS))

    def __post_init__(self) -> None:
        self.trello = TrelloWorld(self.steps.now)
        self.trello.add_account("a-trello-key", "a-trello-token")
        self.trello_faults = Faults()
        self.trello_serving = Serving(self.trello_faults.wrap(TrelloApp(self.trello)))
        self.environ["OKR_SYNC_STORE"] = f"sqlite:///{self.folder / 'okr-sync.db'}"

    def write(self, text: str) -> None:
        """Put okrs.yaml there; TRELLO and JIRA in it stand for the servers' addresses."""
        text = text.replace("TRELLO", self.trello_serving.url)
        (self.folder / "okrs.yaml").write_text(text, encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        """Run okr-sync as the shell does."""
        out, err = io.StringIO(), io.StringIO()
        world = World(self.environ, self.folder, self.steps.clock, out, err)
        try:
            code = main(arguments, world)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Result(code, out.getvalue(), err.getvalue())

    def kr(self, name: str) -> dict[str, Any]:
        """A KR as `status --json` has it."""
        rows = self.run("status", "--json").json["key_results"]
        return next(row for row in rows if row["id"] == name)
