"""`okr-sync check`: everything that would stop or mislead a sync, found without writing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from config.access import access
from config.checks.advice import advice
from config.checks.environment import strangers
from config.destinations import destinations
from connectors.errors import ConfigurationError
from syncer.commands.sync import progress_bars
from syncer.core.check import Finding, findings
from syncer.core.plan import plan
from syncer.run import pull

if TYPE_CHECKING:
    import argparse

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Ask for everything that a sync would ask for; 0 with warnings alone, 1 with an error."""
    okrs, settings = context.configured(arguments)
    wanted = plan(okrs)
    ways = access(okrs, settings, only=wanted.asks)
    with progress_bars(arguments, context) as progressed:
        answers, _ = pull(
            wanted, ways, context.clock, patience=arguments.patience, progressed=progressed
        )
    found = [
        *(Finding("environment", text) for text in strangers(okrs, settings)),
        *(Finding(one.where, one.text, one.line or None) for one in advice(okrs)),
        *findings(okrs, wanted, answers),
        *(Finding("review", text, error=True) for text in _calendars(okrs, settings, context)),
        *(Finding("deliver", text, error=True) for text in _secrets(okrs, settings)),
    ]
    if arguments.json:
        context.json({"findings": [_finding(one, okrs) for one in found]})
    else:
        _tell(found, okrs, context)
    return int(any(one.error for one in found))


def _calendars(okrs: Okrs, settings: Settings, context: Context) -> list[str]:
    """Say which calendars of reviews can't be read now."""
    if not any(review and review.event for review in (okrs.review, *okrs.reviews.values())):
        return []
    from syncer.publish.calendars import Calendars  # noqa: PLC0415 - with the store, which is heavy

    calendars = Calendars(settings, (context.directory / okrs.places.file).parent, context.clock)
    try:
        with context.store(settings, create=False) as store:
            calendars.read(okrs, store, context.now(), keep=False)
    except ConfigurationError as error:
        return str(error).splitlines()
    return calendars.problems


def _secrets(okrs: Okrs, settings: Settings) -> list[str]:
    """Say which variables the deliveries lack."""
    try:
        destinations(okrs, settings)
    except ConfigurationError as error:
        return str(error).splitlines()
    return []


def _tell(found: list[Finding], okrs: Okrs, context: Context) -> None:
    for one in sorted(found, key=lambda one: not one.error):
        place = okrs.places.file if one.line is None else f"{okrs.places.file}:{one.line}"
        kind = "error" if one.error else "warning"
        context.say(f"{place}: {kind}: {one.where}: {one.text}")
    errors = sum(one.error for one in found)
    krs = sum(len(objective.key_results) for objective in okrs.objectives)
    context.say(f"{krs} KRs checked: {errors} errors, {len(found) - errors} warnings")


def _finding(one: Finding, okrs: Okrs) -> dict[str, Any]:
    return {
        "kind": "error" if one.error else "warning",
        "where": one.where,
        "file": okrs.places.file,
        "line": one.line,
        "text": one.text,
    }
