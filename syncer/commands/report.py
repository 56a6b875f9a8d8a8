"""`okr-sync report`: the report for the review meeting."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.documents.report import write_report
from syncer.publish.making import Files, stem
from syncer.publish.seals import briefing_on
from syncer.report.formats import named_formats, render
from syncer.review.calendar import day

if TYPE_CHECKING:
    import argparse
    from io import BytesIO
    from pathlib import Path
    from typing import TextIO

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store

STDOUT = "-"


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Make the report, or with `--due` see whether one is to be made."""
    template = _template(arguments.template, context.directory)
    formats = named_formats(arguments.format)
    _refuse_mixtures(arguments)
    _refuse_stdout(arguments, formats, context.out)
    okrs, settings = context.configured(arguments)
    files = Files(okrs.folder / arguments.out, formats, template)
    if arguments.due or arguments.resend or arguments.settled:
        from syncer.commands.report_due import due  # noqa: PLC0415 - deliveries are heavy

        return due(arguments, context, okrs, settings, files)
    if arguments.meeting:
        briefing, name = _meeting(arguments, context, okrs, settings)
    else:
        briefing, name = _now(arguments, context, okrs, settings)
    if arguments.json:
        context.write_json(render(briefing, "json").decode("utf-8"))
        return 0
    if arguments.out == STDOUT:
        context.write_bytes(files.drawn(formats[0], briefing))
        return 0
    for path in files.write(briefing, name):
        context.say(str(path))
    return 0


def _refuse_stdout(arguments: argparse.Namespace, formats: tuple[str, ...], out: TextIO) -> None:
    """Refuse what stdout can't take: several files, a delivery's, or slides on a screen."""
    if arguments.out != STDOUT:
        return
    if len(formats) > 1:
        raise ConfigurationError("--out - is stdout, which takes one format; name one")
    if arguments.due or arguments.resend or arguments.settled:
        raise ConfigurationError("--out - is stdout; what is due or sent again needs a folder")
    if formats == ("pptx",) and out.isatty():
        raise ConfigurationError("--out -: slides are nothing for a terminal; add > review.pptx")


def _now(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings
) -> tuple[Briefing, str]:
    """Give the report of now, or as of a moment, and what its files are called."""
    team = arguments.team and okrs.find_team(arguments.team)
    report = write_report(context, okrs, settings, team=team, as_of=arguments.as_of)
    for problem in report.problems:
        context.warn(problem)
    briefing = report.briefing
    at, review = briefing.meeting or briefing.made_at, report.okrs.review_of(team)
    of_day = day(review, at) if review else at.date()
    past = f"-as-of-{datetime.fromisoformat(arguments.as_of).date()}" if arguments.as_of else ""
    return briefing, stem(of_day, team, okrs.reviews, okrs.workspace) + past


def _meeting(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings
) -> tuple[Briefing, str]:
    """Give the sealed report of a meeting, also of a team that has left okrs.yaml."""
    try:
        of_day = date.fromisoformat(arguments.meeting.strip()).isoformat()
    except ValueError:
        message = f"--meeting {arguments.meeting}: give the meeting's day, such as 2026-11-19"
        raise ConfigurationError(message) from None
    with context.store(settings, okrs.workspace, create=False) as store:
        team = _team(arguments.team, okrs, store)
        briefing = briefing_on(store, team or "", of_day)
    return briefing, stem(of_day, team, okrs.reviews, okrs.workspace)


def _team(name: str | None, okrs: Okrs, store: Store) -> str | None:
    """Give a team as the file, or else a sealed report, spells it."""
    if name is None:
        return None
    kept = {report.calendar.casefold(): report.calendar for report in store.sealed_reports()}
    return kept.get(name.casefold()) or okrs.find_team(name)


def _refuse_mixtures(arguments: argparse.Namespace) -> None:
    if arguments.due and arguments.as_of:
        raise ConfigurationError(
            "--due is about the next meeting, --as-of about the past; take one"
        )
    if arguments.due and arguments.team:
        raise ConfigurationError("--due makes every team's report; leave --team out")
    if arguments.dry_run and not arguments.due:
        raise ConfigurationError("--dry-run shows what --due would do; give both")
    if arguments.meeting and (arguments.due or arguments.as_of):
        raise ConfigurationError("--meeting draws a report that was made; leave the other out")
    if arguments.json and (arguments.due or arguments.resend or arguments.settled):
        raise ConfigurationError("--json prints a report; leave out what sends one")
    if arguments.resend and arguments.settled:
        raise ConfigurationError("--resend or --settled: it arrived or it didn't; take one")
    if arguments.dry_run and (arguments.resend or arguments.settled):
        raise ConfigurationError("--dry-run goes with --due alone")


def _template(name: str | None, directory: Path) -> BytesIO | None:
    """Find the organisation's own slides, and open them once before anything is made."""
    if name is None:
        return None
    from syncer.publish.slide_template import opened_template  # noqa: PLC0415 - slides alone

    return opened_template(directory / name, name)
