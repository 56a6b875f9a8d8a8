"""okr-sync as cron would run it, and what its runs must have counted."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bench import worlds
from bench.measuring import Run, repeated, run

if TYPE_CHECKING:
    from bench.trackers import Trackers

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
OKR_SYNC = str(Path(sys.executable).parent / "okr-sync")


class Miscounted(AssertionError):  # noqa: N818 - not an error of the program's
    """A program read another number of cards than there are: no comparison."""


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

    def first(self) -> Run:
        """A first run: there is no store yet."""
        self.empty()
        return self.sync()

    def empty(self) -> None:
        """Take the store away, and the mark that there was one."""
        for file in (*self.folder.glob("okr-sync.db*"), *self.folder.glob(".okrs.yaml.store")):
            file.unlink()

    def keep(self) -> Path:
        """A copy of the store as it is now, to be put back; not held here, where it would count."""
        return Path(shutil.copyfile(self.store, self.folder / "kept.db"))

    def put_back(self, kept: Path) -> None:
        """Have a store of before."""
        self.empty()
        shutil.copyfile(kept, self.store)

    def again(self, kept: Path) -> Run:
        """A run on a store of before."""
        self.put_back(kept)
        return self.sync()

    def status(self) -> float:
        """Seconds of CPU that `okr-sync status` takes."""
        return repeated(lambda: run([OKR_SYNC, "status"], self.folder, self.environ)).cpu

    def sync(self) -> Run:
        """`okr-sync sync`; every card must be counted."""
        done = run([OKR_SYNC, "sync", "--json"], self.folder, self.environ, self.trackers)
        printed = json.loads((self.folder / "out").read_text(encoding="utf-8"))
        counted = sum(
            each[state]
            for each in printed["key_results"]
            for state in ("done", "remaining", "dropped")
        )
        if counted != self.trackers.size.counted:
            raise Miscounted(f"okr-sync counted {counted} cards of {self.trackers.size.counted}")
        return done
