"""`okr-sync status`: where every KR stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.documents.status import status_document, status_rows
from syncer.push.telling import standing_lines

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable
    from datetime import datetime, timedelta

    from syncer.context import Context
    from syncer.review.status import StatusRow
    from syncer.store.store import Store


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show the last whole state of the store; a sync may be under way."""
    if arguments.fleet:
        from syncer.commands.status_fleet import run as show_fleet  # noqa: PLC0415 - few have one

        return show_fleet(arguments, context)
    okrs, settings = context.configured(arguments)
    team = okrs.find_team(arguments.team) if arguments.team else None
    now = context.now()
    with context.store(settings, okrs.workspace, create=False) as store:
        rows = status_rows(store, okrs, now, team=team, period=arguments.period)
        standings = store.target_statuses()
        doubts = _doubts(store, context)
    if arguments.json:
        context.json(status_document(okrs, rows, standings))
    else:
        from syncer.report.terminal import status_table  # noqa: PLC0415 - JSON needs no tables

        console = context.console()
        console.print(status_table(rows, console.width, now))
        for line in standing_lines(okrs, standings):
            context.say(line)
    for text in doubts:
        (context.warn if arguments.json else context.say)(text)
    return int(arguments.fail_stale is not None and _any_older(rows, now, arguments.fail_stale))


def _any_older(rows: Iterable[StatusRow], now: datetime, limit: timedelta) -> bool:
    """Tell whether a number of a KR that isn't closed is older than a limit, or was never read."""
    open_ = [row for row in rows if not row.closed]
    return any(row.synced_at is None or now - row.synced_at > limit for row in open_)


def _doubts(store: Store, context: Context) -> list[str]:
    """Say what was sent and may not have arrived; mostly nothing."""
    if not store.unsure_deliveries():
        return []
    from syncer.publish.unsure import lines, unsure_deliveries  # noqa: PLC0415 - rarely needed

    return list(lines(unsure_deliveries(store, context.now())))
