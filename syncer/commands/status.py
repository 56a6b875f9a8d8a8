"""`okr-sync status`: where every KR stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.documents.status import status_document, status_rows
from syncer.publish.calendars import as_known
from syncer.push.telling import standing_lines
from syncer.report.text import NBSP, age

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from datetime import datetime, timedelta

    from config.okrs import Okrs
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
        period = _period(arguments.period, okrs, store)
        rows = status_rows(store, as_known(okrs, store), now, team=team, period=period)
        standings = store.target_statuses()
        doubts = _doubts(store, context)
    if arguments.json:
        context.json(status_document(okrs, rows, standings))
    else:
        _draw(rows, context, now, narrowed=" in ".join(filter(None, (team, period))))
        shown = {row.id for row in rows}
        named = {target: status for target, status in standings.items() if target.kr in shown}
        for line in standing_lines(okrs, named):
            context.say(line)
    for text in doubts:
        (context.warn if arguments.json else context.say)(text)
    old = _older(rows, now, arguments.fail_stale) if arguments.fail_stale else []
    if old:
        context.warn(f"older than the age of --fail-stale: {', '.join(old)}")
    return int(bool(old))


def _draw(rows: Sequence[StatusRow], context: Context, now: datetime, *, narrowed: str) -> None:
    """Draw the table, or say what it was narrowed to where that leaves nothing."""
    from syncer.report.status_table import status_table  # noqa: PLC0415 - JSON needs no tables

    if narrowed and not rows:
        context.say(f"There is no key result of {narrowed}.")
        return
    console = context.console()
    console.print(status_table(rows, console.width, now))


def _period(name: str | None, okrs: Okrs, store: Store) -> str | None:
    """Spell a period as it is known, also of what left the file; refuse one that isn't."""
    if name is None:
        return None
    return okrs.find_period(name, [objective.period for objective in store.defined_objectives()])


def _older(rows: Iterable[StatusRow], now: datetime, limit: timedelta) -> list[str]:
    """Name the KRs whose period is on and whose number is older than a limit, or was never read."""
    return [
        f"{row.id} ({age(row.synced_at, now).replace(NBSP, ' ')})"
        for row in rows
        if row.light is not None and (row.synced_at is None or now - row.synced_at > limit)
    ]


def _doubts(store: Store, context: Context) -> list[str]:
    """Say what was sent and may not have arrived; mostly nothing."""
    if not store.unsure_deliveries():
        return []
    from syncer.publish.unsure import lines, unsure_deliveries  # noqa: PLC0415 - rarely needed

    return list(lines(unsure_deliveries(store, context.now())))
