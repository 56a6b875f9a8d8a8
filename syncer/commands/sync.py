"""`okr-sync sync`: the main job."""

from __future__ import annotations

import logging
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from config.access import access
from connectors.errors import SourceError
from syncer.commands.sync_lines import problems, progress_after, remark_on, tell
from syncer.core.plan import plan
from syncer.core.records import Fail, Keep, Refuse, Write
from syncer.heap import give_back_large_pieces
from syncer.push.telling import push_json
from syncer.review.status import instant
from syncer.run import SyncResult, sync

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.core.records import Decision
    from syncer.push.job import PushJob
    from syncer.store.store import Store


log = logging.getLogger(__name__)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Read the boards, decide on every KR, and write what is sure."""
    give_back_large_pieces()
    okrs, settings = context.configured(arguments)
    planned = plan(okrs, source=arguments.source, kr=arguments.kr, full=arguments.full)
    ways = access(okrs, settings, only=planned.asks)
    dry = arguments.dry_run
    job = _push_job(arguments, context, okrs, settings)
    with progress_bars(arguments, context) as progressed:
        result = sync(
            planned,
            okrs,
            ways,
            _opening(context, okrs, settings, dry=dry, new=arguments.new_store),
            context.clock,
            patience=arguments.patience,
            progressed=progressed,
            force=arguments.force,
            dry=dry,
            push=partial(job.after, dry=dry) if job else None,
            claim=partial(_claim, context, settings),
        )
    if arguments.json:
        context.json(as_json(result))
        for line in () if dry else problems(result):
            log.warning("%s", line)
    else:
        tell(result, context, dry=dry)
    return result.exit_code


def _push_job(
    arguments: argparse.Namespace, context: Context, okrs: Okrs, settings: Settings
) -> PushJob | None:
    """Give what there is to push; None where no number goes to an OKR tool."""
    if not any(kr.write_to for _, kr in okrs.key_results()):
        return None
    from syncer.push.job import PushJob  # noqa: PLC0415 - what it needs most files don't

    return PushJob.of(okrs, settings, context.clock, arguments.patience, kr=arguments.kr)


@contextmanager
def _opening(
    context: Context, okrs: Okrs, settings: Settings, *, dry: bool, new: bool
) -> Iterator[Store]:
    """Open the store, and keep other runs out if anything is to be written."""
    file = context.directory / settings.okrs
    with (
        context.store(settings, okrs.workspace, create=not dry, new=new) as store,
        nullcontext() if dry else store.lock(),
    ):
        store.refuse_other_file(file)
        yield store


def _claim(context: Context, settings: Settings, store: Store) -> None:
    store.claim_workspace(context.directory / settings.okrs, context.now())


@contextmanager
def progress_bars(
    arguments: argparse.Namespace, context: Context
) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each source on a terminal, silence elsewhere."""
    if not context.err.isatty() or arguments.log_format == "json":
        yield lambda *_: None
        return
    from rich.progress import Progress as Bars  # noqa: PLC0415 - cron has no terminal

    with Bars(console=context.console(context.err), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def progressed(source: str, done: int, total: int) -> None:
            task = tasks.setdefault(source, None) or bars.add_task(source)
            tasks[source] = task
            bars.update(task, completed=done, total=total)

        yield progressed


def as_json(result: SyncResult) -> dict[str, Any]:
    """What a run did, for programs."""
    return {
        "at": instant(result.at),
        "key_results": [_decided(decision, result) for decision in result.decisions],
        "sources": [
            {
                "name": name,
                "problem": str(answer) if isinstance(answer, SourceError) else None,
                "requests": result.traffic[name].requests,
                "received": result.traffic[name].received,
                "waited": round(result.traffic[name].waited, 1),
            }
            for name, answer in result.answers.items()
        ],
        "stores": [push_json(push) for push in result.pushes],
    }


def _decided(decision: Decision, result: SyncResult) -> dict[str, Any]:
    progress, remark = progress_after(decision, result), remark_on(decision)
    return {
        "id": decision.kr,
        "decision": WORDS[type(decision)],
        "done": progress and progress.done,
        "remaining": progress and progress.remaining,
        "dropped": progress and progress.dropped,
        "percent": progress and progress.percent,
        "problem": decision.problem if isinstance(decision, Refuse | Fail) else None,
        **({"remark": remark} if remark else {}),
    }


WORDS: dict[type[Decision], str] = {
    Write: "written",
    Keep: "unchanged",
    Refuse: "refused",
    Fail: "failed",
}
