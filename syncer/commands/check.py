"""`okr-sync check`: everything that would stop or mislead a sync, found without writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.commands.sync import progress_bars
from syncer.documents.findings import find_all, findings_document
from syncer.report.text import counted

if TYPE_CHECKING:
    import argparse

    from config.okrs import Okrs
    from syncer.context import Context
    from syncer.core.check_names import Notice


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Ask for everything that a sync would ask for; 0 with warnings alone, 1 with an error."""
    okrs, settings = context.configured(arguments)
    with progress_bars(arguments, context) as progressed:
        every = find_all(
            context, okrs, settings, patience=arguments.patience, progressed=progressed
        )
    if arguments.json:
        context.json(findings_document(every, okrs))
    else:
        _tell(every, okrs, context)
    return int(any(finding.error for finding in every))


def _tell(every: list[Notice], okrs: Okrs, context: Context) -> None:
    for finding in sorted(every, key=lambda finding: not finding.error):
        where = okrs.places.file if finding.line is None else f"{okrs.places.file}:{finding.line}"
        kind = "error" if finding.error else "warning"
        context.say(f"{where}: {kind}: {finding.where}: {finding.text}")
    errors = sum(finding.error for finding in every)
    krs = counted(len(okrs.key_results()), "KR")
    warnings = counted(len(every) - errors, "warning")
    context.say(f"{krs} checked: {counted(errors, 'error')}, {warnings}")
