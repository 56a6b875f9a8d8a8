"""`python -m bench.fleet`: what a source costs a worker, as tables into docs/scale.md."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from bench import worlds
from bench.comparing import LATENCY
from bench.fleet_model import ReadCost, workers_needed
from bench.office import OKR_SYNC, ROOT
from bench.server import TrackerDesk
from bench.tables import drawn, put
from bench.worlds import Size
from tests.store.postgresql import start

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT = ROOT / "docs" / "scale.md"
SITES, KRS, CARDS = 8, 20, 800
"""Sites that are measured; a site's key results and cards, as in the whole fleet."""

FLEET, INTERVALS, AT_ONCE = 500, (1, 5, 15, 60), 4
ROUNDS, CHANGED, GROWING = 4, 0.01, 0.25
POINTS = 65_000
"""Points an hour that Jira Cloud gives an app, 1 a request and 1 an issue."""

CONNECTIONS = 2 * AT_ONCE + 8


class SourceRead(NamedTuple):
    """What a read of one source costs: seconds of a processor, from begin to end, requests."""

    cpu: float
    seconds: float
    requests: float


@dataclass
class Measured:
    """What reads cost, and bytes.

    `base` is a card's share of the store at first; `change` is what a change of a card adds,
    of which `past` can be pruned.
    """

    first: SourceRead
    steady: SourceRead
    still: SourceRead
    base: float
    change: float
    past: float


class Measurement:
    """Sites with a worker process that reads them, and what both cost."""

    def __init__(self, folder: Path, url: str, stack: ExitStack) -> None:
        """Serve the sites, write the file, and start the worker."""
        self.url, self.folder, self.environ = url, folder, {**os.environ, **_settings(url)}
        self.desks = [TrackerDesk(Size(issues=CARDS, epics=KRS)) for _ in range(SITES)]
        for desk in self.desks:
            stack.callback(desk.close)
            desk.latency(LATENCY)
        (folder / "okrs.yaml").write_text(_okrs(self.desks), encoding="utf-8")
        self.worker = subprocess.Popen(  # noqa: S603 - our own program
            [OKR_SYNC, "worker", "--every", "0", "--at-once", "1"], cwd=folder, env=self.environ
        )
        stack.callback(self.worker.wait)
        stack.callback(self.worker.terminate)

    def read_all(self) -> SourceRead:
        """Have every source read once; give what one cost."""
        for desk in self.desks:
            desk.clear()
        began, enqueue = datetime.now(UTC), [OKR_SYNC, "enqueue"]
        quiet = subprocess.DEVNULL
        subprocess.run(enqueue, cwd=self.folder, env=self.environ, check=True, stdout=quiet)  # noqa: S603 - our own program
        cpu = self._cpu()  # the worker's own start is none of a read's
        while self._ask("SELECT count(*) FROM source_states WHERE read_at > %s", began) < SITES:
            time.sleep(0.2)
        while self._ask("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'failed'"):
            time.sleep(0.1)
        seconds = self._ask("SELECT avg(seconds) FROM source_states")
        requests = sum(desk.tally().requests for desk in self.desks)
        return SourceRead((self._cpu() - cpu) / SITES, seconds, requests / SITES)

    def change(self, share: float) -> int:
        """Move this share of the cards on; give how many."""
        return sum(desk.change(share) for desk in self.desks)

    def sizes(self) -> tuple[float, float]:
        """Give the bytes of the store's rows and indexes, and of the cards as they were alone."""
        self._ask("VACUUM FULL")
        tables = (
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'procrastinate%'"
        )
        past = self._ask("SELECT pg_total_relation_size('past_cards')")
        return float(self._ask(tables)), float(past)

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.worker.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _ask(self, query: str, *values: Any) -> Any:
        with closing(psycopg.connect(self.url, autocommit=True)) as connection:
            cursor = connection.execute(query, values or None)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _okrs(desks: list[TrackerDesk]) -> str:
    """An okrs.yaml with a source and an objective for each site, a KR for each of its epics."""
    sources, objectives = {}, []
    for site, desk in enumerate(desks):
        sources[f"s{site}"] = {"kind": "jira", "url": desk.addresses()[0]}
        key_results = [
            {
                "id": f"S{site}-{n}",
                "title": "Result",
                "links": [{"source": f"s{site}", "epic": [worlds.epic(n)]}],
            }
            for n in range(1, KRS + 1)
        ]
        objectives.append(worlds.objective(f"O{site}", f"T{site}", key_results))
    return worlds.as_yaml(sources, objectives)


