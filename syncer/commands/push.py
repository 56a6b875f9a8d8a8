"""`okr-sync push`: the numbers that wait, to the OKR tools."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from syncer.push.job import PushJob
from syncer.push.telling import push_json, push_line

if TYPE_CHECKING:
    import argparse

    from syncer.context import Context


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Write what waits, or take back what was written; what waits for a person is said."""
    okrs, settings = context.configured(arguments)
    job = PushJob.of(
        okrs,
        settings,
        context.clock,
        arguments.patience,
        tool=arguments.store,
        kr=arguments.kr,
    )
    dry = arguments.dry_run
    with (
        context.store(settings, okrs.workspace, create=not dry) as store,
        nullcontext() if dry else store.lock(),
    ):
        store.refuse_other_file(context.directory / settings.okrs)
        if arguments.undo:
            results = job.take_back(store, dry=dry)
        else:
            results = job.push(store, approved=arguments.approve, dry=dry)
    if arguments.json:
        context.json({"stores": [push_json(result) for result in results]})
    for result in () if arguments.json else results:
        context.say(push_line(result))
    if not results and not arguments.json:
        nothing = "nothing of ours to take back" if arguments.undo else "no number goes to a tool"
        context.say(nothing)
    return int(any(result.failed for result in results))
