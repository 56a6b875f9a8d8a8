"""A fleet whose PostgreSQL is stopped and started under way."""

from __future__ import annotations

import os
import random
import signal
import tempfile
from pathlib import Path

from tests.fleet.town import now, town
from tests.fleet.unrest import findings
from tests.store.conftest import _reached
from tests.store.postgresql import serve, start

ENDS = 6.0
"""Seconds: the three that it has without a grace, and as many for a busy machine."""


def end_while_the_store_is_silent(our_town, worker):
    """Tell a worker to end whose PostgreSQL hears, and doesn't answer; give its exit code."""
    backends = our_town.ask("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    for (pid,) in backends:
        os.kill(pid, signal.SIGSTOP)
    try:
        worker.send_signal(signal.SIGTERM)
        return worker.wait(ENDS)
    finally:
        for (pid,) in backends:
            os.kill(pid, signal.SIGCONT)


def test_workers_wait_for_their_store_and_go_on(tmp_path):
    """While the server is away no worker ends, and when it is back all is read and right."""
    data = Path(tempfile.mkdtemp(prefix="okr-sync-"))
    server = start(data)
    try:
        _reached(server.url).close()
        with town(tmp_path, server.url, random.Random(3), 3) as our_town:
            our_town.settle(sources=3, files=1, cards=3)
            workers = [
                our_town.start("--every", "3s", "--takeover", "2s", "--grace", "5s")
                for _ in range(2)
            ]
            assert our_town.until(180, our_town.is_at_work)
            server.halt()
            for _ in range(5):
                our_town.change()
            logs = [our_town.folder / f"worker{number}.log" for number in range(len(workers))]
            # Whoever asks for it first says so; the other may be in a read till its end.
            assert our_town.until(180, lambda: any("is waited for" in x.read_text() for x in logs))
            server = serve(data)
            _reached(server.url).close()
            began = now()
            assert our_town.until(180, lambda: our_town.read_since(began))
            assert [worker.poll() for worker in workers] == [None, None]
            assert findings(our_town, 180) == []
            worker = our_town.start("--every", "3s", "--grace", "0s")
            began = now()
            assert our_town.until(180, lambda: our_town.read_since(began))
            assert end_while_the_store_is_silent(our_town, worker) == 0
    finally:
        server.stop()
