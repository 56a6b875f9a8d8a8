"""Sites with quotas, teams with files that name their sources, and workers as processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from sandbox.jira.cloud import cloud_app
from sandbox.jira.data_center import data_center_app
from sandbox.jira.site import JiraSite
from sandbox.jira.throttling import CloudLimits, DataCenterLimits
from sandbox.server import Serving
from sandbox.trello.app import TrelloApp
from sandbox.trello.limits import Rates
from sandbox.trello.world import TrelloWorld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

ROOT = Path(__file__).resolve().parents[2]
OKR_SYNC = Path(sys.executable).with_name("okr-sync")
EMAIL, TOKEN, KEY = "robot@example.com", "a-token", "a-key"
TOO_MANY = 429


def now() -> datetime:
    """The machine's time, as the workers have it."""
    return datetime.now(UTC)


@dataclass
class Site:
    """A Jira or Trello with a quota; each of its sources has a project or board of its own.

    `cards` are by source: which are done.
    """

    number: int
    serving: Serving
    world: Any
    done: dict[str, list[bool]] = field(default_factory=dict)
    cards: dict[str, list[str]] = field(default_factory=dict)
    lists: dict[str, tuple[str, str]] = field(default_factory=dict)
    boards: dict[str, str] = field(default_factory=dict)

    @property
    def is_trello(self) -> bool:
        """Whether it has boards with lists."""
        return isinstance(self.world, TrelloWorld)

    def add_source(self, name: str, cards: int) -> None:
        """Give it a source with so many cards, none of them done."""
        self.done[name] = [False] * cards
        if self.is_trello:
            board = self.boards[name] = self.world.add_board(name)
            self.lists[name] = (
                self.world.add_list(board, "To do"),
                self.world.add_list(board, "Done"),
            )
            self.cards[name] = [
                self.world.add_card(self.lists[name][0], f"Card {n}") for n in range(cards)
            ]
            return
        project = name.upper()
        self.world.add_project(project)
        self.cards[name] = [
            self.world.add_issue(key=f"{project}-{n}", labels=["all"]).key
            for n in range(1, cards + 1)
        ]

    def turn(self, name: str, which: int) -> None:
        """Move a card to done, or back."""
        done = self.done[name][which] = not self.done[name][which]
        card = self.cards[name][which]
        if self.is_trello:
            self.world.move(card, self.lists[name][done])
        else:
            self.world.move(card, "Done" if done else "To Do")

    def source(self, name: str) -> str:
        """Write it as okrs.yaml does."""
        if self.is_trello:
            return f'{{kind: trello, url: "{self.serving.url}"}}'
        return f'{{kind: jira, url: "{self.serving.url}", projects: [{name.upper()}]}}'

    def link(self, name: str) -> str:
        """Write a link to all of a source's cards."""
        if self.is_trello:
            return f"{{source: {name}, board: {self.boards[name]}, list: [To do, Done]}}"
        return f"{{source: {name}, label: all}}"

    @property
    def refused(self) -> int:
        """How often it was asked beyond its quota."""
        return sum(exchange.status == TOO_MANY for exchange in self.serving.log.exchanges)


