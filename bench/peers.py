"""What a user would run instead: measured rarely, beside okr-sync; the rows kept with their day."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bench import jobs, worlds
from bench.comparing import folder, measured
from bench.measuring import ProgramError, run
from bench.office import BUILD, Miscounted, opened
from bench.tables import PEER_COLUMNS, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bench.measuring import Run
    from bench.trackers import Trackers
    from bench.worlds import Size

KEPT = Path(__file__).with_name("peers.csv")
PEER = Path(__file__).parent / "asking" / "peer.py"


class Program(NamedTuple):
    """Something else that reads the same boards: how asking/peer.py runs it, what pip installs."""

    name: str
    arguments: Sequence[str]
    pin: str = ""


DLT, TAP_JIRA, TAP_TRELLO = "dlt==1.31.0", "tap-jira==2.6.0", "tap-trello==1.1.3"
JIRA_TWO = Program("jira client, two fields", ["jira_client", "summary,status"])
TRELLO_OPEN = Program("py-trello, open_cards", ["py_trello", "open"])
PEERS: Mapping[str, Sequence[Program]] = {
    "a": (
        Program("jira client, all fields", ["jira_client", "*all"]),
        JIRA_TWO,
        Program("jira client, board, sprints, issues", ["jira_client", "sprints"]),
        Program("dlt rest_api, one resource", ["dlt_rest", "issues"], DLT),
        Program("dlt rest_api, a resource an epic", ["dlt_rest", "by_epic"], DLT),
        Program("tap-jira", ["tap_jira"], TAP_JIRA),
        Program("bugwarrior", ["bugwarrior"], "bugwarrior[jira]==2.1.0"),
    ),
    "b": (Program("tap-jira, with its state", ["tap_jira"], TAP_JIRA),),
    "c": (
        Program("py-trello, lists, cards", ["py_trello", "lists"]),
        TRELLO_OPEN,
        Program("tap-trello", ["tap_trello"], TAP_TRELLO),
    ),
    "d": (JIRA_TWO,),
}
"""Who does each job; of (b) the only one that goes on from a bookmark."""


def kept() -> dict[str, list[dict[str, str]]]:
    """Read the rows that were measured last, by job."""
    rows: dict[str, list[dict[str, str]]] = {}
    with KEPT.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            rows.setdefault(row["job"], []).append(row)
    return rows


def measure() -> None:
    """Measure the others at every job, beside okr-sync in the same hour, and keep their rows."""
    measured_rows = {
        "a": _raced("a", jobs.ISSUES, worlds.first_waves(jobs.ISSUES, jobs.UNCAPPED)),
        "b": _bookmarked(),
        "c": _raced("c", jobs.BOARDS, worlds.board_waves(jobs.BOARDS)),
        "d": _raced("d", jobs.MANY, worlds.first_waves(jobs.MANY, jobs.UNCAPPED)),
    }
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    lines = [[job, day, *row] for job, rows in measured_rows.items() for row in rows]
    with KEPT.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([PEER_COLUMNS, *lines])


def _raced(job: str, size: Size, floor: int) -> Iterator[list[str]]:
    with opened(size) as office:
        trackers = office.trackers
        ours = measured("okr-sync", trackers, office.sync, floor=floor)
        for program in PEERS[job]:
            with folder() as home:
                once = partial(read, program, trackers, home)
                yield line(measured(program.name, trackers, once, floor=floor), ours)


def _bookmarked() -> Iterator[list[str]]:
    """Give (b): both have read everything, and go on after a change."""
    floor, (tap,) = worlds.steady_waves(jobs.ISSUES), PEERS["b"]
    with opened(jobs.ISSUES) as office, folder() as home:
        trackers = office.trackers
        office.sync()
        store = office.keep()
        read(tap, trackers, home)
        state = _state(home)
        trackers.change(jobs.SHARE)
        ours = measured("okr-sync", trackers, partial(office.sync, store), floor=floor)
        again = partial(read, tap, trackers, home, state)
        note = "sees no deletion, no move out of scope, no remapped status"
        yield line(measured(tap.name, trackers, again, floor=floor, note=note), ours)


def _state(home: Path) -> str:
    """Write the file that a Singer tap would be started with next time; its name."""
    printed = (home / "out").read_text(encoding="utf-8").splitlines()
    states = [text for text in printed if text.startswith('{"type": "STATE"')]
    (home / "state.json").write_text(json.dumps(json.loads(states[-1])["value"]), encoding="utf-8")
    return "state.json"


def read(program: Program, trackers: Trackers, home: Path, *more: str) -> Run:
    """Run another program once; it must read every card there is.

    Raises `ProgramError`, `Miscounted`.
    """
    python = _python_with(program.pin) if program.pin else sys.executable
    questions = {
        "jira": trackers.jira,
        "trello": trackers.trello,
        "email": worlds.EMAIL,
        "token": worlds.TOKEN,
        "key": worlds.KEY,
        "issues": worlds.ISSUES_JQL,
        "by_epic": [f"parent = {worlds.epic(n)}" for n in range(1, trackers.size.epics + 1)],
    }
    environ = {
        "BENCH": json.dumps(questions),
        # No telemetry, no files outside the folder.
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    done = run([python, str(PEER), *program.arguments, *more], home, environ, trackers)
    if not more:
        _believe(program, home, trackers.size)
    return done


def _python_with(pin: str) -> str:
    """The Python that has this, installed where it isn't there yet. Raises `ProgramError`."""
    home = BUILD / "env" / pin
    python, installed = str(home / "bin" / "python"), home / "installed"
    if not installed.exists():
        for command in (
            [sys.executable, "-m", "venv", "--clear", str(home)],
            [python, "-m", "pip", "install", "--quiet", pin],
        ):
            if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603 - venv and pip
                raise ProgramError(f"not installed: pip has no {pin} for this Python")
        installed.touch()
    return python


def _believe(program: Program, home: Path, size: Size) -> None:
    with (home / "out").open(encoding="utf-8") as out:
        if program.pin in (TAP_JIRA, TAP_TRELLO):
            cards = sum('"RECORD"' in record and '"boards"' not in record[:60] for record in out)
        else:
            cards = json.loads(list(out)[-1])["cards"]
    lists = size.boards * len(worlds.LISTS)
    if cards not in {size.counted, size.counted + size.epics, size.counted + lists}:
        raise Miscounted(f"{program.name} read {cards} cards of {size.counted}")
