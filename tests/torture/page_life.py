"""The page in a life: people read it and check in on it, at any moment, by a dice of its own."""

from __future__ import annotations

import io
import os
import random
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from typing import TYPE_CHECKING

from starlette.testclient import TestClient

from syncer.cli import parser
from syncer.web.app import page_app
from tests.web.visitor import HOME, fields_of, named

if TYPE_CHECKING:
    from tests.torture.life import Life

PATHS = (
    *("/", "/?team=Squad", "/checkin?team=Squad", "/healthz", "/metrics"),
    *("/kr/{kr}", "/kr/{kr}?state=done", "/badge/{kr}.svg"),
    *("/api/status", "/api/explain/{kr}", "/api/history/{kr}", "/api/report"),
)
KILLS = 0.15


class PageLife:
    """People at a life's page; what they see wrong is kept until `look` is asked."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.dice = random.Random(f"{life.seed} at the page")
        self.faults: list[tuple[str, str]] = []

    @cached_property
    def client(self) -> TestClient:
        """Open the page once; it stays while the file and the store change."""
        self.err = io.StringIO()
        context = self.life.context(io.StringIO(), self.err)
        app = page_app(parser().parse_args(["serve"]), context)
        return TestClient(app, base_url=HOME, follow_redirects=False).__enter__()

    def close(self) -> None:
        """Shut the page, if it was opened."""
        if self.is_open:
            self.client.__exit__(None, None, None)

    @property
    def is_open(self) -> bool:
        """Whether the page was opened: with a broken okrs.yaml it can't be."""
        return "client" in vars(self)

    def visit(self) -> None:
        """Open a page: it is shown, or says that there is no store yet; it says nothing secret."""
        kr = self.dice.choice(list(self.life.links))
        path = self.dice.choice(PATHS).format(kr=kr)
        self.life.count("page read")
        answer = self.client.get(path)
        is_there = (self.life.folder / "okr-sync.db").exists()
        if answer.status_code not in ({200} if is_there else {200, 503}):
            self.faults.append(("the page stands", f"{path}: {answer.status_code} {answer.text}"))
        self._discreet(path, answer.text)

    def agree(self) -> None:
        """See that the page's JSON is the command's, to the byte."""
        printed = self.life.run("status", "--json").out
        shown = self.client.get("/api/status").text
        if shown != printed:
            self.faults.append(("the page agrees", f"{shown} isn't {printed}"))

    def befall(self) -> None:
        """Have somebody read or check in while the next run reads the boards."""
        if self.dice.random() < 0.3:
            deed = self.dice.choice((self.visit, self.check_in))
            services = (self.life.jira_faults, self.life.trello_faults)
            faults, nth = self.dice.choice(services), self.dice.randint(1, 5)
            faults.before("", lambda: self._safely(deed), nth=nth)

    def check_in(self) -> None:
        """Send the week's form, now and then twice at once, or into a process that is killed."""
        page = self.client.get("/checkin?team=Squad")
        if page.status_code != 200:
            return
        note = f"note {len(self.life.notes)} by the page"
        fields = fields_of(page.text)
        kr = self.dice.choice(fields["kr"])
        confidence = str(self.dice.randint(0, 10))
        typed = {f"note_{_named(kr)}": note, f"confidence_{_named(kr)}": confidence}
        fields |= named(fields, **typed)
        if threading.current_thread() is threading.main_thread() and self.dice.random() < KILLS:
            self.life.count("page killed")
            self.life.notes[note] = self._killed(fields)
            return
        self.life.count("page check-in")
        times = self.dice.choice((1, 1, 2, 3))
        with ThreadPoolExecutor(times) as people:
            codes = set(people.map(partial(_send, self.client), [fields] * times))
        if codes - {303, 503}:
            self.faults.append(("no check-in lost", f"a form was answered with {codes}"))
        self.life.notes[note] = "yes" if codes == {303} else "perhaps"

    def look(self) -> None:
        """Break the rule that somebody has seen broken."""
        for rule, story in self.faults:
            self.life.broken(rule, story[-400:])
        self._discreet("the page's log", self.err.getvalue() if self.is_open else "")

    def _killed(self, fields: dict[str, str]) -> str:
        """Send a form to a page whose process is killed on the way."""
        child = os.fork()
        if child == 0:
            code = 70
            try:
                # The parent's loop is a thread of the parent's.
                alone = TestClient(self.client.app, base_url=HOME, follow_redirects=False)
                code = 0 if _send(alone, fields) == 303 else 1
            finally:
                os._exit(code)
        kill = threading.Timer(self.dice.random() * 0.2, lambda: os.kill(child, signal.SIGKILL))
        kill.start()
        # Until it is reaped, its number is no other process's.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        kill.cancel()
        kill.join()
        _, status = os.waitpid(child, 0)
        return "yes" if status == 0 else "perhaps"

    def _safely(self, deed) -> None:
        try:
            deed()
        except Exception as error:  # noqa: BLE001 - it is told where the life can end
            self.faults.append(("no traceback", f"the page: {type(error).__name__}: {error}"))

    def _discreet(self, path: str, text: str) -> None:
        if "Traceback" in text or "a fault of okr-sync's own" in text:
            self.faults.append(("no traceback", f"{path}: {text[-300:]}"))
        for word in self.life.forbidden:
            if word in text:
                self.faults.append(("nothing leaked", f"{path}: {word}"))


def _send(client: TestClient, fields: dict[str, str]) -> int:
    return client.post("/checkin", data=fields).status_code


def _named(kr: str) -> str:
    return kr.replace("-", "_")