def open_site(number: int, stack: ExitStack, *, tight: float) -> Site:
    """Serve a Jira Cloud, a Data Center or a Trello with quotas so `tight`."""
    trello = TrelloWorld(now)
    trello.add_account(KEY, TOKEN)
    jira = JiraSite(now=now)
    kind = number % 3
    jira.add_account(EMAIL, TOKEN, kind="personal" if kind == 1 else "api-token")
    most = max(4, round(20 / tight))
    if kind == 0:
        app = cloud_app(jira, limits=CloudLimits(per_second=most, burst=most))
    elif kind == 1:
        app = data_center_app(jira, limits=DataCenterLimits(size=most, fill=most // 2))
    else:
        app = TrelloApp(trello, rates=Rates(token=most * 2, key=most * 4, seconds=2))
    serving = stack.enter_context(Serving(app))
    return Site(number, serving, trello if kind == 2 else jira)


@dataclass
class Town:
    """All of it, in one folder and one store."""

    folder: Path
    url: str
    chance: Random
    sites: list[Site] = field(default_factory=list)
    krs: dict[tuple[str, str], list[tuple[Site, str]]] = field(default_factory=dict)
    workers: list[subprocess.Popen[str]] = field(default_factory=list)

    def settle(self, sources: int, files: int, cards: int) -> None:
        """Spread so many sources over the sites and files; each second KR spans two of them."""
        homes: dict[int, list[tuple[Site, str]]] = {n: [] for n in range(files)}
        for number in range(sources):
            site = self.sites[number % len(self.sites)]
            site.add_source(f"s{number}", cards)
            homes[number // len(self.sites) % files].append((site, f"s{number}"))
        for number, mine in homes.items():
            self._write(f"team{number}", mine)

    def _write(self, team: str, mine: list[tuple[Site, str]]) -> None:
        # The ids are alike in every file.
        krs = {f"KR-{n}": mine[n : n + 1 + n % 2] for n in range(len(mine))}
        self.krs |= {(team, kr): places for kr, places in krs.items()}
        lines = ["sources:", *(f"  {name}: {site.source(name)}" for site, name in mine)]
        lines += ["objectives:", "  - {id: O, title: Objective, team: T, period: 2026-Q4,"]
        lines.append("     key_results: [")
        for kr, places in krs.items():
            links = ", ".join(site.link(name) for site, name in places)
            lines.append(f"       {{id: {kr}, title: Result {kr}, links: [{links}]}},")
        (self.folder / "teams").mkdir(exist_ok=True)
        text = "\n".join([*lines, "     ]}"])
        (self.folder / "teams" / f"{team}.yaml").write_text(text, encoding="utf-8")

    @property
    def environ(self) -> dict[str, str]:
        """What a worker finds around it: the store, and each source's secrets."""
        out = {"OKR_SYNC_STORE": self.url}
        out |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        for site in self.sites:
            for name in site.done:
                out[f"OKR_SYNC_SOURCES__{name.upper()}__TOKEN"] = TOKEN
                part, value = ("KEY", KEY) if site.is_trello else ("EMAIL", EMAIL)
                if site.is_trello or site.number % 3 == 0:
                    out[f"OKR_SYNC_SOURCES__{name.upper()}__{part}"] = value
        return out

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run okr-sync as the shell does."""
        return subprocess.run(
            [OKR_SYNC, *arguments],
            cwd=self.folder,
            env=self.environ,
            text=True,
            capture_output=True,
            check=False,
        )

    def start(
        self, *arguments: str, environ: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        """Start a worker on all files."""
        log = self.folder / f"worker{len(self.workers)}.log"
        with log.open("w", encoding="utf-8") as opened:
            worker = subprocess.Popen(
                [OKR_SYNC, "worker", "--okrs", "teams/*.yaml", "-v", *arguments],
                cwd=self.folder,
                env=environ or self.environ,
                text=True,
                stdout=opened,
                stderr=opened,
            )
        self.workers.append(worker)
        return worker

    def stop(self) -> list[int]:
        """Tell all workers to end, and give their exit codes."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        return [worker.wait(60) for worker in self.workers]

    def change(self) -> None:
        """Let somebody move a card somewhere."""
        site = self.chance.choice(self.sites)
        name = self.chance.choice(list(site.done))
        site.turn(name, self.chance.randrange(len(site.done[name])))

    def expected(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Count by brute force: each KR's cards done and remaining."""
        out = {}
        for kr, places in self.krs.items():
            done = [card for site, name in places for card in site.done[name]]
            out[kr] = (sum(done), len(done) - sum(done))
        return out

    def counted(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Give what the store has for each KR; those without a reading aren't in it."""
        rows = self.ask(
            "SELECT s.workspace, s.kr, r.done, r.remaining FROM kr_status s "
            "JOIN readings r ON r.id = s.reading"
        )
        return {(workspace, kr): (done, remaining) for workspace, kr, done, remaining in rows}

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Put a query to the database itself."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def until(self, seconds: float, condition: Any) -> bool:
        """Wait for a condition, so long at most; say whether it came."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return True
            time.sleep(0.25)
        return bool(condition())

    def has_store(self) -> bool:
        """Whether some worker has made the tables already."""
        return self.ask("SELECT to_regclass('procrastinate_jobs') IS NOT NULL") == [(True,)]

    def is_at_work(self) -> bool:
        """Whether a job is under way."""
        doing = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"
        return self.has_store() and self.ask(doing) > [(0,)]

    def files(self) -> int:
        """Count the files that the fleet works for, broken ones too."""
        return int(self.ask("SELECT count(*) FROM fleet_files")[0][0])

    def read_since(self, moment: datetime) -> bool:
        """Whether every source was read whole since a moment."""
        rows = self.ask("SELECT source, read_at FROM source_states") if self.has_store() else []
        sources = sum(len(site.done) for site in self.sites)
        return len(rows) == sources and all(at is not None and at > moment for _, at in rows)

    def fleet(self) -> dict[str, Any]:
        """Give what `status --fleet --json` says."""
        result = self.run("status", "--fleet", "--json", "--okrs", "teams/team0.yaml")
        assert result.returncode == 0, result.stderr
        return dict(json.loads(result.stdout))


@contextmanager
def town(folder: Path, url: str, chance: Random, sites: int, *, tight: float = 1) -> Iterator[Town]:
    """Give a town whose sites are served; at the end nothing of it runs."""
    with ExitStack() as stack:
        out = Town(folder, url, chance, [open_site(n, stack, tight=tight) for n in range(sites)])
        try:
            yield out
        finally:
            for worker in out.workers:
                if worker.poll() is None:
                    worker.kill()
                worker.wait()
