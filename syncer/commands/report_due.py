"""`okr-sync report --due`, `--resend`, `--settled`: what is due is made, and brought to people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from config.destinations import destinations as written_destinations
from connectors.errors import ConfigurationError, LockedError
from syncer.publish.calendars import read_calendars
from syncer.publish.due import DueReports, Preview, described
from syncer.publish.reminders import Reminders
from syncer.publish.rhythm import note_run
from syncer.publish.unsure import Settling, known_destination, lines, unsure_deliveries
from syncer.review.calendar import next_meeting

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import datetime

    from config.destinations import Destination
    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.publish.making import Files
    from syncer.store.store import Store

LOCK = "report"
"""The store's lock that keeps two runs of `--due` apart; a sync goes on beside it."""


def due(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings, files: Files
) -> int:
    """Do what was asked, once; 1 where something of it has to be tried again."""
    destinations = written_destinations(okrs, settings)
    name = arguments.resend or arguments.settled
    if name:
        known_destination(name, (destination.name for destination in destinations))
    elif not (okrs.review or okrs.reviews or any(d.settings.remind for d in destinations)):
        raise ConfigurationError("okrs.yaml has no review: block, so no report is ever due")
    dry, moment = arguments.dry_run, context.now()
    with context.store(settings, okrs.workspace, create=not dry) as store:
        if name:
            settling = Settling(store, okrs, context.clock, files)
            settle = partial(_settle, arguments, context, settling, destinations)
            return _locked(context, store, settle)
        known, problems = read_calendars(settings, context.clock, okrs, store, moment, keep=not dry)
        for problem in problems:
            context.warn(problem)
        if dry:
            _preview(context, known, store, files, destinations)
            return int(bool(problems))
        code = _locked(context, store, lambda: _deliver(context, known, store, files, destinations))
    return int(bool(problems)) or code


def _locked(context: Context, store: Store, work: Callable[[], list[str]]) -> int:
    """Do it where no other run does it too; tell its problems, and 1 where it had any."""
    try:
        with store.lock(LOCK):
            problems = work()
    except LockedError:
        context.news("another run is making what is due")
        return 0
    for text in problems:
        context.warn(text)
    return int(bool(problems))


def _settle(
    arguments: argparse.Namespace,
    context: Context,
    settling: Settling,
    destinations: tuple[Destination, ...],
) -> list[str]:
    """End a doubt about a destination as somebody says who has looked there."""
    if arguments.settled:
        settling.settle(arguments.settled)
    for destination in destinations:
        if destination.name == arguments.resend:
            settling.resend(destination)
    for text in settling.news:
        context.say(text)
    return settling.problems


def _deliver(
    context: Context, okrs: Okrs, store: Store, files: Files, destinations: tuple[Destination, ...]
) -> list[str]:
    """Make, deliver and remind, and say so; give what went wrong.

    What was unsure before stays in sight, and is no new problem.
    """
    note_run(store, context.now())
    for text in lines(unsure_deliveries(store, context.now())):
        context.warn(text)
    reports = DueReports(store, okrs, context.clock, files, destinations, uuid4().hex)
    reports.run()
    reminders = Reminders(store, okrs, context.clock, destinations)
    reminders.run()
    news = [*map(str, reports.paths), *reports.news, *reminders.news]
    problems = [*reports.problems, *reminders.problems]
    for text in news or ([] if problems else ["no report is due"]):
        context.news(text)
    return problems


def _preview(
    context: Context, okrs: Okrs, store: Store, files: Files, destinations: tuple[Destination, ...]
) -> None:
    shown = Preview(store, okrs, files, destinations).lines(context.now())
    for destination, letter in Reminders(store, okrs, context.clock, destinations).waiting():
        shown.append(f"would remind by {described(destination)}:")
        shown += [f"  | {line}".rstrip() for line in letter.text.splitlines()]
    for line in shown or _coming(okrs, context.now()):
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
