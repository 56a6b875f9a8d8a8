"""`okr-sync status`: where every KR stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncer.publish.calendars import as_known
from syncer.publish.histories import histories, last_reviews
from syncer.push.telling import stores_json
from syncer.review.attention import Viewpoint
from syncer.review.status import status_json, status_row

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Show the last whole state of the store; a sync may be under way."""
    okrs, settings = context.configured(arguments)
    with context.store(settings, okrs.workspace, create=False) as store:
        reviews = last_reviews(as_known(okrs, store), context.now())
        first = (
            None if None in reviews.values() else min(filter(None, reviews.values()), default=None)
        )
        rows = [
            status_row(one, Viewpoint(context.now(), reviews[one.objective.team]))
            for one in histories(store, okrs, since=first)
        ]
        tools = stores_json(okrs, store.target_statuses())
    if arguments.json:
        document = status_json(rows)
        for row in document["key_results"]:
            row["stores"] = tools[row["id"]]
        context.json(document)
    else:
        from syncer.report.terminal import status_table  # noqa: PLC0415 - JSON needs no tables

        console = context.console()
        console.print(status_table(rows, console.width, context.now()))
    return 0
