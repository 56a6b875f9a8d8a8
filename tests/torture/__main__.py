"""`python -m tests.torture`: an hour of torture, the planted faults, or the soak."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from tests.torture import machine, matrix


def main() -> int:
    """Run one part of the machine, and give 1 if anything was lost or missed."""
    parser = argparse.ArgumentParser(prog="tests.torture")
    parser.add_argument("part", choices=("torture", "planted", "soak", "matrix", "stores"))
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--weeks", type=int, default=100, help="with the OKR tools")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    arguments = parser.parse_args()
    parts = {"torture": _torture, "planted": _planted, "soak": _soak, "matrix": _matrix}
    parts["stores"] = _stores
    return parts[arguments.part](arguments)


def _torture(arguments: argparse.Namespace) -> int:
    outcome = machine.torture(arguments.minutes, arguments.first)
    drawn = machine.table(outcome)
    day = datetime.now(UTC).date()
    machine.fill("torture", f"{arguments.minutes:g} minutes on {day}:\n\n{drawn}")
    _say(drawn, *(str(broken["story"]) for broken in outcome.broken))
    return int(bool(outcome.broken))


def _stores(arguments: argparse.Namespace) -> int:
    from tests.torture.tool_lives import tool_lives  # noqa: PLC0415 - it needs the tools' stand-ins

    outcome = machine.Outcome()
    for outcome in tool_lives(arguments.weeks, arguments.first):
        drawn = machine.table(outcome)
        day = datetime.now(UTC).date()
        machine.fill("stores", f"{outcome.weeks} weeks on {day}:\n\n{drawn}")
    _say(machine.table(outcome), *(str(broken["story"]) for broken in outcome.broken))
    return int(bool(outcome.broken))


def _planted(arguments: argparse.Namespace) -> int:
    del arguments
    drawn, missed = machine.planted_table()
    machine.fill("planted", drawn)
    return int(bool(missed))


def _matrix(arguments: argparse.Namespace) -> int:
    del arguments
    machine.fill("matrix", matrix.table(list(matrix.rows())))
    return 0


def _soak(arguments: argparse.Namespace) -> int:
    from tests.torture import soak  # noqa: PLC0415 - only a soak needs processes of its own

    figures = soak.soak(arguments.minutes)
    machine.fill("soak", soak.table(figures))
    _say(soak.table(figures))
    return int(not soak.steady(figures))


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, ""]))


sys.exit(main())