def _settings(url: str) -> Mapping[str, str]:
    settings = {"OKR_SYNC_STORE": url}
    for site in range(SITES):
        settings[f"OKR_SYNC_SOURCES__S{site}__EMAIL"] = worlds.EMAIL
        settings[f"OKR_SYNC_SOURCES__S{site}__TOKEN"] = worlds.TOKEN
    return settings


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
        base, past = measurement.sizes()
        changed = 0
        for _ in range(ROUNDS):  # many at once, so that pages aren't what is measured
            changed += measurement.change(GROWING)
            measurement.read_all()
        grown, past_grown = measurement.sizes()
    cpu, seconds, requests = zip(*rounds, strict=True)
    return Measured(
        first,
        SourceRead(min(cpu), min(seconds), max(requests)),
        still,
        base=base / (SITES * CARDS),
        change=(grown - base) / changed,
        past=(past_grown - past) / changed,
    )


def _costs(measured: Measured) -> str:
    reads = {
        "the first": measured.first,
        "1 % of its cards changed": measured.steady,
        "nothing changed": measured.still,
    }
    return drawn(
        ["a source's read", "CPU s", "seconds at 150 ms", "requests"],
        [
            [name, f"{read.cpu:.2f}", f"{read.seconds:.1f}", f"{read.requests:.0f}"]
            for name, read in reads.items()
        ],
    )


def _workers(measured: Measured) -> str:
    steady, rows = measured.steady, []
    cost = ReadCost(max(0.0, steady.seconds - steady.cpu), steady.cpu)
    for minutes in INTERVALS:
        reads = FLEET / (minutes * 60)
        workers = workers_needed(FLEET, minutes * 60, AT_ONCE, cost) or 0
        points = 60 / minutes * (steady.requests + CARDS * CHANGED) / POINTS
        busy, connections = f"{reads * steady.cpu:.2f}", f"{workers * CONNECTIONS}"
        rows.append(
            [f"{minutes} min", f"{workers}", busy, f"{reads:.1f}", connections, f"{points:.1%}"]
        )
    counts = ["workers", "busy processors", "reads a second", "connections"]
    return drawn(["every", *counts, "of a site's points"], rows)


def _store(measured: Measured) -> str:
    cards = FLEET * CARDS
    begun, rows = measured.base * cards / 1e9, []
    for share in (0.002, 0.01, 0.05):
        changes = share * cards * 365
        size = begun + measured.change * changes / 1e9
        rows.append([f"{share:.1%}", f"{changes / 1e6:.1f} million", f"{size:.1f} GB"])
    table = drawn(["cards that change a day", "changes a year", "store after a year"], rows)
    return (
        f"{table}\n\nIt begins with {begun:.1f} GB ({measured.base:.0f} bytes a card). A change of "
        f"a card takes {measured.change:.0f} bytes: the card as it was, its ledger entry, and a "
        f"share of a reading; {measured.past:.0f} of them, the card as it was, can be pruned."
    )


def main() -> None:
    """Measure on a PostgreSQL of its own, and write the document."""
    server = start(Path(tempfile.mkdtemp(prefix="okr-sync-scale-")))
    ready = Retrying(
        retry=retry_if_exception_type(psycopg.OperationalError),
        wait=wait_fixed(0.1),
        stop=stop_after_delay(60),
    )
    try:
        ready(psycopg.connect, server.url).close()
        with tempfile.TemporaryDirectory(prefix="okr-sync-fleet-") as folder:
            measured = measure(Path(folder), server.url)
    finally:
        server.stop()
    tables = {"cost": _costs(measured), "workers": _workers(measured), "store": _store(measured)}
    DOCUMENT.write_text(put(DOCUMENT.read_text(encoding="utf-8"), tables), encoding="utf-8")
    sys.stdout.write("\n\n".join([*tables.values(), ""]))


if __name__ == "__main__":
    main()
