"""What is known of a KR and how fresh it is: its last score and number, and when it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from syncer.core.records import CheckIn
    from syncer.review.history import KrHistory

NEVER_READ = "not read yet: run okr-sync sync"
NO_LINK = "no link: the file names no cards for it"


def confidence(checkins: Sequence[CheckIn]) -> int | None:
    """Tell the last confidence that the team gave, 0 to 10; None where it never did."""
    scores = (c.confidence for c in reversed(checkins) if c.confidence is not None)
    return next(scores, None)


def value(history: KrHistory) -> float | None:
    """Tell the KR's number as last told, by a check-in or by the file; None if never."""
    numbers = values(history)
    metric = history.key_result.metric
    if numbers:
        return numbers[-1][1]
    return None if metric is None else metric.current


def values(history: KrHistory) -> tuple[tuple[datetime, float], ...]:
    """Give every telling of the KR's number, by the file and by check-ins, oldest first."""
    stated = [(c.at, c.value) for c in history.checkins if c.value is not None]
    return tuple(sorted([*history.reported, *stated], key=lambda stated: stated[0]))


def synced_at(history: KrHistory) -> datetime | None:
    """Tell when all of the KR's sources had last been read whole; None if one never was."""
    sources = {link.source for link in history.key_result.links}
    looks = [history.state.read_at.get(source) for source in sources]
    known = [look for look in looks if look is not None]
    return min(known) if known and len(known) == len(looks) else None


def problem(history: KrHistory) -> str | None:
    """Say why the number is old or missing; None where it is the last run's."""
    if not history.key_result.links:
        return NO_LINK
    return history.state.problem or (None if history.state.reading else NEVER_READ)


def remark(history: KrHistory) -> str | None:
    """Say what should be known of the last reading; None for nothing."""
    last = {span.source: span.remark for span in history.spans if span.problem is None}
    linked = dict.fromkeys(link.source for link in history.key_result.links)
    return "; ".join(last[name] or "" for name in linked if last.get(name)) or None


def last_read_after(history: KrHistory, ends: datetime) -> datetime | None:
    """Tell when all of a KR's sources had been read once more after its period's end.

    None where one wasn't. After that a KR isn't read any more.
    """
    read_at: dict[str, datetime] = {}
    for span in history.spans:
        if span.problem is None and span.ended >= ends:
            read_at.setdefault(span.source, span.began if span.began >= ends else span.ended)
    sources = {link.source for link in history.key_result.links}
    return max(read_at.values()) if sources and sources <= read_at.keys() else None
