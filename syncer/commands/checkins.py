"""`okr-sync checkins`: what the teams said, with the numbers to take it back by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncer.checkin.taking import said_back
from syncer.review.status import instant

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context
    from syncer.core.records import CheckIn


def run(arguments: argparse.Namespace, context: Context) -> int:
    """List the check-ins, oldest first, also those that were taken back."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store:
        known = store.checkins(undone=True)
    if arguments.id is not None:
        ids = {checkin.subject.casefold() for checkin in known}
        subject = arguments.id.strip().casefold()
        if subject not in ids:
            subject = okrs.find(arguments.id).id.casefold()
        known = tuple(checkin for checkin in known if checkin.subject.casefold() == subject)
    if arguments.json:
        context.json({"check_ins": [_check_in(checkin) for checkin in known]})
        return 0
    for checkin in known:
        gone = f" (taken back {instant(checkin.undone_at)})" if checkin.undone_at else ""
        head = f"{checkin.number}  {instant(checkin.at)}  {checkin.subject}"
        context.say(f"{head}: {said_back(checkin)}{gone}")
    if not known:
        context.say("Nobody has checked in yet.")
    return 0


def _check_in(checkin: CheckIn) -> dict[str, Any]:
    return {
        "number": checkin.number,
        "id": checkin.subject,
        "at": instant(checkin.at),
        "confidence": checkin.confidence,
        "value": checkin.value,
        "note": checkin.note,
        "risk": checkin.risk,
        "ask": checkin.ask,
        "undone": checkin.undone_at and instant(checkin.undone_at),
    }
