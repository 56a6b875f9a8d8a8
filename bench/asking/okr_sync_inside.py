"""okr-sync from the inside: its asking and reading, in a process that has all it needs loaded.

Prints the seconds that it took, and those that Python's own JSON reader takes
for as many bytes: what the floor of any plan has beside its waves.
"""

import json
import os
import time
from argparse import Namespace
from dataclasses import replace

import requests

from config.access import access
from syncer.context import outside
from syncer.core.plan import Plan, plan
from syncer.run import pull

TIMES = 3

context = outside()
okrs, settings = context.configured(Namespace(okrs=None))
planned = plan(okrs)
ways = access(okrs, settings, only=planned.asks)


def asked(plan_: Plan) -> int:
    """Ask every source, and keep nothing; gives the bytes received."""
    answers, traffic = pull(plan_, ways, context.clock, patience=60, progressed=lambda *_: None)
    for answer in answers.values():
        if isinstance(answer, Exception):
            raise answer
    return sum(one.received for one in traffic.values())


def seconds_a_byte() -> float:
    """How long reading a byte of this tracker's JSON takes."""
    page_asked = json.loads(os.environ["BENCH_PAGE"])
    page = requests.post(
        page_asked["url"], json=page_asked["body"], auth=tuple(page_asked["auth"]), timeout=60
    )
    page.raise_for_status()
    began = time.process_time()
    for _ in range(TIMES):
        json.loads(page.content)
    return (time.process_time() - began) / TIMES / len(page.content)


asked(planned)
with context.store(settings) as store:
    known = {name: store.known(name) for name in planned.asks}
asks = {name: replace(ask, known=known[name]) for name, ask in planned.asks.items()}
began = time.monotonic()
received = asked(replace(planned, asks=asks))
wall = time.monotonic() - began
print(json.dumps({"wall": wall, "parsing": received * seconds_a_byte()}))
