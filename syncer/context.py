"""What a command finds around it: environment, directory, time, and where to print."""

from __future__ import annotations

import io
import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from rich.console import Console, RenderableType

    from config.okrs import Okrs
    from config.settings import Settings
    from connectors.clock import Clock
    from syncer.store.store import Store


_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


@dataclass(frozen=True)
class Context:
    """Everything that a command may touch beside its arguments.

    While `setting_up` nobody needs to be told that there is no store yet.
    """

    environ: Mapping[str, str]
    directory: Path
    clock: Clock
    out: TextIO
    err: TextIO
    stdin: TextIO | None = None
    setting_up: bool = False

    def now(self) -> datetime:
        """The time, with its zone."""
        return self.clock.now()

    def configured(self, arguments: argparse.Namespace) -> tuple[Okrs, Settings]:
        """The operator's file and settings; raises `ConfigurationError` with all that is wrong."""
        from config.load import load  # noqa: PLC0415 - only commands that need the file load it
        from config.settings import read_settings  # noqa: PLC0415

        settings = read_settings(self.environ, self.directory, arguments.okrs)
        self.clock.network.configure(settings.network)
        path = self.directory / settings.okrs
        return load(path, str(settings.okrs), settings.names), settings

    def store(
        self, settings: Settings, workspace: str = "", *, create: bool = True, new: bool = False
    ) -> Store:
        """The OKR store, as far as it is this workspace's; readers don't create one.

        One that was there before and is gone is refused, but for a `new` one.
        """
        from syncer.store.marks import is_marked, leave_mark  # noqa: PLC0415 - as below
        from syncer.store.store import open_store  # noqa: PLC0415 - the database's library is heavy

        okrs = self.directory / settings.okrs
        seen_before = not new and is_marked(okrs)
        if not (create or seen_before or self.setting_up):
            self._say_if_absent(settings.store)
        store = open_store(settings.store, workspace, create=create, seen_before=seen_before)
        if create and okrs.is_file():
            leave_mark(okrs)
        return store

    def _say_if_absent(self, url: str) -> None:
        scheme, _, file = url.partition(":///")
        path = self.directory / file.partition("?")[0]
        if scheme.startswith("sqlite") and file not in {"", ":memory:"} and not path.exists():
            self.warn(f"there is no store at {path} yet; okr-sync sync makes it")

    def say(self, text: str) -> None:
        """Print a line for people or programs."""
        print(text, file=self.out)

    def warn(self, text: str) -> None:
        """Say what went wrong where the rest went on."""
        from syncer.logs import warn  # noqa: PLC0415 - where all is well there is no log

        warn(text)

    def news(self, text: str) -> None:
        """Print what a run did, with its time where that goes into a file and not to a person."""
        from syncer.logs import local  # noqa: PLC0415 - as above

        self.say(text if self.out.isatty() else f"{local(self.now())} {text}")

    def json(self, value: Any) -> None:
        """Print one JSON document, and nothing else, to stdout."""
        self.write_json(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n")

    def write_json(self, text: str) -> None:
        """Write a JSON text; an output that takes fewer letters gets the others escaped."""
        encoding = self.out.encoding or "utf-8"
        try:
            text.encode(encoding)
        except UnicodeEncodeError:
            text = _BEYOND_ASCII.sub(lambda letters: json.dumps(letters[0])[1:-1], text)
        self.out.write(text)

    def write_bytes(self, content: bytes) -> None:
        """Write what a file would hold; an output without bytes below it takes the text."""
        if isinstance(self.out, io.TextIOWrapper):
            self.out.flush()
            self.out.buffer.write(content)
        else:
            self.out.write(content.decode("utf-8"))

    def console(self, file: TextIO | None = None) -> Console:
        """A console on stdout, with colour where the terminal and the environment permit it."""
        from rich.console import Console  # noqa: PLC0415 - plain answers need no tables

        return Console(file=file or self.out, highlight=False, _environ=self.environ)

    def show(self, *drawings: RenderableType) -> None:
        """Draw something on stdout."""
        self.console().print(*drawings)


def outside() -> Context:
    """What is around, as this process finds it."""
    import os  # noqa: PLC0415 - these three are what the rest of the code never asks for itself
    import time  # noqa: PLC0415
    from datetime import UTC, datetime  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from connectors.clock import Clock  # noqa: PLC0415
    from syncer.report.letters import LETTERS, register  # noqa: PLC0415

    register()
    # Who closes an output (`>&-`) wants nothing of it; Python has None there.
    out, err = (stream or Path(os.devnull).open("w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115 - for good
    for stream in (out, err):
        # Whatever the terminal takes (ASCII under cron, cp1252 on Windows), a letter that it
        # doesn't is no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=LETTERS if stream is out else "backslashreplace")
    clock = Clock(now=lambda: datetime.now(UTC), sleep=time.sleep)
    return Context(os.environ, Path.cwd(), clock, out, err, sys.stdin)
