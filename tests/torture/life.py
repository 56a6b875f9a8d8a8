"""One life: a seed's weeks with an organisation, the program, and everything that goes wrong."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import ExitStack, closing, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

from connectors.boards.jira import fetching, hierarchy, pull
from connectors.clock import Clock
from sandbox.faults import Faults
from sandbox.jira.cloud import cloud_app
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from syncer.cli import main
from syncer.context import Context
from tests.delivery.receivers import Hook
from tests.torture import rules
from tests.torture.page_life import PageLife
from tests.torture.thrift import thrift
from tests.torture.troubles import PERSON, SECRET, Step, play
from tests.torture.world import EMAIL, KEY, PEOPLE, TOKEN, Link, Organisation
from tests.torture.world import SECRET as TRELLO_TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.torture.rules import Snapshot

WEEKS = 8
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
HUSH = "hush-0xFEED"
FORBIDDEN = (*PEOPLE, TOKEN, TRELLO_TOKEN, KEY, HUSH, PERSON, SECRET)
SLOWEST = 30.0
KILLS = 0.08
LARGE = 4
"""So many issues are many to every other life."""

LINKS = (
    Link("jira", "SPEED"),
    Link("jira", "Quality"),
    Link("jira", "BOTH"),
    Link("jira", "WEB-1", epic=True),
    Link("trello", "SPEED"),
    Link("trello", "BOTH"),
)
TROUBLES: tuple[tuple[str, str, int | None], ...] = (
    ("omitted", "bulkfetch", 1),
    ("omitted", "bulkfetch", None),
    ("empty", "search/jql|/1/boards", None),
    ("repeated", "search/jql", None),
    ("contradicting", "search/jql", None),
    ("mistyped", "bulkfetch", 1),
    ("cut", "", 1),
    ("cut", "", None),
    ("refusing", "", 1),
    ("refusing", "", None),
    ("failing", "", 1),
    ("failing", "", None),
    ("limiting", "", 2),
    ("limiting", "", None),
    ("headers", "", 1),
    ("nested", "", None),
    ("page", "", None),
    ("partial", "search/jql|bulkfetch|/1/boards", None),
    ("hang up", "", 1),
    ("hang up", "", None),
    ("reset", "", 1),
    ("elsewhere", "", None),
    ("nothing", "", None),
    ("null", "", None),
    ("latin", "search/jql", None),
    ("dripping", "", 1),
)
"""What befalls requests, where, and how often; what nobody could notice isn't in it."""


class Broken(AssertionError):  # noqa: N818 - an invariant is broken, not the machine
    """What should hold always didn't; `rule` names the invariant."""

    def __init__(self, rule: str, seed: int, week: int, story: str) -> None:
        super().__init__(f"{rule} (seed {seed}, week {week + 1}): {story}")
        self.rule = rule
        self.week = week


@dataclass
class Result:
    """What a command gave: exit code, stdout, stderr."""

    code: int
    out: str
    err: str


class Street:
    """The servers that stay open while lives come and go, and what these needn't do anew."""

    def __init__(self) -> None:
        self.thrift = thrift()
        self.jira, self.trello, self.hook = Serving(None), Serving(None), Serving(None)

    def __enter__(self) -> Self:
        self.thrift.__enter__()
        for serving in (self.jira, self.trello, self.hook):
            serving.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for serving in (self.jira, self.trello, self.hook):
            serving.failures.clear()
            serving.__exit__(None, None, None)
        self.thrift.__exit__(None, None, None)


