"""`okr-sync check`: everything that would stop or mislead a sync, found without writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.advice import advice
from config.settings import access, strangers
from syncer.checking import Finding, findings
from syncer.commands.sync import progress_bars
from syncer.plan import plan
from syncer.run import pull

if TYPE_CHECKING:
    import argparse

    from config.okrs import Okrs
    from syncer.world import World


def run(arguments: argparse.Namespace, world: World) -> int:
    """Ask for everything that a sync would ask for; 0 with warnings alone, 1 with an error."""
    okrs, settings = world.configured(arguments)
    wanted = plan(okrs)
    ways = access(okrs, settings, only=wanted.asks)
    with progress_bars(arguments, world) as progressed:
        answers, _ = pull(
            wanted, ways, world.clock, patience=arguments.patience, progressed=progressed
        )
    found = [
        *(Finding("environment", text) for text in strangers(okrs, settings)),
        *(Finding(one.where, one.text, one.line or None) for one in advice(okrs)),
        *findings(okrs, wanted, answers),
    ]
    if arguments.json:
        world.json({"findings": [_finding(one, okrs) for one in found]})
    else:
        _tell(found, okrs, world)
    return int(any(one.error for one in found))


def _tell(found: list[Finding], okrs: Okrs, world: World) -> None:
    for one in sorted(found, key=lambda one: not one.error):
        place = okrs.places.file if one.line is None else f"{okrs.places.file}:{one.line}"
        kind = "error" if one.error else "warning"
        world.say(f"{place}: {kind}: {one.where}: {one.text}")
    errors = sum(one.error for one in found)
    krs = sum(len(objective.key_results) for objective in okrs.objectives)
    world.say(f"{krs} KRs checked: {errors} errors, {len(found) - errors} warnings")


def _finding(one: Finding, okrs: Okrs) -> dict[str, Any]:
    return {
        "kind": "error" if one.error else "warning",
        "where": one.where,
        "file": okrs.places.file,
        "line": one.line,
        "text": one.text,
    }
