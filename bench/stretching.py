"""A program that sends a request an issue: measured on a part, and drawn out to the whole."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bench.comparing import Row, others
from bench.measuring import Run
from bench.trackers import Trackers
from bench.worlds import Size

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.programs import Program

PARTS = (Size(issues=50, epics=50), Size(issues=150, epics=50))
COUNTS = ("requests", "sent", "received", "waves")


def stretched(program: Program, size: Size, floor: int) -> Row:
    """What the program would cost at this size, by a straight line through two small ones."""
    parts = []
    for part in PARTS:
        with Trackers(part) as trackers:
            parts += others(trackers, program)
    less, more = parts
    if not (less.swift and less.late and more.swift and more.late):
        return less
    far = (size.issues - PARTS[1].issues) / (PARTS[1].issues - PARTS[0].issues)
    return Row(
        program.name,
        drawn_out(less.swift, more.swift, far),
        drawn_out(less.late, more.late, far),
        floor,
        note=f"drawn out from {PARTS[0].issues} and {PARTS[1].issues} issues",
    )


def drawn_out(less: Run, more: Run, far: float) -> Run:
    """What comes `far` times the step from one run to the other after the other."""

    def on(of: Callable[[Run], float]) -> float:
        return of(more) * (1 + far) - of(less) * far

    counts = {name: round(on(lambda run, name=name: getattr(run.tally, name))) for name in COUNTS}  # type: ignore[misc] # mypy sees no default
    return Run(
        wall=on(lambda run: run.wall),
        cpu=on(lambda run: run.cpu),
        memory=round(on(lambda run: run.memory)),
        tally=replace(more.tally, **counts),
    )
