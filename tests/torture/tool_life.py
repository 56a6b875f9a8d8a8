"""A seed's weeks with eight OKR tools: people edit, tools fail, runs are killed; rule 17 holds."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import tempfile
import threading
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.clock import Clock
from sandbox.faults import Answer, Fault
from sandbox.jira.cloud import cloud_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from sandbox.stores.app import PERSON
from syncer.cli import main
from syncer.context import Context
from tests.torture.toolshed import APPENDING, HIDDEN, Toolshed

if TYPE_CHECKING:
    from collections.abc import Iterable

MONDAY = datetime(2026, 10, 5, 7, tzinfo=UTC)
WEEKS = 8
WORKING_DAYS = 5
ISSUES = 20
EMAIL, TOKEN = "robot@example.com", "jira-token-0xC0FFEE"
PAGE = Answer(200, "<!DOCTYPE html><title>Sign in</title>", "text/html")
LATER = (("Retry-After", "3600"),)
TROUBLES: dict[str, Fault] = {
    "5xx": Fault(answer=Answer(503, "down", "text/plain")),
    "hang-up before it heard": Fault(answer=Answer(500, ""), close=True),
    "hang-up after it heard": Fault(close=True),
    "reset": Fault(reset=True),
    "web page": Fault(answer=PAGE),
    "limit": Fault(answer=Answer(429, "{}", headers=(("Retry-After", "2"),))),
    "limit for an hour": Fault(answer=Answer(429, "{}", headers=LATER)),
    "cut": Fault(cut=1),
    "refusal": Fault(answer=Answer(403, "{}")),
}
BY_HAND = tuple(float(number) for number in range(1, 100) if number % (100 // ISSUES))
"""What people set, which no share of the issues is."""

RULES = {
    "a person's value stays": "what somebody set in a tool is there until it is approved over",
    "held and named": "each number held back is said, and none other is",
    "the tool has the number": "where nobody set it, a tool that is well shows our number",
    "no value twice": "no tool ever gets a value again that it shows already",
    "nothing new, nothing written": "a run after which nothing changed writes nothing",
    "one body a key": "what a webhook's key stands for never changes",
    "nothing leaked": "no secret and no person in any output, file or note",
    "exit codes": "0 where all tools are well, 1 where one failed",
}


class BrokenToolRule(AssertionError):  # noqa: N818 - a rule is broken, not the machine
    """What should hold always didn't; `rule` names it."""

    def __init__(self, rule: str, story: str) -> None:
        super().__init__(f"{rule}: {story}")
        self.rule = rule


