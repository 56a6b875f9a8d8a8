"""okr-sync from the inside: how long `sync` takes in a process that has all it needs loaded.

A dry run goes first; it imports everything and knows no other state.
"""

import json
import os
import sys
import time

from syncer.cli import main

out = sys.stdout
with open(os.devnull, "w") as sys.stdout:  # noqa: PTH123 - a device, not a path
    main(["sync", "--dry-run"])
    began = time.monotonic()
    code = main(["sync"])
    wall = time.monotonic() - began
print(json.dumps({"wall": wall, "code": code}), file=out)