@dataclass
class Life:
    """An organisation, its store, and what the model knows of both."""

    seed: int
    folder: Path
    street: Street
    tried: dict[str, int] = field(default_factory=dict)
    forbidden: tuple[str, ...] = FORBIDDEN

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.week = 0
        self.at = MONDAY + timedelta(weeks=self.dice.randint(0, 30))
        self.offset = timedelta(0)
        self.world = Organisation(self.dice, lambda: self.at)
        self.jira_faults, self.trello_faults = Faults(), Faults()
        self.street.jira.app = cloud_app(self.world.jira, self.jira_faults)
        self.street.trello.app = self.trello_faults.wrap(TrelloApp(self.world.trello))
        self.hook = Hook()
        self.street.hook.app = self.hook
        self.links: dict[str, list[Link]] = {
            "SPEED": [LINKS[0]],
            "QUAL": [LINKS[1], LINKS[3]],
            "CARDS": [LINKS[4]],
            "BOTH": [LINKS[2], LINKS[5]],
        }
        self.targets = {"SPEED": 90}
        self.rows: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, str] = {}
        self.sealed: dict[str, bytes] = {}
        self.well: Snapshot = {}
        self.entries = 0
        self.environ = {
            "OKR_SYNC_SOURCES__JIRA__EMAIL": EMAIL,
            "OKR_SYNC_SOURCES__JIRA__TOKEN": TOKEN,
            "OKR_SYNC_SOURCES__TRELLO__KEY": KEY,
            "OKR_SYNC_SOURCES__TRELLO__TOKEN": TRELLO_TOKEN,
            "OKR_SYNC_DELIVERY__SLACK__WEBHOOK": f"{self.street.hook.url}/services/T0/B0/{HUSH}",
            "OKR_SYNC_STORE": f"sqlite:///{self.folder}/okr-sync.db",
        }
        self.write()
        self.page = PageLife(self)

    # The program.

    def now(self) -> datetime:
        """Tell the program's time, which may be wrong."""
        return self.at + self.offset

    def _sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def context(self, out: io.StringIO, err: io.StringIO) -> Context:
        """Give what the program finds around it."""
        return Context(self.environ, self.folder, Clock(self.now, self._sleep), out, err)

    def run(self, *arguments: str) -> Result:
        """Run a command, and see to what holds for every one."""
        out, err = io.StringIO(), io.StringIO()
        began = time.monotonic()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(arguments, self.context(out, err))
            except SystemExit as stopped:
                code = int(stopped.code or 0)
            except Exception as error:  # noqa: BLE001 - whatever it is, an operator would read it
                self.broken("no traceback", f"{arguments[0]}: {type(error).__name__}: {error}")
        result = Result(code, out.getvalue(), err.getvalue())
        if time.monotonic() - began > SLOWEST:
            self.broken("nothing stuck", f"{arguments[0]} took longer than {SLOWEST:.0f} s")
        if code not in (0, 1, 2, 3, 4):
            self.broken("exit codes", f"{arguments[0]} ended with {code}")
        if "Traceback" in result.err:
            self.broken("no traceback", result.err[-300:])
        self.discreet(arguments[0], result.out + result.err)
        return result

    def killed(self, *arguments: str) -> str:
        """Run a command in a child, and kill it on the way; tell whether it did its work."""
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = main(arguments, self.context(io.StringIO(), io.StringIO()))
            finally:
                os._exit(code)

        def killing() -> None:
            with suppress(ProcessLookupError):  # a question of one who is dead is still answered
                os.kill(child, signal.SIGKILL)

        if self.dice.random() < 0.5:
            nth = self.dice.randint(1, 8)
            self.jira_faults.before("", killing, nth=nth)
        timer = threading.Timer(self.dice.random() * 0.3, killing)
        timer.start()
        # Until it is reaped, its number is no other process's.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        timer.cancel()
        timer.join()
        self.jira_faults.clear()
        _, status = os.waitpid(child, 0)
        self.count("kill")
        if os.WIFSIGNALED(status):
            return "perhaps"
        return "yes" if os.WEXITSTATUS(status) == 0 else "no"

    # What happens.

    def live(self, weeks: int = WEEKS) -> None:
        """Live some weeks; every other life is large to the program, which then compares."""
        large = LARGE if self.seed % 2 else fetching.LARGE
        with ExitStack() as stack:
            for module in (fetching, hierarchy, pull):
                stack.enter_context(patch.object(module, "LARGE", large))
            for self.week in range(weeks):
                self._live_week(visited=self.week % 2 == self.seed // 2 % 2)
            self._settle()

    def _live_week(self, *, visited: bool) -> None:
        """Live a week: people are at the page in every other."""
        self._work()
        self._edit()
        for _ in range(2):
            self._check_in()
            if visited:
                self.page.befall()
            self._troubled_sync()
            for _ in range(self.dice.randint(0, 3)):
                self.world.happen()
            if visited:
                self.page.check_in()
                self.page.visit()
                self.page.look()
        self._meeting()
        self._converge()
        if visited:
            self.page.agree()
            self.page.look()

    def count(self, name: str) -> None:
        """Note that something was tried."""
        self.tried[name] = self.tried.get(name, 0) + 1

    def _work(self) -> None:
        self.at += timedelta(hours=self.dice.randint(1, 30))
        for _ in range(self.dice.randint(0, 5)):
            self.world.happen()
            self.at += timedelta(minutes=self.dice.randint(1, 90))
        if self.dice.random() < 0.2:
            self.count("clock jump")
            self.offset = timedelta(minutes=self.dice.randint(-180, 600))

    def _edit(self) -> None:
        """Edit okrs.yaml now and then; a broken one is refused and nothing is touched."""
        if self.dice.random() < 0.15:
            self.count("broken okrs.yaml")
            (self.folder / "okrs.yaml").write_text("objectives: [", encoding="utf-8")
            if self.run("sync").code != 2:
                self.broken("exit codes", "a broken okrs.yaml wasn't refused")
            if self.page.is_open:
                self.page.visit()
        if self.dice.random() < 0.25:
            self.count("edit of okrs.yaml")
            self.well = {}
            kr = self.dice.choice(("SPEED", "QUAL", "NEW"))
            if kr == "NEW" and kr in self.links:
                del self.links[kr]
                self.rows.pop(kr, None)
            else:
                self.links[kr] = self.dice.sample(LINKS, self.dice.randint(1, 2))
            self.targets["SPEED"] = self.dice.randint(50, 90)
        self.write()

    def _check_in(self) -> None:
        if self.dice.random() < 0.4:
            return
        self.count("check-in")
        note, kr = f"note {len(self.notes)} of week {self.week}", self.dice.choice(list(self.links))
        command = ("checkin", kr, "--confidence", str(self.dice.randint(0, 10)), "--note", note)
        if self.dice.random() < KILLS:
            self.notes[note] = self.killed(*command)
            return
        code = self.run(*command).code
        self.notes[note] = "yes" if code == 0 else "no"

    def _troubled_sync(self) -> None:
        if self.dice.random() < KILLS:
            self.killed("sync")
            # Its work may have been done; whether it was true is told by the cards behind it.
            self.rows = self.status() if self.rows else {}
            self.at += timedelta(minutes=1)
        self._afflict()
        seen: list[Snapshot] = [self.snapshot()]
        overlapping: list[int] = []
        if self.dice.random() < 0.3:
            self.count("change while reading")
            self._before(lambda: self._change(seen))
        if self.dice.random() < 0.15:
            self.count("overlapping run")
            self._before(lambda: overlapping.append(self._overlap()))
        at, result = self.now(), self.run("sync")
        seen.append(self.snapshot())
        if overlapping not in ([], [4]):
            self.broken("one run at a time", f"a run beside another ended with {overlapping}")
        self._heal()
        rules.believe(self, at, result, seen)
        self.at += timedelta(minutes=self.dice.randint(5, 600))

    def _change(self, seen: list[Snapshot]) -> None:
        """Let something happen in the middle of a read."""
        self.world.happen()
        seen.append(self.snapshot())

    def _before(self, change: Callable[[], object]) -> None:
        faults = self.dice.choice((self.jira_faults, self.trello_faults))
        faults.before("", change, nth=self.dice.randint(1, 6))

    def _overlap(self) -> int:
        return main(["sync"], self.context(io.StringIO(), io.StringIO()))

    def _afflict(self) -> None:
        if self.dice.random() < 0.35:
            return
        if self.dice.random() < (0.06 if self.rows else 0.3):
            self._revoke(self.dice.randint(0, 5))
            return
        name, path, times = self.dice.choice(TROUBLES)
        if name == "empty" and not self._is_full():
            return
        self.count(name)
        # Of an empty answer among others nobody could know.
        step = Step(name, path, 1 if name == "empty" else self.dice.randint(1, 2), times)
        services = (self.jira_faults, self.trello_faults)
        asked = services[: 1 if path in ("bulkfetch", "search/jql") else 2]
        play(self.dice.choice(asked), [step], self.dice)

    def _revoke(self, after: int) -> None:
        """Make the tokens worthless after so many requests, or before the first."""
        self.count("tokens revoked while reading" if after else "tokens that are worthless")
        if after:
            self.jira_faults.before("", self.world.revoke, nth=after)
        else:
            self.world.revoke()

    def _is_full(self) -> bool:
        """Tell whether each link had cards when all was well: others may be empty in truth."""
        links = {link for links in self.links.values() for link in links}
        return all(self.well.get(link) for link in links)

    def _heal(self) -> None:
        self.jira_faults.clear()
        self.trello_faults.clear()
        self.hook.answers.clear()
        self.world.admit()

    def _meeting(self) -> None:
        """Have the report made and brought before Thursday's review, with trouble on the way."""
        days = (2 - self.at.weekday()) % 7 or 7
        self.at = (self.at + timedelta(days=days)).replace(hour=13, minute=0)
        self.offset = timedelta(0)
        day, before = (self.at + timedelta(days=1)).date(), len(self.hook.bodies)
        if self.dice.random() < 0.4:
            self.count("trouble at the receiver")
            self.hook.answers[:] = [self.dice.choice(("503 No", "hang up", "429 Slow", "500 Oh"))]
        if self.dice.random() < KILLS:
            self.killed("report", "--due")
        due = ("report", "--due", "--format", "html" if self.week == 0 else "md")
        results = [self.run(*due)]
        rules.files_stand(self)
        self.hook.answers.clear()
        for _ in range(2):
            self.at += timedelta(hours=1)
            results.append(self.run(*due))
            rules.files_stand(self)
        rules.delivered(self, day, len(self.hook.bodies) - before, results)

    def _converge(self) -> None:
        """Once the services answer truly, the numbers are true."""
        self._heal()
        self.offset = timedelta(0)
        self.at += timedelta(hours=1)
        at = self.now()
        doubtful = rules.vanishing(self) if self.well else []
        result = self.run("sync")
        rules.doubted(self, doubtful, result)
        if "--force" in result.out + result.err:
            self.at += timedelta(hours=1)
            at, result = self.now(), self.run("sync", "--force")
        rules.converged(self, at, result, self.snapshot())
        rules.check_ins(self)
        rules.progress_is_no_edit(self)
        self.well = self.snapshot()

    def _settle(self) -> None:
        """Look through everything that a life leaves behind."""
        rules.whole(self)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                self.discreet(path.name, path.read_bytes().decode("utf-8", "replace"))

    # What the model knows.
    def snapshot(self) -> Snapshot:
        """Tell what every link's cards are, at this moment."""
        links = {link for links in self.links.values() for link in links}
        return {link: self.world.states(link) for link in links}

    def status(self) -> dict[str, dict[str, Any]]:
        """Give `status --json` by KR."""
        result = self.run("status", "--json")
        if result.code != 0:
            self.broken("exit codes", f"status ended with {result.code}: {result.err}")
        return {row["id"]: row for row in json.loads(result.out)["key_results"]}

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with closing(sqlite3.connect(self.folder / "okr-sync.db")) as database:
            return database.execute(sql).fetchall()

    def discreet(self, origin: str, text: str) -> None:
        """See that no secret, person or foreign body is in a text."""
        for word in FORBIDDEN:
            if word in text:
                at = text.index(word)
                self.broken("nothing leaked", f"{origin}: {text[max(0, at - 60) : at + 40]!r}")

    def broken(self, rule: str, story: str) -> None:
        """End the life: a rule is broken."""
        raise Broken(rule, self.seed, self.week, story)

    def write(self) -> None:
        """Put okrs.yaml there as the teams have it."""
        (self.folder / "okrs.yaml").write_text("\n".join(self._lines()), encoding="utf-8")

    def _lines(self) -> Iterator[str]:
        yield f"sources:\n  jira: {{kind: jira, url: {self.street.jira.url}}}"
        yield f"  trello: {{kind: trello, url: {self.street.trello.url}}}"
        yield 'review: {every: 1 week, starts: "2026-01-08T10:00", timezone: UTC, prepare: 24h}'
        yield "deliver:\n  slack: {}"
        yield "objectives:\n  - id: OBJ\n    title: All well\n    team: Squad\n    period: 2026"
        yield "    key_results:"
        for kr, links in self.links.items():
            listed = ", ".join(link.yaml(self.world.board) for link in links)
            metric = f"metric: {{start: 100, target: {self.targets.get(kr, 80)}}}, "
            yield f"      - {{id: {kr}, title: Result {kr}, {metric}links: [{listed}]}}"
