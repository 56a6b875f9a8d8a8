"""What is to go out to OKR tools, and where each number stands there; pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from syncer.core.push import OurWrites, PushVerdict, SentNumber

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from connectors.okr_tool import NumberKind

KEPT = 3
"""How many writes that arrived are kept of each number: one to take back, two to know again."""


class WriteState(StrEnum):
    """How far a write is; what is `SENDING` may have arrived."""

    DRAFT = "draft"
    WAITING = "waiting"
    SENDING = "sending"
    WRITTEN = "written"


class TargetState(StrEnum):
    """Where a number stands in its tool, as `status` says it."""

    WRITTEN = "written"
    WAITING = "waiting"
    DRAFT = "draft"
    HELD = "held"
    REFUSED = "refused"


class WriteTarget(NamedTuple):
    """A key result, and the place in a tool that its number goes to."""

    kr: str
    store: str
    tool_id: str


@dataclass(frozen=True, slots=True)
class OutboxWrite:
    """One write: what it says, and how far it is.

    `key` is its own for good. `about` is what a webhook says of the key result.
    `approved`: a person let it go. `before` is what the tool showed when it was sent.
    """

    target: WriteTarget
    number: NumberKind
    value: float
    at: datetime
    day: str
    key: str
    state: WriteState
    light: str | None = None
    note: str = ""
    about: Mapping[str, object] = field(default_factory=dict)
    approved: bool = False
    tries: int = 0
    tried_at: datetime | None = None
    problem: str | None = None
    before: float | None = None
    receipt: str = ""

    @property
    def sent(self) -> SentNumber:
        """What it says, for comparing."""
        return SentNumber(self.value, self.light)


class TargetStatus(NamedTuple):
    """Where a number stands; `at` is when it came to stand so, `undone` what was taken back."""

    state: TargetState
    value: float | None
    at: datetime
    problem: str | None = None
    undone: SentNumber | None = None


class ToolStanding(NamedTuple):
    """Where a KR's number stands, or stood at a moment, in one place of an OKR tool."""

    store: str
    tool_id: str
    state: TargetState
    value: float | None
    at: datetime
    problem: str | None = None


class PushResult(NamedTuple):
    """What became of one number; `text` says it for people.

    `status` is None where nothing was ever to say. `failed`: a tool, or the key result in
    it, is at fault; what waits for a person is no failure.
    """

    target: WriteTarget
    verdict: PushVerdict
    status: TargetStatus | None
    text: str
    failed: bool = False


def tool_standings(
    statuses: Mapping[WriteTarget, TargetStatus],
    places: Mapping[str, Collection[tuple[str, str]]],
) -> dict[str, tuple[ToolStanding, ...]]:
    """Give by KR where its number stands; of one in `places` only there: (store, id)."""
    out: dict[str, tuple[ToolStanding, ...]] = {}
    for target, status in sorted(statuses.items()):
        kr, store, tool_id = target
        if kr not in places or (store, tool_id) in places[kr]:
            standing = ToolStanding(
                store, tool_id, status.state, status.value, status.at, status.problem
            )
            out[kr] = (*out.get(kr, ()), standing)
    return out


def write_key(target: WriteTarget, value: float, at: datetime, made_at: datetime) -> str:
    """Make the key that all repeats of one write have, and no other write."""
    parts = (*target, repr(value), at.isoformat(), made_at.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def our_writes(
    writes: Sequence[OutboxWrite], start: float | None, undone: SentNumber | None
) -> OurWrites:
    """Tell what we wrote, from a target's writes, oldest first.

    `start` is what a tool may show where nobody wrote: before a first write it was that.
    """
    arrived = [write for write in writes if write.state is WriteState.WRITTEN]
    last = writes.index(arrived[-1]) if arrived else -1
    unsure = [w.sent for w in writes[last + 1 :] if w.state is WriteState.SENDING]
    before = arrived[-2].value if len(arrived) > 1 else start
    return OurWrites(
        arrived[-1].sent if arrived else None, before if arrived else None, tuple(unsure), undone
    )


def superseded(writes: Iterable[OutboxWrite], day: str, *, dated: bool) -> tuple[OutboxWrite, ...]:
    """Give the writes not sent yet that a newer one of this day takes the place of.

    A tool that takes dated values gets those of the days before, too.
    """
    return tuple(
        write
        for write in writes
        if write.state in {WriteState.WAITING, WriteState.DRAFT} and (write.day == day or not dated)
    )


def outdated(writes: Iterable[OutboxWrite]) -> tuple[OutboxWrite, ...]:
    """Give the writes that need not be known any longer once the last of these has arrived."""
    every = list(writes)
    arrived = [write for write in every if write.state is WriteState.WRITTEN]
    kept = {write.key for write in arrived[-KEPT:]}
    return tuple(write for write in every if write.key not in kept)
