"""`python -m bench.fleet`: what a source costs a worker, as tables into docs/scale.md."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

from bench.fleet_model import ReadCost, workers_needed
from bench.tables import put
from sandbox.jira.cloud import cloud_app
from sandbox.jira.site import JiraSite
from sandbox.server import Serving
from tests.store.postgresql import start

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "scale.md"
OKR_SYNC = Path(sys.executable).with_name("okr-sync")
SITES, KRS, CARDS = 8, 20, 40
"""Sites that are measured; key results a site, cards a key result, as in the whole fleet."""

FLEET, INTERVALS, AT_ONCE, LATENCY = 500, (1, 5, 15, 60), 4, 150
ROUNDS, CHANGED, GROWING = 4, 0.01, 0.3
POINTS = 65_000
"""Points an hour that Jira Cloud gives an app, 1 a request and 1 an issue."""

CONNECTIONS = 2 * AT_ONCE + 8


@dataclass
class Measured:
    """What a read costs: seconds of a processor, from begin to end, and requests; bytes.

    `base` is a card's share of the store at first; `change` is what a change of a card adds,
    of which `past` can be pruned.
    """

    first: tuple[float, float, float]
    steady: tuple[float, float, float]
    still: tuple[float, float, float]
    base: float
    change: float
    past: float


class Measurement:
    """Sites with a worker process that reads them, and what both cost."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        """Serve the sites, write the file, and start the worker."""
        self.url, self.chance = url, random.Random(1)  # noqa: S311 - it moves cards
        self.sites = [JiraSite(now=lambda: datetime.now(UTC)) for _ in range(SITES)]
        for site in self.sites:
            site.add_account("robot@example.com", "a-token")
            site.add_project("P")
            for number in range(KRS * CARDS):
                site.add_issue(key=f"P-{number + 1}", labels=[f"KR-{number % KRS}"])
        servings = [
            stack.enter_context(Serving(cloud_app(site), latency_ms=LATENCY)) for site in self.sites
        ]
        (folder / "okrs.yaml").write_text("\n".join(_okrs(servings)), encoding="utf-8")
        self.servings, self.environ = servings, _environ(url)
        self.folder = folder
        self.worker = subprocess.Popen(  # noqa: S603 - our own program
            [OKR_SYNC, "worker", "--every", "0", "--at-once", "1"], cwd=folder, env=self.environ
        )
        stack.callback(self.worker.wait)
        stack.callback(self.worker.terminate)

    def read_all(self) -> tuple[float, float, float]:
        """Have every source read once; give processor seconds, seconds and requests of one."""
        for serving in self.servings:
            serving.log.clear()
        self._enqueue()  # the program's own start isn't the worker's
        cpu, began = self._cpu(), datetime.now(UTC)
        while self._ask("SELECT count(*) FROM source_states WHERE read_at > %s", began) < SITES:
            time.sleep(0.2)
        while self._ask("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'failed'"):
            time.sleep(0.1)
        seconds = self._ask("SELECT avg(seconds) FROM source_states")
        requests = sum(len(serving.log) for serving in self.servings)
        return (self._cpu() - cpu) / SITES, seconds, requests / SITES

    def change(self, part: float) -> int:
        """Move so many of the cards; give how many."""
        count = round(KRS * CARDS * part)
        for site in self.sites:
            for number in self.chance.sample(range(1, KRS * CARDS + 1), count):
                site.move(f"P-{number}", self.chance.choice(["To Do", "In Progress", "Done"]))
        return count * SITES

    def size(self) -> float:
        """Give the bytes of the store's rows and indexes."""
        self._run("VACUUM FULL")
        return float(
            self._ask(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%%'"
            )
        )

    def past_size(self) -> float:
        """Give the bytes of the cards as they were."""
        return float(self._ask("SELECT pg_total_relation_size('past_cards')"))

    def _enqueue(self) -> None:
        subprocess.run(  # noqa: S603 - our own program
            [OKR_SYNC, "enqueue"],
            cwd=self.folder,
            env=self.environ,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.worker.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _ask(self, query: str, *values: Any) -> Any:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            row = connection.execute(query, values).fetchone()
        return row[0] if row else None

    def _run(self, statement: str) -> None:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            connection.execute(statement)


def _okrs(servings: list[Serving]) -> Iterator[str]:
    yield "sources:"
    for number, serving in enumerate(servings):
        yield f'  s{number}: {{kind: jira, url: "{serving.url}"}}'
    yield "objectives:"
    for number in range(len(servings)):
        yield f"  - id: O{number}\n    title: Objective\n    team: T{number}\n    period: 2026-Q4"
        yield "    key_results:"
        for kr in range(KRS):
            link = f"links: [{{source: s{number}, label: KR-{kr}}}]"
            yield f"      - {{id: S{number}-{kr}, title: Result, {link}}}"


def _environ(url: str) -> dict[str, str]:
    secrets = {}
    for number in range(SITES):
        secrets[f"OKR_SYNC_SOURCES__S{number}__EMAIL"] = "robot@example.com"
        secrets[f"OKR_SYNC_SOURCES__S{number}__TOKEN"] = "a-token"
    paths = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    return {"OKR_SYNC_STORE": url, **paths, **secrets}


def measure(folder: Path, url: str) -> Measured:
    """Read everything at first, then after changes, then as it is."""
    with ExitStack() as stack:
        measurement = Measurement(folder, url, stack)
        first = measurement.read_all()
        rounds = []
        for _ in range(ROUNDS):
            measurement.change(CHANGED)
            rounds.append(measurement.read_all())
        still = measurement.read_all()
        base, past, changed = measurement.size(), measurement.past_size(), 0
        for _ in range(ROUNDS):  # many at once, so that pages aren't what is measured
            changed += measurement.change(GROWING)
            measurement.read_all()
        grown, gone = measurement.size() - base, measurement.past_size() - past
    cpu, seconds, requests = zip(*rounds, strict=True)
    steady = (min(cpu), min(seconds), max(requests))
    return Measured(
        first, steady, still, base / (SITES * KRS * CARDS), grown / changed, gone / changed
    )


def sections(measured: Measured) -> dict[str, str]:
    """Write the tables of docs/scale.md."""
    return {"cost": _costs(measured), "workers": _workers(measured), "store": _store(measured)}


def _costs(measured: Measured) -> str:
    lines = [
        "| a source's read | CPU s | seconds at 150 ms | requests |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, (cpu, seconds, requests) in (
        ("the first", measured.first),
        ("1 % of its cards changed", measured.steady),
        ("nothing changed", measured.still),
    ):
        lines.append(f"| {name} | {cpu:.2f} | {seconds:.1f} | {requests:.0f} |")
    return "\n".join(lines)


def _workers(measured: Measured) -> str:
    cpu, seconds, requests = measured.steady
    cost = ReadCost(max(0.0, seconds - cpu), cpu)
    lines = [
        "| every | workers | busy processors | reads a second | connections | of a site's points |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for minutes in INTERVALS:
        workers = workers_needed(FLEET, minutes * 60, AT_ONCE, cost) or 0
        busy = FLEET * cpu / (minutes * 60)
        points = 60 / minutes * (requests + KRS * CARDS * CHANGED) / POINTS
        lines.append(
            f"| {minutes} min | {workers} | {busy:.2f} | {FLEET / minutes / 60:.1f} | "
            f"{workers * CONNECTIONS} | {points:.1%} |"
        )
    return "\n".join(lines)


def _store(measured: Measured) -> str:
    cards = FLEET * KRS * CARDS
    begun = measured.base * cards / 1e9
    lines = [
        "| cards that change a day | changes a year | store after a year |",
        "| --- | ---: | ---: |",
    ]
    for part in (0.002, 0.01, 0.05):
        changes = part * cards * 365
        size = begun + measured.change * changes / 1e9
        lines.append(f"| {part:.1%} | {changes / 1e6:.1f} million | {size:.1f} GB |")
    lines.append(
        f"\nIt begins with {begun:.1f} GB ({measured.base:.0f} bytes a card). A change of a card "
        f"takes {measured.change:.0f} bytes: the card as it was, its ledger entry, and a share "
        f"of a reading; {measured.past:.0f} of them, the card as it was, can be pruned."
    )
    return "\n".join(lines)


def main() -> None:
    """Measure on a PostgreSQL of its own, and write the document."""
    data = Path(tempfile.mkdtemp(prefix="okr-sync-scale-"))
    server = start(data)
    try:
        _wait_for(server.url)
        measured = measure(Path(tempfile.mkdtemp(prefix="okr-sync-fleet-")), server.url)
    finally:
        server.stop()
    tables = sections(measured)
    DOCUMENT.write_text(put(DOCUMENT.read_text(encoding="utf-8"), tables), encoding="utf-8")
    for text in tables.values():
        sys.stdout.write(f"{text}\n\n")


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main()
