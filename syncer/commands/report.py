"""`okr-sync report`: the report for the review meeting."""

from __future__ import annotations

import json
import random
from datetime import datetime, time, timedelta
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from connectors.errors import ConfigurationError
from syncer.histories import histories
from syncer.review.calendar import due
from syncer.review.writing import brief

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from pathlib import Path

    from config.okrs import Okrs
    from syncer.review.briefing import Briefing
    from syncer.store.store import Store
    from syncer.world import World

FORMATS = {"html": "syncer.report.html:html"}
MEMORY = "review reports"
"""Under this name the store remembers which meetings have their report."""


def run(arguments: argparse.Namespace, world: World) -> int:
    """Make the report, or with `--due` see whether one is to be made."""
    formats = _formats(arguments.format)
    okrs, settings = world.configured(arguments)
    now = world.now()
    if arguments.due and arguments.as_of:
        raise ConfigurationError(
            "--due is about the next meeting, --as-of about the past; take one"
        )
    moment = _moment(arguments.as_of, okrs, now) if arguments.as_of else now
    if arguments.due and okrs.review is None:
        raise ConfigurationError("okrs.yaml has no review: block, so no report is ever due")
    with world.store(settings, create=arguments.due) as store:
        meeting = _open_meeting(store, okrs, now) if arguments.due else None
        if arguments.due and meeting is None:
            world.say("no report is due")
            return 0
        paths = _make(_briefing(store, okrs, moment), formats, world.directory / arguments.out)
        if meeting is not None:
            names = json.dumps([path.name for path in paths])
            store.remember(MEMORY, meeting.isoformat(), names, now)
    for path in paths:
        world.say(str(path))
    return 0


def _open_meeting(store: Store, okrs: Okrs, now: datetime) -> datetime | None:
    """The meeting whose report is due and not yet made; None where there is none."""
    meeting = due(okrs.review, now) if okrs.review else None
    if meeting is None or meeting.isoformat() in store.recall(MEMORY):
        return None
    return meeting


def _briefing(store: Store, okrs: Okrs, moment: datetime) -> Briefing:
    ids = {one.id for one in okrs.objectives}
    checkins, changes = store.checkins(), store.changes()
    return brief(
        okrs,
        histories(store, okrs, cards=True),
        moment,
        dice=random.Random,
        checkins={one: [said for said in checkins if said.subject == one] for one in ids},
        changes={one: [change for change in changes if change.subject == one] for one in ids},
    )


def _make(briefing: Briefing, formats: Iterable[str], folder: Path) -> list[Path]:
    """Write each format whole or not at all; a reader never sees half a file."""
    day = (briefing.meeting or briefing.made_at).astimezone(ZoneInfo(briefing.timezone)).date()
    folder.mkdir(parents=True, exist_ok=True)
    out = []
    for name in formats:
        module, _, function = FORMATS[name].partition(":")
        drawn = getattr(import_module(module), function)(briefing)
        path = folder / f"review-{day}.{name}"
        part = path.with_suffix(path.suffix + ".part")
        part.write_bytes(drawn.encode() if isinstance(drawn, str) else drawn)
        part.replace(path)
        out.append(path)
    return out


def _formats(text: str) -> list[str]:
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        known = ", ".join(FORMATS)
        raise ConfigurationError(f"--format {text}: there is {known}, one or several by commas")
    return list(dict.fromkeys(names))


def _moment(text: str, okrs: Okrs, now: datetime) -> datetime:
    """A day means its end, or now on the present day; a time without zone is the review's."""
    zone = ZoneInfo(okrs.review.timezone if okrs.review else "UTC")
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
