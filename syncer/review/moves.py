"""What was put into okrs.yaml and taken out of it, with where it stood (rule 13)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncer.core.past import PUT_IN, TAKEN_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from syncer.core.records import Change
    from syncer.review.history import KrHistory


@dataclass(frozen=True, slots=True)
class Move:
    """A KR or an objective that was put in or taken out, and where it stood then.

    The counts are None for an objective, and for a KR that was never read.
    """

    id: str
    title: str
    at: datetime
    taken_out: bool
    done: int | None = None
    remaining: int | None = None
    dropped: int | None = None


def moves(
    histories: Iterable[KrHistory],
    of_objectives: Mapping[str, Iterable[Change]],
    since: datetime | None,
    now: datetime,
) -> tuple[Move, ...]:
    """Give what was put in and taken out after a moment, oldest first; all where it is None."""
    lines = [change for history in histories for change in history.changes]
    lines += [change for changes in of_objectives.values() for change in changes]
    moved = [
        _move(change)
        for change in lines
        if change.field in {PUT_IN, TAKEN_OUT}
        and change.at <= now
        and (since is None or change.at > since)
    ]
    return tuple(sorted(moved, key=lambda move: (move.at, move.id)))


def _move(change: Change) -> Move:
    taken_out = change.field == TAKEN_OUT
    stood: dict[str, Any] = json.loads(change.before if taken_out else change.after)
    counts = (stood.get(name) for name in ("done", "remaining", "dropped"))
    return Move(change.subject, str(stood.get("title", "")), change.at, taken_out, *counts)
