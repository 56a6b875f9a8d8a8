"""Takes our last write back, where the tool can and nobody wrote over it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from connectors.errors import SourceError
from syncer.core.outbox import PushResult, TargetState, TargetStatus
from syncer.core.push import PushVerdict, plain_number, same
from syncer.push.answer import guarded, number_write

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.okr_tool import OkrStore, ToolNumber
    from syncer.core.outbox import OutboxWrite
    from syncer.store.store import Store

TAKEN_BACK = "taken back; it is written again when the number changes"


def take_back(
    store: Store,
    tool: OkrStore | SourceError,
    clock: Clock,
    write: OutboxWrite,
    shown: ToolNumber | SourceError | None,
    *,
    dry: bool,
) -> PushResult:
    """Take one write back, and note that it isn't to be written again; tell where it can't be."""
    problem = _hindrance(tool, write, shown)
    if problem is None and not dry and not isinstance(tool, SourceError):
        answer = guarded(write.target.store, partial(tool.take_back, number_write(write)))
        problem = str(answer) if isinstance(answer, SourceError) else None
    if problem is not None:
        return PushResult(write.target, PushVerdict.REFUSE, None, problem, failed=True)
    status = TargetStatus(TargetState.HELD, write.value, clock.now(), TAKEN_BACK, write.sent)
    before = "nothing" if write.before is None else plain_number(write.before)
    text = f"took {plain_number(write.value)} back; it shows {before}"
    if dry:
        text = f"would take {plain_number(write.value)} back, to {before}"
    else:
        store.note_push(write.target, status, gone=[write])
    return PushResult(write.target, PushVerdict.NOTHING, status, text)


def _hindrance(
    tool: OkrStore | SourceError, write: OutboxWrite, shown: ToolNumber | SourceError | None
) -> str | None:
    """Say why a write can't be taken back; None where it can be tried."""
    if isinstance(tool, SourceError):
        return str(tool)
    if not tool.can.takes_back:
        return f"{tool.name} can't take a write back; change it there by hand"
    if isinstance(shown, SourceError):
        return str(shown)
    if shown is not None and not same(shown.value, write.value):
        there = "nothing" if shown.value is None else plain_number(shown.value)
        return f"it shows {there} there, not our {plain_number(write.value)}; nothing is taken back"
    return None
