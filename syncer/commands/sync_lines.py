"""What a sync tells people: a line for what changed, and one for the whole run."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.push import PushVerdict
from syncer.core.records import Event, Fail, Keep, Refuse, Write
from syncer.push.telling import push_line
from syncer.report.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connectors.throttle import Traffic
    from syncer.context import Context
    from syncer.core.outbox import PushResult
    from syncer.core.records import Decision, Progress
    from syncer.run import SyncResult

log = logging.getLogger(__name__)

WAITING = frozenset({PushVerdict.DRAFT, PushVerdict.HOLD})
"""What somebody has to let go."""

_MOST = 10
"""How many key results a line names that have one problem in common."""


def tell(result: SyncResult, context: Context, *, dry: bool) -> None:
    """Print what changed and the run's line; log what stayed, and warn of what went wrong.

    What a dry run would do is all that it is for: it prints everything.
    """
    for decision in result.decisions:
        line = _line(decision, result, dry=dry)
        if dry or _has_changed(decision):
            context.news(line)
        elif isinstance(decision, Write | Keep):
            log.info("%s", line)
    _tell_pushes(result, context, dry=dry)
    if not dry:
        for line in problems(result):
            log.warning("%s", line)
    context.news(_whole_run(result))


def _tell_pushes(result: SyncResult, context: Context, *, dry: bool) -> None:
    """Print what went to the OKR tools, and what waits there for somebody to let it go."""
    for push in result.pushes:
        if push.failed and not dry:
            log.warning("%s", push_line(push))
        elif dry or push.verdict in {PushVerdict.WRITE, *WAITING}:
            context.news(push_line(push))
        else:
            log.info("%s", push_line(push))


def problems(result: SyncResult) -> Iterator[str]:
    """Say each problem once, with the key results that keep their old number for it."""
    krs: dict[str, list[str]] = {}
    for decision in result.decisions:
        if isinstance(decision, Refuse | Fail):
            krs.setdefault(decision.problem, []).append(decision.kr)
    for problem, names in krs.items():
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        yield f"{', '.join(names[:_MOST])}{more}: kept the old number. {problem}"
    for answer in result.answers.values():
        # A source may fail that no open key result needs any more.
        if isinstance(answer, SourceError) and not any(str(answer) in problem for problem in krs):
            yield str(answer)


def progress_after(decision: Decision, result: SyncResult) -> Progress | None:
    """Give the KR's progress after the decision; None for one that has none."""
    if isinstance(decision, Write) and decision.reading:
        return decision.reading.progress
    before = result.before[decision.kr].reading
    return before.progress if before else None


def remark_on(decision: Decision) -> str:
    """Say what should be known of a reading; mostly nothing."""
    remarks = decision.remarks.values() if isinstance(decision, Write | Keep) else ()
    return "; ".join(filter(None, remarks))


def _has_changed(decision: Decision) -> bool:
    return isinstance(decision, Write)


def _line(decision: Decision, result: SyncResult, *, dry: bool) -> str:
    if isinstance(decision, Refuse | Fail):
        return f"{decision.kr}: keeps the old number. {decision.problem}"
    progress = progress_after(decision, result)
    counts = f"{progress.done} done, {progress.remaining} remaining" if progress else "no cards"
    remark = f". {remark_on(decision)}" if remark_on(decision) else ""
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


def _whole_run(result: SyncResult) -> str:
    """Sum the run up; it is all that a quiet one says."""
    parts = (
        (sum(map(_has_changed, result.decisions)), "changed"),
        (sum(isinstance(decision, Keep) for decision in result.decisions), "unchanged"),
        (sum(isinstance(d, Refuse | Fail) for d in result.decisions), "kept for a problem"),
        (_waiting(result.pushes), "waiting for a person"),
    )
    tallies = ", ".join(f"{count} {words}" for count, words in parts if count)
    asked = [_asked(name, traffic) for name, traffic in result.traffic.items()]
    return "; ".join([tallies or "no key result is open", *asked])


def _waiting(pushes: Iterable[PushResult]) -> int:
    """Count the numbers that an OKR tool gets once somebody lets them go."""
    return sum(push.verdict in WAITING for push in pushes)


def _asked(name: str, traffic: Traffic) -> str:
    waited = f", waited {traffic.waited:.0f} s" if traffic.waited else ""
    requests = counted(traffic.requests, "request")
    return f"{name}: {requests}, {traffic.received / 1024:.0f} kB{waited}"
