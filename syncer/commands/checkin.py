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


STDIN = "-"


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Add a check-in, a file of them, or a team's week; what was said before stays."""
    okrs, settings = context.configured(arguments)
    _refuse_mixtures(arguments, context)
    if arguments.undo is not None:
        return _undo(arguments.undo, context, okrs, settings)
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
    from syncer.checkin.csv_file import add, read, text_of  # noqa: PLC0415 - on demand

    name = "stdin" if arguments.file == STDIN else arguments.file
    text = _piped(context) if arguments.file == STDIN else text_of(context.directory / name, name)
    checkins = read(text, name, okrs, context.now(), anyway=arguments.anyway)
    with _defined(context, okrs, settings) as store:
        added = add(store, checkins, name)
    known = f", {len(checkins) - added} were known" if added < len(checkins) else ""
    context.say(f"recorded {added} check-in{'' if added == 1 else 's'}{known}")
    return 0


def _piped(context: Context) -> str:
    """Read all of stdin; there is none where nothing is piped in and nobody types."""
    if context.stdin is None:
        raise ConfigurationError("--from - reads stdin, and there is none")
    try:
        return context.stdin.read().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ConfigurationError("stdin isn't UTF-8; send it as CSV UTF-8") from error


def _undo(number: int, context: Context, okrs: Okrs, settings: Settings) -> int:
    """Take a check-in back; the store goes on knowing that it was there."""
    from syncer.checkin.taking import said_back  # noqa: PLC0415 - on demand

    with context.store(settings, okrs.workspace) as store:
        store.refuse_other_file(context.directory / settings.okrs)
        checkin = store.undo_checkin(number, context.now())
    if checkin is None:
        raise ConfigurationError(
            f"no check-in has the number {number}, or it was taken back; see okr-sync checkins"
        )
    context.say(f"taken back for {checkin.subject}: {said_back(checkin)}")
    return 0


def _one(arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings) -> int:
    """Record what the command line says of one KR or objective, and say it back."""
    from syncer.checkin.taking import check_taken, said_back  # noqa: PLC0415 - on demand

    subject, now = okrs.find(arguments.id).id, context.now()
    checkin = CheckIn(
        subject=subject,
        at=now,
        entered_at=now,
        confidence=arguments.confidence,
        value=arguments.value,
        note=arguments.note.strip(),
        risk=arguments.risk.strip(),
        ask=arguments.ask.strip(),
        answered=arguments.answered,
    )
    if checkin == CheckIn(subject, checkin.at):
        raise ConfigurationError(
            "nothing to record: give --confidence, --value, --note, --risk, --ask or --answered"
        )
    check_taken(okrs, checkin, now)
    _ask_about_far_off(arguments, context, okrs, checkin)
    with _defined(context, okrs, settings) as store:
        if checkin.answered and not _has_asked(store.checkins(subject)):
            raise ConfigurationError(f"{subject} has no open ask that could be answered")
        number = store.add_checkin(checkin)
    context.say(f"recorded for {subject}: {said_back(checkin)}")
    context.say(f"It is number {number}; okr-sync checkin --undo {number} takes it back")
    return 0


def _has_asked(checkins: tuple[CheckIn, ...]) -> bool:
    answered = max((n for n, c in enumerate(checkins) if c.answered), default=-1)
    return any(checkin.ask for checkin in checkins[answered + 1 :])


def _ask_about_far_off(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, checkin: CheckIn
) -> None:
    """Ask about a number far off its way, or refuse it where nobody can be asked."""
    from syncer.checkin.scoring import ask  # noqa: PLC0415 - on demand
    from syncer.checkin.taking import far_off, metric_of  # noqa: PLC0415 - on demand

    doubt = far_off(metric_of(okrs, checkin.subject), checkin.value)
    if doubt is None or arguments.anyway:
        return
    if context.stdin is None or not context.stdin.isatty():
        raise ConfigurationError(f"{doubt}; give --anyway if it is right")
    if not ask(context, f"{doubt}. Is it right? [y/N] ").casefold().startswith("y"):
        raise ConfigurationError("nothing was recorded")


def _refuse_mixtures(arguments: argparse.Namespace, context: Context) -> None:
    words = (arguments.note, arguments.risk, arguments.ask, arguments.answered)
    scored = any(words) or (arguments.confidence, arguments.value) != (None, None)
    if arguments.undo is not None and (scored or arguments.id or arguments.team or arguments.file):
        raise ConfigurationError("--undo takes one check-in back; leave the rest out")
    if arguments.undo is not None:
        return
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
