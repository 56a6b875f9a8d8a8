"""The program doesn't look for garbage that it doesn't make."""

from __future__ import annotations

import gc
import io
import subprocess
import sys

from connectors.clock import Clock
from syncer.cli import main
from syncer.context import Context

SCRIPT = """
import gc
from syncer.cli import main
try:
    main(["schedule", "cron"])
finally:
    print(gc.isenabled())
"""


def test_the_program_runs_without_the_collector():
    """A process of its own, as cron starts it, has the search for cycles switched off."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("False\n")


def test_whoever_calls_the_program_keeps_their_collector(tmp_path):
    """Called with a context of somebody else's, the program leaves their process as it is."""
    clock = Clock(now=lambda: None, sleep=lambda _: None)
    context = Context({}, tmp_path, clock, io.StringIO(), io.StringIO())
    main(["schedule", "cron"], context)
    assert gc.isenabled()
