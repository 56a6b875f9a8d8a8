"""`python -m tests.fleet`: a fleet whose workers are killed at random, for minutes."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.fleet.town import town
from tests.fleet.unrest import findings, unrest
from tests.store.conftest import _reached
from tests.store.postgresql import start


def main() -> int:
    """Fifty sources on ten sites with quotas; 1 where anything is wrong at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.fleet", description=__doc__)
    parser.add_argument("--minutes", type=float, default=3, help="for how long (3)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to repeat a run")
    parser.add_argument("--workers", type=int, default=4, help="how many at a time (4)")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    data = Path(tempfile.mkdtemp(prefix="okr-sync-fleet-"))
    server = start(data)
    _reached(server.url).close()
    folder = Path(tempfile.mkdtemp(prefix="okr-sync-town-"))
    try:
        with town(folder, server.url, chance, 10) as fleet_town:
            fleet_town.settle(50, 5, 12)
            killed = unrest(
                fleet_town,
                arguments.minutes * 60,
                arguments.workers,
                *("--every", "10s", "--takeover", "4s", "--grace", "5s"),
                pause=2,
            )
            wrong = findings(fleet_town, 180)
            asked = sum(len(site.serving.log) for site in fleet_town.sites)
            runs = fleet_town.ask("SELECT count(*) FROM runs")[0][0]
    finally:
        server.stop()
    sys.stdout.write(
        f"seed {arguments.seed}: {killed} workers killed, {asked} requests, at least {runs} reads "
        f"of 50 sources on 10 sites; {len(wrong)} findings\n"
    )
    for text in wrong:
        sys.stdout.write(f"  {text}\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