class ToolLife:
    """One seed's team, its issues, its tools, and what the model knows of them."""

    def __init__(self, seed: int, folder: Path, stack: ExitStack) -> None:
        self.seed, self.folder = seed, folder
        self.dice = random.Random(seed)
        self.at, self.day = MONDAY, 0
        self.tried: dict[str, int] = {}
        self.by_hand: dict[str, float] = {}
        self.done = 0
        self.jira = JiraSite(now=lambda: self.at)
        self.jira.add_account(EMAIL, TOKEN)
        self.jira.add_project("PUB")
        for number in range(1, ISSUES + 1):
            self.jira.add_issue(key=f"PUB-{number}", labels=["PUB-1"])
        address = stack.enter_context(Serving(cloud_app(self.jira))).url
        self.shed = Toolshed(lambda: self.at, folder, stack)
        self.environ = {
            "OKR_SYNC_SOURCES__JIRA__EMAIL": EMAIL,
            "OKR_SYNC_SOURCES__JIRA__TOKEN": TOKEN,
            "OKR_SYNC_STORE": f"sqlite:///{folder}/okr-sync.db",
            **self.shed.environ,
        }
        (folder / "okrs.yaml").write_text("\n".join(self._lines(address)), encoding="utf-8")

    def live(self, weeks: int = WEEKS) -> None:
        """Live some weeks, each of working days with troubles, and a good Friday evening."""
        for _ in range(weeks):
            for _ in range(WORKING_DAYS):
                self._work()
                self._troubled_sync()
                self._edit()
                self._next_day()
            self._converge()
            self.at += timedelta(days=2)
        self._settle()

    # What happens.

    @property
    def number(self) -> float:
        """Tell what every tool should show."""
        return 100.0 * self.done / ISSUES

    def _work(self) -> None:
        for _ in range(self.dice.randint(0, 3)):
            issue = f"PUB-{self.dice.randint(1, ISSUES)}"
            self.jira.move(issue, self.dice.choice(("Done", "Done", "In Progress")))
        done = (self.jira.issue(f"PUB-{number}").status for number in range(1, ISSUES + 1))
        self.done = sum(self.jira.statuses[status].category == "done" for status in done)

    def _edit(self) -> None:
        """Let somebody set a number in a tool by hand, in the afternoon."""
        if self.dice.random() > 0.25:
            return
        self._count("edit by hand")
        self.at += timedelta(hours=8)
        name = self.dice.choice([name for name in self.shed.tools if name != "hook"])
        self.by_hand[name] = self.dice.choice(BY_HAND)
        self.shed.tools[name].person_sets(self.shed.ids[name], self.by_hand[name])

    def _next_day(self) -> None:
        self.day += 1
        self.at = self.at.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def _troubled_sync(self) -> None:
        for _ in range(self.dice.choice((0, 0, 1, 3))):
            name = self.dice.choice(list(self.shed.tools))
            self._trouble(self.shed.tools[name])
        before = {name: len(self.shed.points(name)) for name in APPENDING}
        if self.dice.random() < 0.15:
            self._kill()
        else:
            code, _ = self.run("sync")
            self._expect("exit codes", code in (0, 1), f"sync ended with {code}")
        self._look(before)
        self.shed.heal()

    def _trouble(self, tool: Any) -> None:
        story = self.dice.choice(list(TROUBLES))
        self._count(story)
        path = self.dice.choice((tool.read_path, tool.write_path, "."))
        times = self.dice.choice((1, None))
        tool.faults.add(path, TROUBLES[story], nth=self.dice.randint(1, 2), times=times)

    def _kill(self) -> None:
        """Run a sync in a child, and kill it on its way to a tool."""
        self._count("kill -9")
        child = os.fork()
        if child == 0:
            try:
                main(["sync"], self._context(io.StringIO(), io.StringIO()))
            finally:
                os._exit(0)
        tool = self.dice.choice(list(self.shed.tools.values()))
        for path in (tool.write_path, "."):
            kill = Fault(before=lambda: _killed(child))
            tool.faults.add(path, kill, nth=self.dice.randint(1, 3), times=1)
        timer = threading.Timer(self.dice.random(), _killed, (child,))
        timer.start()
        os.waitpid(child, 0)
        timer.cancel()

    # What must hold.

    def _look(self, before: dict[str, int]) -> None:
        """See that nothing was trampled on or doubled."""
        for name, value in self.by_hand.items():
            shown = self.shed.shown(name)
            story = f"{name}: somebody set {value}, it shows {shown}"
            self._expect("a person's value stays", shown == value, story)
        for name in APPENDING:
            points = self.shed.points(name)
            pairs = zip(points[before[name] - 1 :], points[before[name] :], strict=False)
            twice = before[name] > 0 and any(a == b for a, b in pairs)
            self._expect("no value twice", not twice, f"{name}: {points}")
        for key, bodies in self.shed.tools["hook"].app.bodies.items():
            self._expect("one body a key", len(bodies) == 1, key)

    def _converge(self) -> None:
        """Once the tools are well, each has what rule 17 says."""
        self.shed.heal()
        _, out = self.run("sync")
        before = {name: len(self.shed.points(name)) for name in APPENDING}
        code, out = self.run("sync")
        self._look(before)
        self._expect("exit codes", code == 0, f"all is well, and sync ended with {code}: {out}")
        self._judge(out)
        if self.by_hand and self.dice.random() < 0.5:
            self._count("approval")
            self.run("push", "--approve")
            self.by_hand.clear()
            self._judge("")
        writes = self.shed.requests()
        self.run("push")
        self._expect("nothing new, nothing written", writes == self.shed.requests(), "push")

    def _judge(self, out: str) -> None:
        (row,) = json.loads(self.run("status", "--json")[1])["key_results"]
        for standing in row["stores"]:
            name, state = standing["store"], standing["state"]
            held = name in self.by_hand
            self._expect(
                "held and named", held == (state == "held"), f"{name} is {state}: {standing}"
            )
            if held:
                is_named = not out or f"-> {name} {standing['id']}: held" in out
                self._expect("held and named", is_named, f"{name} isn't in: {out}")
                continue
            shown = self.shed.shown(name)
            story = f"{name} shows {shown}, and should {self.number}: {standing}"
            fits = state == "written" and shown == self.number
            self._expect("the tool has the number", fits, story)

    def _settle(self) -> None:
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.name != "key.json":
                self._discreet(path.name, path.read_bytes().decode("utf-8", "replace"))
        for note in self.shed.texts():
            self._discreet("a note", note)

    def _discreet(self, origin: str, text: str) -> None:
        for word in (*HIDDEN, TOKEN, PERSON):
            self._expect("nothing leaked", word not in text, f"{word} in {origin}")

    def _expect(self, rule: str, holds: bool, story: str) -> None:  # noqa: FBT001 - a claim
        if not holds:
            raise BrokenToolRule(rule, f"seed {self.seed}, day {self.day}: {story}")

    # The program.

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command, and give its exit code and what it said."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = main(arguments, self._context(out, err))
        self._discreet(arguments[0], out.getvalue() + err.getvalue())
        return code, out.getvalue()

    def _context(self, out: io.StringIO, err: io.StringIO) -> Context:
        return Context(self.environ, self.folder, Clock(lambda: self.at, self._sleep), out, err)

    def _sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def _count(self, story: str) -> None:
        self.tried[story] = self.tried.get(story, 0) + 1

    def _lines(self, jira: str) -> Iterable[str]:
        yield f"sources:\n  jira: {{kind: jira, url: {jira}}}"
        yield from self.shed.lines
        yield "objectives:\n  - id: PUB\n    title: All well\n    team: Squad\n    period: 2026"
        yield "    key_results:\n      - id: PUB-1\n        title: Faster"
        yield f"        links: [{{source: jira}}]\n        write_to: [{self.shed.write_to}]"


def _killed(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def live(seed: int, weeks: int = WEEKS) -> ToolLife:
    """Live a life in a folder of its own; raises `BrokenToolRule`."""
    with tempfile.TemporaryDirectory(prefix="tools-") as folder, ExitStack() as stack:
        life = ToolLife(seed, Path(folder), stack)
        life.live(weeks)
    return life
