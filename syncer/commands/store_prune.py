"""`okr-sync store prune`: drops what no report needs any more, or shows what that would be."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

from connectors.errors import ConfigurationError
from syncer.commands.store_opening import existing, url_of
from syncer.report.text import counted
from syncer.review.calendar import last_meeting
from syncer.store.pruning import figures, prune_store

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from datetime import datetime

    from config.okrs import Okrs
    from syncer.context import Context
    from syncer.store.pruning import Pruned

KEPT = timedelta(days=180)
"""What is looked at where nobody says how much to keep: two quarters."""

LONGEST = 1000
"""Meetings of a calendar that are looked back over."""


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Prune all workspaces of the store where `--keep` says how much stays; else show it."""
    dry = arguments.keep is None or arguments.dry_run
    horizon = context.now() - (KEPT if arguments.keep is None else arguments.keep)
    meetings = _meetings(arguments, context, horizon)
    with (
        existing(url_of(arguments, context)) as store,
        nullcontext() if dry else store.lock_whole(),
    ):
        pruned = prune_store(store, horizon, meetings, dry=dry)
    if arguments.json:
        context.json(_document(pruned, horizon, dry=dry))
    else:
        _tell(context, pruned, horizon, dry=dry)
    return 0


def _meetings(
    arguments: argparse.Namespace, context: Context, horizon: datetime
) -> dict[str, list[datetime]]:
    """Give the past meetings that okrs.yaml knows of: somebody may ask for their reports."""
    try:
        okrs, _ = context.configured(arguments)
    except ConfigurationError:
        context.warn("okrs.yaml can't be read: only meetings whose reports are sealed are kept")
        return {}
    return {okrs.workspace: list(_past_meetings(okrs, horizon))}


def _past_meetings(okrs: Okrs, horizon: datetime) -> Iterator[datetime]:
    for team in (None, *okrs.reviews):
        review, at = okrs.review_of(team), horizon
        for _ in range(LONGEST if review else 0):
            meeting = last_meeting(review, at) if review else None
            if meeting is None:
                break
            yield meeting
            at = meeting - timedelta(seconds=1)


def _document(pruned: Pruned, horizon: datetime, *, dry: bool) -> dict[str, object]:
    return {
        "dry_run": dry,
        "horizon": horizon.isoformat(timespec="seconds"),
        "tables": {
            name: {"rows": rows, "dropped": dropped} for name, rows, dropped in figures(pruned)
        },
        "bytes": pruned.size,
        "bytes_after": pruned.size_after,
    }


def _tell(context: Context, pruned: Pruned, horizon: datetime, *, dry: bool) -> None:
    verb = "to drop" if dry else "dropped"
    for name, rows, dropped in figures(pruned):
        if dropped:
            context.say(f"{name}: {dropped} of {counted(rows, 'row')} {verb}")
    total = sum(pruned.dropped.values())
    context.say(f"{counted(total, 'row')} from before {horizon:%Y-%m-%d} {verb}")
    if dry:
        context.say(f"the store takes {_size(pruned.size)}; --keep 180d drops them")
    else:
        context.say(f"the store took {_size(pruned.size)}, and takes {_size(pruned.size_after)}")


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"
