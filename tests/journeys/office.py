"""A team's set-up: trackers served over HTTP, a folder with okrs.yaml, and the program itself."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.faults import Faults
from sandbox.jira.cloud import cloud_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.world import TrelloWorld
from syncer.cli import main
from syncer.context import Context
from tests.connectors.contract import StepClock

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
OKR_SYNC = Path(sys.executable).with_name("okr-sync")
JIRA_EMAIL, JIRA_TOKEN = "robot@example.com", "a-jira-token"
TRELLO_KEY, TRELLO_TOKEN = "a-trello-key", "a-trello-token"
TOKENS = {
    "OKR_SYNC_SOURCES__TRELLO__KEY": TRELLO_KEY,
    "OKR_SYNC_SOURCES__TRELLO__TOKEN": TRELLO_TOKEN,
    "OKR_SYNC_SOURCES__JIRA__EMAIL": JIRA_EMAIL,
    "OKR_SYNC_SOURCES__JIRA__TOKEN": JIRA_TOKEN,
}
JIRA_AND_TRELLO = """\
sources:
  jira: {kind: jira, url: JIRA}
  trello: {kind: trello, url: TRELLO}
"""
OBJECTIVE = """\
objectives:
  - id: PUB
    title: Publishing keeps up on launch day
    team: Publishing
    period: 2026-Q4
    key_results:
"""


@dataclass
class Result:
    """What a command gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def output(self) -> str:
        """Everything that a person could have read."""
        return self.out + self.err


class Street:
    """Two servers that stay open while offices come and go."""

    def __init__(self) -> None:
        self.jira = Serving(cloud_app(JiraSite()))
        self.trello = Serving(TrelloApp(TrelloWorld(StepClock().now)))

    def settle(self) -> None:
        """Make sure that no stand-in failed by itself, and forget what was asked."""
        for serving in (self.jira, self.trello):
            failures, serving.failures[:] = list(serving.failures), []
            assert failures == []
            serving.log.clear()


@dataclass
class Office:
    """The folder, the clock and the trackers of one team."""

    folder: Path
    street: Street
    steps: StepClock = field(default_factory=StepClock)
    environ: dict[str, str] = field(default_factory=lambda: dict(TOKENS))

    def __post_init__(self) -> None:
        jira, trello = JiraSite(now=self.steps.now), TrelloWorld(self.steps.now)
        self.jira_account = jira.add_account(JIRA_EMAIL, JIRA_TOKEN)
        trello.add_account(TRELLO_KEY, TRELLO_TOKEN)
        self.serve(jira, trello)
        self.environ["OKR_SYNC_STORE"] = f"sqlite:///{self.database}"

    def serve(self, jira: JiraSite, trello: TrelloWorld) -> None:
        """Let the addresses lead to these trackers, without any fault, and nothing asked yet."""
        self.jira, self.trello = jira, trello
        self.jira_faults, self.trello_faults = Faults(), Faults()
        self.jira_serving, self.trello_serving = self.street.jira, self.street.trello
        self.jira_serving.app = cloud_app(jira, self.jira_faults)
        self.trello_serving.app = self.trello_faults.wrap(TrelloApp(trello))
        for serving in (self.jira_serving, self.trello_serving):
            serving.log.clear()

    @property
    def database(self) -> Path:
        return self.folder / "okr-sync.db"

    def write(self, text: str) -> None:
        """Put okrs.yaml there; TRELLO and JIRA in it stand for the servers' addresses."""
        text = text.replace("TRELLO", self.trello_serving.url)
        text = text.replace("JIRA", self.jira_serving.url)
        (self.folder / "okrs.yaml").write_text(text, encoding="utf-8")

    def aim(
        self, links: dict[str, list[str]], *, sources: str = JIRA_AND_TRELLO, more: str = ""
    ) -> None:
        """Put okrs.yaml there, with one objective and these KRs' links."""
        krs = [
            f"      - {{id: {kr}, title: Result {kr}, links: [{', '.join(texts)}]}}"
            for kr, texts in links.items()
        ]
        self.write("\n".join([sources + OBJECTIVE + "\n".join(krs), more]))

    def run(self, *arguments: str) -> Result:
        """Run okr-sync as the shell does."""
        out, err = io.StringIO(), io.StringIO()
        context = Context(self.environ, self.folder, self.steps.clock, out, err)
        # argparse speaks past the context, as it must: there is none yet.
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(arguments, context)
            except SystemExit as stopped:
                code = int(stopped.code or 0)
        return Result(code, out.getvalue(), err.getvalue())

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start okr-sync as cron does: a process of its own, on the real clock."""
        return subprocess.Popen(
            [OKR_SYNC, *arguments],
            cwd=self.folder,
            env=self.outside(),
            text=True,
            encoding="utf-8",
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        )

    def outside(self) -> Mapping[str, str]:
        """The environment of a process: ours, and this tree before any installed one."""
        return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.environ}

    def sync(self, *arguments: str, code: int = 0) -> Result:
        """Run `okr-sync sync` and make sure of its exit code."""
        result = self.run("sync", *arguments)
        assert result.code == code, result.output
        return result

    def rows_by_kr(self) -> dict[str, dict[str, Any]]:
        """All KRs as `status --json` has them."""
        return {row["id"]: row for row in self.run("status", "--json").json["key_results"]}

    def kr(self, name: str) -> dict[str, Any]:
        """One KR as `status --json` has it."""
        return self.rows_by_kr()[name]

    def counts(self, name: str) -> tuple[int, int, int]:
        """A KR's cards done, remaining and dropped."""
        row = self.kr(name)
        return row["done"], row["remaining"], row["dropped"]

    def explained(self, name: str) -> dict[str, dict[str, Any]]:
        """The cards behind a KR's number, by key."""
        cards = self.run("explain", name, "--json").json["cards"]
        assert len({(card["source"], card["key"]) for card in cards}) == len(cards)
        return {card["key"]: card for card in cards}

    def ledger(self, name: str) -> list[tuple[str, str]]:
        """A KR's scope ledger: each event and its card's key."""
        entries = self.run("history", name, "--json").json["ledger"]
        return [(entry["event"], entry["key"]) for entry in entries]

    def readings(self, name: str) -> list[dict[str, Any]]:
        """A KR's readings as `history --json` has them."""
        return list(self.run("history", name, "--json").json["readings"])

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Ask the database itself, beside the program."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(query, values).fetchall()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything in the database, by table."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {name: sorted(self.rows(f"SELECT * FROM {name}"), key=repr) for (name,) in tables}  # noqa: S608 - its own names
