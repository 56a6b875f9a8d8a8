"""Carries the numbers to the OKR tools: read, decide, note, write, note again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from connectors.errors import SourceError
from connectors.store_kinds import open_okr_store
from syncer.core.outbox import WriteState, our_writes
from syncer.core.push import decide_push, same
from syncer.push.answer import guarded, read_each
from syncer.push.back import take_back
from syncer.push.target import TargetPush

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from connectors.clock import Clock
    from connectors.okr_tool import OkrStore, StoreAccess, ToolNumber
    from syncer.core.outbox import OutboxWrite, PushResult, TargetStatus, WriteTarget
    from syncer.push.numbers import PushNumber
    from syncer.store.store import Store

    Readings = Mapping[str, ToolNumber | SourceError]


def open_tools(
    access: Mapping[str, StoreAccess], clock: Clock, patience: float
) -> dict[str, OkrStore | SourceError]:
    """Open all tools; an adapter that can't even be made is its own store's failure."""
    return {
        name: guarded(name, partial(open_okr_store, way, clock, patience))
        for name, way in access.items()
    }


@dataclass
class Pusher:
    """One run's way to the tools; the caller holds the store's lock, unless it is `dry`.

    `approving` are the stores whose writes wait for a person; `approved`: one lets go.
    """

    store: Store
    tools: Mapping[str, OkrStore | SourceError]
    clock: Clock
    approving: Collection[str] = ()
    approved: bool = False
    dry: bool = False

    def push(self, numbers: Sequence[PushNumber]) -> tuple[PushResult, ...]:
        """Decide on each number, and carry it out; one tool's failure is no other's."""
        readings = read_tools(self.tools, {number.target for number in numbers})
        writes, statuses = self.store.outbox_writes(), self.store.target_statuses()
        return tuple(
            self._push_one(
                number,
                writes.get(number.target, ()),
                statuses.get(number.target),
                reading_of(number.target, readings),
            )
            for number in numbers
        )

    def take_back(self, targets: Collection[WriteTarget]) -> tuple[PushResult, ...]:
        """Take the last write of each back, where its tool can and nobody wrote over it.

        Where that is taken back already, the one before it stays.
        """
        statuses = self.store.target_statuses()
        undone = {target for target, status in statuses.items() if status.undone}
        arrived = {
            target: [write for write in writes if write.state is WriteState.WRITTEN]
            for target, writes in self.store.outbox_writes().items()
            if target in targets and target not in undone and target.store in self.tools
        }
        readings = read_tools(self.tools, {target for target, writes in arrived.items() if writes})
        return tuple(
            take_back(
                self.store,
                self.tools[target.store],
                self.clock,
                writes[-1],
                reading_of(target, readings),
                dry=self.dry,
            )
            for target, writes in arrived.items()
            if writes
        )

    def _push_one(
        self,
        number: PushNumber,
        writes: tuple[OutboxWrite, ...],
        status: TargetStatus | None,
        shown: ToolNumber | SourceError | None,
    ) -> PushResult:
        target, outgoing = number.target, number.outgoing
        unsent = [write for write in writes if write.state is not WriteState.WRITTEN]
        approved = self.approved or any(
            write.approved and same(write.value, outgoing.value) for write in unsent
        )
        decision = decide_push(
            outgoing,
            our_writes(writes, outgoing.start, status.undone if status else None),
            shown,
            approve=target.store in self.approving,
            approved=approved,
        )
        return TargetPush(
            store=self.store,
            tool=self.tools[target.store],
            clock=self.clock,
            number=number,
            writes=writes,
            status=status,
            shown=shown,
            decision=decision,
            approved=approved,
            draft=target.store in self.approving and not approved,
            dry=self.dry,
        ).carry_out()


def read_tools(
    tools: Mapping[str, OkrStore | SourceError], targets: Collection[WriteTarget]
) -> dict[str, Readings | SourceError]:
    """Read all tools side by side, each whole; one that can't be read gives nothing."""
    ids: dict[str, list[str]] = {}
    for target in sorted(targets):
        ids.setdefault(target.store, []).append(target.tool_id)

    def read(name: str) -> Readings | SourceError:
        tool = tools[name]
        if isinstance(tool, SourceError):
            return tool
        return guarded(name, partial(read_each, name, tool, ids[name])) if tool.can.reads else {}

    with ThreadPoolExecutor(max(1, len(ids))) as threads:
        return dict(zip(ids, threads.map(read, ids), strict=True))


def reading_of(
    target: WriteTarget, readings: Mapping[str, Readings | SourceError]
) -> ToolNumber | SourceError | None:
    """Give what the tool said of one number; None where it can't be read."""
    reading = readings[target.store]
    return reading if isinstance(reading, SourceError) else reading.get(target.tool_id)


def failed(results: Collection[PushResult]) -> bool:
    """Whether some tool failed; what waits for a person is no failure."""
    return any(result.failed for result in results)
