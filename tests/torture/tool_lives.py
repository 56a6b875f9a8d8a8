"""Weeks with the OKR tools by the hundred, on all cores, and what they tried and lost."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING

from tests.torture.machine import Outcome
from tests.torture.tool_life import WEEKS, BrokenToolRule, ToolLife, live

if TYPE_CHECKING:
    from collections.abc import Iterator


def outcome_of(seed: int) -> Outcome:
    """Live one life, and give what it tried and lost."""
    outcome = Outcome()
    try:
        life: ToolLife = live(seed)
    except BrokenToolRule as error:
        outcome.add(WEEKS, {}, {"seed": seed, "rule": error.rule, "story": str(error)})
    else:
        outcome.add(WEEKS, life.tried, None)
    return outcome


def tool_lives(weeks: int, first: int = 0) -> Iterator[Outcome]:
    """Live as many lives as have so many weeks, side by side; give all so far after each."""
    whole = Outcome()
    seeds = range(first, first + -(-weeks // WEEKS))
    # A process forked from one with servers in threads could inherit their locks.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as processes:
        for part in processes.map(outcome_of, seeds):
            whole.weeks += part.weeks
            whole.tried.update(part.tried)
            whole.broken += part.broken
            yield whole
