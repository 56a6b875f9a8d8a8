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
    planned = plan(okrs)
    ways = access(okrs, settings, only=planned.asks)
    with progress_bars(arguments, context) as progressed:
        answers, _ = pull(
            planned, ways, context.clock, patience=arguments.patience, progressed=progressed
        )
    every = [
        *(Finding("environment", text) for text in strangers(okrs, settings)),
        *(Finding(finding.where, finding.text, finding.line or None) for finding in advice(okrs)),
        *findings(okrs, planned, answers),
        *(Finding("review", text, error=True) for text in _calendars(okrs, settings, context)),
        *(Finding("deliver", text, error=True) for text in _secrets(okrs, settings)),
    ]
    if arguments.json:
        context.json({"findings": [_finding(finding, okrs) for finding in every]})
    else:
        _tell(every, okrs, context)
    return int(any(finding.error for finding in every))


def _calendars(okrs: Okrs, settings: Settings, context: Context) -> list[str]:
    """Say which calendars of reviews can't be read now."""
    if not any(review and review.event for review in (okrs.review, *okrs.reviews.values())):
        return []
    from syncer.publish.calendars import Calendars  # noqa: PLC0415 - with the store, which is heavy

    calendars = Calendars(settings, (context.directory / okrs.places.file).parent, context.clock)
    try:
        with context.store(settings, okrs.workspace, create=False) as store:
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


def _tell(every: list[Finding], okrs: Okrs, context: Context) -> None:
    for finding in sorted(every, key=lambda finding: not finding.error):
        where = okrs.places.file if finding.line is None else f"{okrs.places.file}:{finding.line}"
        kind = "error" if finding.error else "warning"
        context.say(f"{where}: {kind}: {finding.where}: {finding.text}")
    errors = sum(finding.error for finding in every)
    krs = sum(len(objective.key_results) for objective in okrs.objectives)
    context.say(f"{krs} KRs checked: {errors} errors, {len(every) - errors} warnings")


def _finding(finding: Finding, okrs: Okrs) -> dict[str, Any]:
    return {
        "kind": "error" if finding.error else "warning",
        "where": finding.where,
        "file": okrs.places.file,
        "line": finding.line,
        "text": finding.text,
    }
