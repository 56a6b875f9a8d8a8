"""A fleet among people who move cards, and somebody who kills workers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.fleet.town import now

if TYPE_CHECKING:
    from tests.fleet.town import Town

DOUBLED = """
SELECT count(*) FROM (
  SELECT done, remaining, dropped, discovery_done, delivery_done, points_done,
    lag((done, remaining, dropped, discovery_done, delivery_done, points_done))
      OVER (PARTITION BY workspace, kr ORDER BY id) AS before
  FROM readings WHERE NOT rebuilt
) r WHERE before = (done, remaining, dropped, discovery_done, delivery_done, points_done)
"""
TWICE = """
SELECT count(*) FROM (
  SELECT 1 FROM entries GROUP BY workspace, kr, source, card, event, at HAVING count(*) > 1
) e
"""
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
UNDONE = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing'"


def unrest(town: Town, seconds: float, workers: int, *options: str, pause: float = 1.0) -> int:
    """Kill workers at random, and start others; give how many died."""
    for _ in range(workers):
        town.start(*options)
    assert town.until(180, town.is_at_work)
    end, killed = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        time.sleep(town.chance.uniform(0.2, 2 * pause))
        for _ in range(town.chance.randrange(4)):
            town.change()
        alive = [worker for worker in town.workers if worker.poll() is None]
        victim = town.chance.choice(alive)
        victim.kill()
        victim.wait()
        killed += 1
        town.start(*options)
    return killed


def findings(town: Town, patience: float) -> list[str]:
    """Let the fleet come to rest, and give all that is wrong then."""
    began = now()
    wrong = []
    if not town.until(patience, lambda: town.read_since(began)):
        wrong.append(f"not every source was read in {patience:g} s")
    wrong += [f"a worker ended with {code}" for code in town.stop() if code not in {0, -9}]
    counted, expected = town.counted(), town.expected()
    wrong += [
        f"{kr} is {counted.get(kr)}, and by brute force {expected[kr]}"
        for kr in expected
        if counted.get(kr) != expected[kr]
    ]
    for text, query in (
        ("readings are there twice", DOUBLED),
        ("ledger entries are there twice", TWICE),
        ("jobs are under way that nobody does", UNDONE),
    ):
        ((number,),) = town.ask(query)
        if number:
            wrong.append(f"{number} {text}")
    if not town.until(60, lambda: town.ask(LOCKS) == [(0,)]):
        wrong.append("a lock is left")
    wrong += [f"site {s.number} refused {s.refused} requests" for s in town.sites if s.refused]
    check = town.run("store", "check")
    return wrong + ([check.stdout] if check.returncode else [])
