"""`okr-sync report`: the report for the review meeting."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from connectors.errors import ConfigurationError, LockedError
from syncer.publish.making import Files, briefing_of, stem
from syncer.report.formats import FORMATS
from syncer.review.calendar import day, next_meeting

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from config.destinations import Destination
    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.store.store import Store

LOCK = "report"
"""The store's lock that keeps two runs of `--due` apart; a sync goes on beside it."""


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Make the report, or with `--due` see whether one is to be made."""
    template = _template(arguments.template, context.directory)
    formats = _formats(arguments.format)
    _refuse_mixtures(arguments)
    okrs, settings = context.configured(arguments)
    files = Files(okrs.folder / arguments.out, formats, template)
    if arguments.due:
        return _due(arguments, context, okrs, settings, files)
    now, team = context.now(), arguments.team and okrs.find_team(arguments.team)
    moment = _moment(arguments.as_of, okrs, now) if arguments.as_of else now
    with context.store(settings, okrs.workspace, create=False) as store:
        known = _calendars(context, settings, okrs, store, moment, keep=False)[0]
        briefing = briefing_of(store, known, moment, team)
    at, review = briefing.meeting or briefing.made_at, known.review_of(team)
    date = day(review, at) if review else at.date()
    past = f"-as-of-{datetime.fromisoformat(arguments.as_of).date()}" if arguments.as_of else ""
    for path in files.write(briefing, stem(date, team, okrs.reviews) + past):
        context.say(str(path))
    return 0


def _due(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings, files: Files
) -> int:
    """Make and deliver what is due, once; 1 where something of it has to be tried again."""
    from config.destinations import destinations as written_destinations  # noqa: PLC0415 - only what is due goes anywhere

    destinations = written_destinations(okrs, settings)
    dry = arguments.dry_run
    if not (
        okrs.review
        or okrs.reviews
        or any(destination.settings.remind for destination in destinations)
    ):
        raise ConfigurationError("okrs.yaml has no review: block, so no report is ever due")
    with context.store(settings, okrs.workspace, create=not dry) as store:
        known, problems = _calendars(context, settings, okrs, store, context.now(), keep=not dry)
        if dry:
            _preview(context, known, store, files, destinations)
            return int(bool(problems))
        try:
            with store.lock(LOCK):
                more = _deliver(context, known, store, files, destinations)
        except LockedError:
            context.say("another run is making what is due")
            return 0
    for text in more:
        context.warn(text)
    return int(bool([*problems, *more]))


def _deliver(
    context: Context, okrs: Okrs, store: Store, files: Files, destinations: tuple[Destination, ...]
) -> list[str]:
    """Make, deliver and remind, and say so; give what went wrong."""
    from uuid import uuid4  # noqa: PLC0415 - as above

    from syncer.publish.due import DueReports  # noqa: PLC0415 - as above
    from syncer.publish.reminders import Reminders  # noqa: PLC0415 - as above

    reports = DueReports(store, okrs, context.clock, files, destinations, uuid4().hex)
    reports.run()
    reminders = Reminders(store, okrs, context.clock, destinations)
    reminders.run()
    news = [*map(str, reports.paths), *reports.news, *reminders.news]
    problems = [*reports.problems, *reminders.problems]
    for text in news or ([] if problems else ["no report is due"]):
        context.say(text)
    return problems


def _preview(
    context: Context, okrs: Okrs, store: Store, files: Files, destinations: tuple[Destination, ...]
) -> None:
    from syncer.publish.due import Preview, described  # noqa: PLC0415 - as above
    from syncer.publish.reminders import Reminders  # noqa: PLC0415 - as above

    lines = Preview(store, okrs, files, destinations).lines(context.now())
    for destination, letter in Reminders(store, okrs, context.clock, destinations).waiting():
        lines.append(f"would remind by {described(destination)}:")
        lines += [f"  | {line}".rstrip() for line in letter.text.splitlines()]
    for line in lines or _coming(okrs, context.now()):
        context.say(line)


def _coming(okrs: Okrs, now: datetime) -> list[str]:
    """Say when the next report will be made."""
    lines = ["no report is due"]
    for team in (None, *okrs.reviews):
        review = okrs.review_of(team)
        meeting = next_meeting(review, now) if review else None
        if review is not None and meeting is not None:
            made = meeting - review.prepare
            whose = f"{team}'s" if team else "the"
            lines.append(
                f"{whose} next review is on {meeting:%Y-%m-%d %H:%M} UTC, "
                f"its report is made from {made:%Y-%m-%d %H:%M} UTC on"
            )
    return lines


def _calendars(
    context: Context, settings: Settings, okrs: Okrs, store: Store, moment: datetime, *, keep: bool
) -> tuple[Okrs, list[str]]:
    """Give the file with the meetings of its calendars, and what couldn't be read, said too."""
    if not any(review and review.event for review in (okrs.review, *okrs.reviews.values())):
        return okrs, []
    from syncer.publish.calendars import Calendars  # noqa: PLC0415 - as above

    calendars = Calendars(settings, okrs.folder, context.clock)
    known = calendars.read(okrs, store, moment, keep=keep)
    for problem in calendars.problems:
        context.warn(problem)
    return known, calendars.problems


def _refuse_mixtures(arguments: argparse.Namespace) -> None:
    if arguments.due and arguments.as_of:
        raise ConfigurationError(
            "--due is about the next meeting, --as-of about the past; take one"
        )
    if arguments.due and arguments.team:
        raise ConfigurationError("--due makes every team's report; leave --team out")
    if arguments.dry_run and not arguments.due:
        raise ConfigurationError("--dry-run shows what --due would do; give both")


def _template(name: str | None, directory: Path) -> Path | None:
    """Find the organisation's own slides, and open them once before anything is made."""
    if name is None:
        return None
    from pptx import Presentation  # noqa: PLC0415 - only a template needs it here
    from pptx.exc import PackageNotFoundError  # noqa: PLC0415 - as above

    path = directory / name
    try:
        Presentation(path)
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise ConfigurationError(f"--template {name}: there is no such .pptx file") from error
    return path


def _formats(text: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        known = ", ".join(FORMATS)
        raise ConfigurationError(f"--format {text}: there is {known}, one or several by commas")
    return tuple(dict.fromkeys(names))


def _moment(text: str, okrs: Okrs, now: datetime) -> datetime:
    """A day means its end, or now on the present day; a time without zone is the review's."""
    zone = okrs.timezone()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigurationError(
            f"--as-of {text}: give a day (2026-11-19) or a moment (2026-11-19T10:00)"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if len(text.strip()) <= len("2026-11-19"):
        start = datetime.combine(moment.date(), time.min, zone)
        moment = min(start + timedelta(days=1), now) if start <= now else start
    if moment > now:
        raise ConfigurationError(f"--as-of {text}: that is in the future")
    return moment
