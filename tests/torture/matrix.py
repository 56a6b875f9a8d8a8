"""Every trouble by every command: the exit code, and what an operator reads."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.torture.life import Life, Street
from tests.torture.thrift import folder
from tests.torture.troubles import TROUBLES, Step, play

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMMANDS = (
    ("sync",),
    ("sync", "--dry-run"),
    ("check",),
    ("status",),
    ("explain", "SPEED"),
    ("history", "SPEED"),
    ("checkin", "SPEED", "--confidence", "5"),
    ("report", "--format", "json"),
)
ASKING = 3
"""How many of the commands ask a service; the others can't be troubled by one."""

WIDEST = 110


@dataclass(frozen=True)
class Row:
    """What a trouble in every answer of both services does to each command."""

    trouble: str
    codes: tuple[int, ...]
    message: str

    def line(self) -> str:
        codes = " | ".join(str(code) for code in self.codes)
        return f"| {self.trouble} | {codes} | {self.message} |"


def rows(troubles: Iterable[str] = TROUBLES) -> Iterator[Row]:
    """Try these troubles on every command, each on a store that was read well before."""
    with Street() as street:
        home = folder("matrix-")
        life = Life(1, home, street)
        life.run("sync")
        for trouble in troubles:
            codes, message = [], ""
            for command in COMMANDS:
                life.at += life.now() - life.at
                for faults in (life.jira_faults, life.trello_faults):
                    faults.clear()
                    play(faults, [Step(trouble, times=None)], random.Random(trouble))
                result = life.run(*command)
                codes.append(result.code)
                if command == ("sync",):
                    message = _shown(result.err)
            life._heal()
            life.run("sync", "--force")
            yield Row(trouble, tuple(codes), message)
        for serving in (street.jira, street.trello):
            serving.failures.clear()
        shutil.rmtree(home, ignore_errors=True)


def table(drawn: list[Row]) -> str:
    """Draw the matrix."""
    heads = [" ".join(command).split(" --conf")[0] for command in COMMANDS]
    lines = ["| trouble | " + " | ".join(heads) + " | what `sync` says |"]
    lines += ["|---|" + "---:|" * len(COMMANDS) + "---|"]
    return "\n".join([*lines, *(row.line() for row in drawn)])


def _shown(err: str) -> str:
    """Show the first message, without its time and the KRs that it is about."""
    line = re.sub(r"^\S+ [A-Z]+ ", "", next(iter(err.splitlines()), ""))
    why = line.partition(": kept the old number. ")[2] or line.removeprefix("okr-sync: ")
    text = why.replace("|", "/")
    return text if len(text) <= WIDEST else text[:WIDEST].rsplit(" ", 1)[0] + " ..."
