"""`okr-sync checkin`: what a team says of a KR or an objective."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.core.records import CheckIn

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.store.store import Store


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Add a check-in, a file of them, or a team's week; what was said before stays."""
    okrs, settings = context.configured(arguments)
    _refuse_mixtures(arguments, context)
    if arguments.file is not None:
        return _import(arguments, context, okrs, settings)
    if arguments.id is None:
        from syncer.checkin.scoring import score_the_week  # noqa: PLC0415 - on demand

        team = arguments.team and okrs.find_team(arguments.team)
        with _defined(context, okrs, settings) as store:
            return score_the_week(context, okrs, store, team)
    return _one(arguments, context, okrs, settings)


@contextmanager
def _defined(context: Context, okrs: Okrs, settings: Settings) -> Iterator[Store]:
    """Open the store, once it knows what the file aims for."""
    with context.store(settings, okrs.workspace) as store:
        store.refuse_other_file(context.directory / settings.okrs)
        store.define(okrs, context.now())
        yield store


def _import(arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings) -> int:
    """Take a file whole, or nothing of it; taken again it adds nothing."""
    from syncer.checkin.csv_file import add, read  # noqa: PLC0415 - on demand

    checkins = read(context.directory / arguments.file, arguments.file, okrs, context.now())
    with _defined(context, okrs, settings) as store:
        added = add(store, checkins, arguments.file)
    known = f", {len(checkins) - added} were known" if added < len(checkins) else ""
    context.say(f"recorded {added} check-in{'' if added == 1 else 's'}{known}")
    return 0


def _one(arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings) -> int:
    """Record what the command line says of one KR or objective."""
    subject = okrs.find(arguments.id).id
    checkin = CheckIn(
        subject=subject,
        at=context.now(),
        confidence=arguments.confidence,
        value=arguments.value,
        note=arguments.note.strip(),
        risk=arguments.risk.strip(),
        ask=arguments.ask.strip(),
    )
    if checkin == CheckIn(subject, checkin.at):
        raise ConfigurationError(
            "nothing to record: give --confidence, --value, --note, --risk or --ask"
        )
    with _defined(context, okrs, settings) as store:
        store.add_checkin(checkin)
    context.say(f"recorded for {subject}")
    return 0


def _refuse_mixtures(arguments: argparse.Namespace, context: Context) -> None:
    words = (arguments.note, arguments.risk, arguments.ask)
    scored = any(words) or (arguments.confidence, arguments.value) != (None, None)
    if arguments.file is not None and (scored or arguments.id or arguments.team):
        raise ConfigurationError("--from takes all from the file; leave the rest out")
    if arguments.team and (scored or arguments.id):
        raise ConfigurationError("--team goes through a team's KRs; leave the rest out")
    if arguments.id is not None or arguments.file is not None:
        return
    if scored:
        raise ConfigurationError("say of which KR or objective: give its id")
    if context.stdin is None or not context.stdin.isatty():
        raise ConfigurationError(
            "give the id of a KR or an objective, or --from FILE.csv; only a terminal can be asked"
        )
