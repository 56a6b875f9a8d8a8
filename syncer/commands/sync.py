"""`okr-sync sync`: the main job."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

from config.access import access
from connectors.errors import SourceError
from syncer.core.plan import plan
from syncer.core.records import Event, Fail, Keep, Refuse, Write
from syncer.push.telling import push_json, push_line
from syncer.review.status import instant
from syncer.run import SyncResult, sync

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from config.okrs import Okrs
    from config.settings import Settings
    from syncer.context import Context
    from syncer.core.records import Decision, Progress
    from syncer.push.job import PushJob
    from syncer.store.store import Store


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Read the boards, decide on every KR, and write what is sure."""
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
    else:
        _tell(result, context, dry=dry)
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
        "key_results": [_decided(one, result) for one in result.decisions],
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
    progress, remark = _progress(decision, result), _remark(decision)
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


def _remark(decision: Decision) -> str:
    """Say what should be known of a reading; mostly nothing."""
    remarks = decision.remarks.values() if isinstance(decision, Write | Keep) else ()
    return "; ".join(filter(None, remarks))


def _progress(decision: Decision, result: SyncResult) -> Progress | None:
    """The KR's progress after the decision; None for one that has none."""
    if isinstance(decision, Write) and decision.reading:
        return decision.reading.progress
    before = result.before[decision.kr].reading
    return before.progress if before else None


WORDS: dict[type[Decision], str] = {
    Write: "written",
    Keep: "unchanged",
    Refuse: "refused",
    Fail: "failed",
}


def _tell(result: SyncResult, context: Context, *, dry: bool) -> None:
    for decision in result.decisions:
        context.say(_line(decision, result, dry=dry))
    for push in result.pushes:
        context.say(push_line(push))
    for name, traffic in result.traffic.items():
        waited = f", waited {traffic.waited:.0f} s" if traffic.waited else ""
        context.say(
            f"{name}: {traffic.requests} requests, {traffic.received / 1024:.0f} kB{waited}"
        )


def _line(decision: Decision, result: SyncResult, *, dry: bool) -> str:
    if isinstance(decision, Refuse | Fail):
        return f"{decision.kr}: kept the old number. {decision.problem}"
    progress = _progress(decision, result)
    counts = f"{progress.done} done, {progress.remaining} remaining" if progress else "no cards"
    remark = f". {_remark(decision)}" if _remark(decision) else ""
    if isinstance(decision, Keep):
        return f"{decision.kr}: {counts}, unchanged{remark}"
    seen = [entry.event for entry in decision.entries if not entry.rebuilt]
    changes = [f"{seen.count(event)} {event}" for event in Event if event in seen]
    return (
        f"{decision.kr}: {counts}"
        + (f" ({', '.join(changes)})" if changes else "")
        + (" - not written" if dry else "")
        + remark
    )
