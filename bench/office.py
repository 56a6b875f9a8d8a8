"""okr-sync as cron would run it, and what its runs must have counted."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bench import worlds
from bench.comparing import folder
from bench.measuring import Run, repeated, run
from bench.trackers import Trackers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.worlds import Size

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
OKR_SYNC = str(Path(sys.executable).parent / "okr-sync")


class Miscounted(AssertionError):  # noqa: N818 - not an error of the program's
    """A program read another number of cards than there are: no comparison."""


@contextmanager
def opened(size: Size) -> Iterator[Office]:
    """An office beside trackers of this size."""
    with Trackers(size) as trackers, folder() as workplace:
        yield Office(trackers, workplace)


class Office:
    """A folder with an okrs.yaml and a store, where okr-sync runs as cron would."""

    def __init__(self, trackers: Trackers, folder: Path, by: str = "epic") -> None:
        self.trackers = trackers
        self.folder = folder
        self.store = folder / "okr-sync.db"
        text = worlds.okrs(trackers.size, trackers.jira, trackers.trello, trackers.boards, by)
        (folder / "okrs.yaml").write_text(text, encoding="utf-8")
        self.environ = {
            "OKR_SYNC_SOURCES__JIRA__EMAIL": worlds.EMAIL,
            "OKR_SYNC_SOURCES__JIRA__TOKEN": worlds.TOKEN,
            "OKR_SYNC_SOURCES__TRELLO__KEY": worlds.KEY,
            "OKR_SYNC_SOURCES__TRELLO__TOKEN": worlds.TOKEN,
            "OKR_SYNC_STORE": f"sqlite:///{self.store}",
        }

    def keep(self) -> Path:
        """A copy of the store as it is now, to go on from."""
        return Path(shutil.copyfile(self.store, self.folder / "kept.db"))

    def status(self) -> float:
        """Seconds of CPU that `okr-sync status` takes."""
        return repeated(lambda: run([OKR_SYNC, "status"], self.folder, self.environ)).cpu

    def sync(self, kept: Path | None = None) -> Run:
        """`okr-sync sync` on a copy of that store, or as a first run; all cards must be counted."""
        # There is a mark, too, that there was a store.
        for file in (*self.folder.glob("okr-sync.db*"), *self.folder.glob(".okrs.yaml.store")):
            file.unlink()
        if kept:
            shutil.copyfile(kept, self.store)
        done = run([OKR_SYNC, "sync", "--json"], self.folder, self.environ, self.trackers)
        printed = json.loads((self.folder / "out").read_text(encoding="utf-8"))
        states = ("done", "remaining", "dropped")
        counted = sum(each[state] for each in printed["key_results"] for state in states)
        if counted != self.trackers.size.counted:
            raise Miscounted(f"okr-sync counted {counted} cards of {self.trackers.size.counted}")
        return done
