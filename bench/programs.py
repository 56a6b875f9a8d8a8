"""What is measured: okr-sync, and what a user would run instead."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import worlds
from bench.measuring import Run, cpu_of, run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.trackers import Trackers

PINS = {
    "tap-jira": ("tap-jira==2.6.0",),
    "tap-trello": ("tap-trello==1.1.3",),
    "dlt": ("dlt==1.31.0",),
    "bugwarrior": ("bugwarrior[jira]==2.1.0",),
}
"""What is installed for each program."""


class NotInstalledError(Exception):
    """A program can't be had here; the message says why."""


def python_of(program: str, folder: Path) -> str:
    """The Python that has this program, installed into `folder` if it isn't there yet.

    Raises `NotInstalledError`.
    """
    home = folder / program
    done = home / "installed"
    pins = PINS[program]
    if not (done.exists() and done.read_text() == "\n".join(pins)):
        _quietly([sys.executable, "-m", "venv", "--clear", str(home)], "no virtual environment")
        install = [str(home / "bin/python"), "-m", "pip", "install", "--quiet", *pins]
        _quietly(install, f"pip has no {' '.join(pins)} for this Python")
        done.write_text("\n".join(pins))
    return str(home / "bin/python")


def _quietly(command: list[str], otherwise: str) -> None:
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - pip and venv
    if done.returncode:
        raise NotInstalledError(otherwise)


ASKING = Path(__file__).parent / "asking"
BUILD = Path(__file__).parents[1] / "build" / "bench"
OKR_SYNC = str(Path(sys.executable).parent / "okr-sync")


class Program(NamedTuple):
    """Something else that reads the same boards: how asking/peer.py runs it, and who has it."""

    name: str
    arguments: tuple[str, ...]
    library: str | None = None


JIRA_ALL = Program("jira client, all fields", ("jira_client", "*all"))
JIRA_TWO = Program("jira client, two fields", ("jira_client", "summary,status"))
JIRA_SPRINTS = Program("jira client, board, sprints, issues", ("jira_client", "sprints"))
DLT = Program("dlt rest_api, one resource", ("dlt_rest", "issues"), "dlt")
DLT_EACH = Program("dlt rest_api, a resource an epic", ("dlt_rest", "by_epic"), "dlt")
TAP_JIRA = Program("tap-jira", ("tap_jira",), "tap-jira")
BUGWARRIOR = Program("bugwarrior", ("bugwarrior",), "bugwarrior")
TRELLO_LISTS = Program("py-trello, lists, cards", ("py_trello", "lists"))
TRELLO_OPEN = Program("py-trello, open_cards", ("py_trello", "open"))
TAP_TRELLO = Program("tap-trello", ("tap_trello",), "tap-trello")


class Miscounted(AssertionError):  # noqa: N818 - not an error of the program's
    """A program read another number of cards than there are: no comparison."""


def other(program: Program, trackers: Trackers, folder: Path, *more: str) -> Run:
    """Run another program once; it must read every card there is.

    Raises `ProgramError`, `NotInstalledError`, `Miscounted`.
    """
    library = program.library
    python = python_of(library, BUILD / "env") if library else sys.executable
    command = [python, str(ASKING / "peer.py"), *program.arguments, *more]
    environ = {"BENCH": json.dumps(asked(trackers)), **quiet(folder)}
    done = run(command, folder, environ, trackers)
    if not more:
        _believe(program, folder, trackers.size)
    return done


def asked(trackers: Trackers) -> Mapping[str, Any]:
    """What a script is told: where, as whom, and which issues."""
    epics = range(1, trackers.size.epics + 1)
    return {
        "jira": trackers.jira,
        "trello": trackers.trello,
        "email": worlds.EMAIL,
        "token": worlds.TOKEN,
        "key": worlds.KEY,
        "issues": worlds.ISSUES_JQL,
        "by_epic": [f"parent = {worlds.PROJECT}-{n}" for n in epics],
    }


def quiet(folder: Path) -> Mapping[str, str]:
    """What keeps the others to themselves: no telemetry, no files outside the folder."""
    return {
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def _believe(program: Program, folder: Path, size: worlds.Size) -> None:
    with (folder / "out").open(encoding="utf-8") as out:
        if program in (TAP_JIRA, TAP_TRELLO):
            cards = sum('"RECORD"' in line and '"boards"' not in line[:60] for line in out)
        else:
            cards = json.loads(list(out)[-1])["cards"]
    lists = size.boards * len(worlds.LISTS)
    fine = {size.counted, size.counted + size.epics, size.counted + lists}
    if cards not in fine:
        raise Miscounted(f"{program.name} read {cards} cards of {size.counted}")


class Office:
    """A folder with an okrs.yaml and a store, where okr-sync runs as cron would."""

    def __init__(self, trackers: Trackers, folder: Path, by: str = "epic") -> None:
        self.trackers = trackers
        self.folder = folder
        self.store = folder / "okr-sync.db"
        text = worlds.okrs(
            trackers.size,
            jira=trackers.jira,
            trello=trackers.trello,
            boards=trackers.boards,
            by=by,
        )
        (folder / "okrs.yaml").write_text(text, encoding="utf-8")

    @property
    def environ(self) -> Mapping[str, str]:
        """The secrets, and the place of the store."""
        return {
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
        return cpu_of([OKR_SYNC, "status"], self.folder, self.environ)

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
