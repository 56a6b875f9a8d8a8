"""A card's life: when it was written, begun, finished, and what went wrong with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.quarter.batches import StoryEvent
from sandbox.quarter.working_hours import at_work, dice, morning, week, workdays_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sandbox.quarter.batches import Batch

POINTS = (1, 2, 3, 3, 5, 5, 8)
HALTED = 4
LATE = 6


def lives(batch: Batch) -> Iterator[StoryEvent]:
    """Tell everything that happens to a batch's cards, epic and sub-tasks; in no order."""
    finished = dict(_finished(batch))
    begun = {number: _begun(batch, number, at) for number, at in finished.items()}
    begun |= _under_way(batch, finished)
    if batch.epic is not None:
        yield from _epic(batch, min(begun.values(), default=None))
    for number in batch.numbers:
        yield _written(batch, number)
        yield from _work(batch, number, begun.get(number), finished.get(number))
        yield from _mishaps(batch, number)
        yield from _subtasks(batch, number, finished.get(number))


def name_of(batch: Batch, number: int) -> str:
    """Return how the quarter speaks of a card."""
    return f"{batch.name}/{number}"


def _stay_away(batch: Batch) -> set[int]:
    return {*batch.dropped, *batch.cancelled, *batch.parked, *batch.deleted}


def _finished(batch: Batch) -> Iterator[tuple[int, datetime]]:
    """Give each week's finished cards their moments, in the order of the batch."""
    waiting = [each for each in batch.numbers if each not in _stay_away(batch)]
    for number, count in enumerate(batch.done):
        cards, waiting = waiting[:count], waiting[count:]
        moments = sorted(_moment_in(batch, each, number) for each in cards)
        yield from zip(cards, moments, strict=True)


def _moment_in(batch: Batch, card: int, number: int) -> datetime:
    """Return an office hour of a week, on a day after the card was written."""
    days = [each for each in week(number) if each > _created(batch, card).date()]
    return at_work(days[dice(batch.name, card, "day") % len(days)], batch.name, card)


def _under_way(batch: Batch, finished: dict[int, datetime]) -> dict[int, datetime]:
    """Say which unfinished cards are being worked on, and since when."""
    waiting = [x for x in batch.numbers if x not in finished and x not in _stay_away(batch)]
    last = max((week for week, count in enumerate(batch.done) if count), default=LATE)
    days = week(last + 1 if last < HALTED else LATE)
    return {x: at_work(days[dice(x) % len(days)], batch.name, x) for x in waiting[: batch.doing]}


def _created(batch: Batch, number: int) -> datetime:
    days = batch.spread * (number - 1) // max(1, len(batch.cards))
    return morning(batch.created + timedelta(days=days), 4 + 3 * number)


def _begun(batch: Batch, number: int, finished: datetime) -> datetime:
    """Return when work began: one to four working days before its end, after it was written."""
    days = 1 + dice(batch.name, number, "days") % 4
    begun = at_work(workdays_before(finished.date(), days), batch.name, number, "begun")
    earliest = _created(batch, number) + timedelta(minutes=30)
    return begun if begun > earliest else earliest + (finished - earliest) / 4


def _written(batch: Batch, number: int) -> StoryEvent:
    title = batch.prefix + batch.cards[number - 1]
    more = {
        "title": title,
        "type": "Bug" if title.startswith("Fix ") else batch.type,
        "labels": batch.labels_of(number),
        "component": batch.component,
        "points": _points(batch, number),
        "parent": f"{batch.name}/epic" if batch.epic else None,
    }
    return StoryEvent(_created(batch, number), batch.where, name_of(batch, number), "create", more)


def _points(batch: Batch, number: int) -> int | None:
    """Return story points: for all cards, for two in three, or for none."""
    thrown = dice(batch.name, number, "points")
    if batch.points is True or (batch.points == "mostly" and thrown % 3):
        return POINTS[thrown // 3 % len(POINTS)]
    return None


def _work(
    batch: Batch, number: int, begun: datetime | None, finished: datetime | None
) -> Iterator[StoryEvent]:
    where, card = batch.where, name_of(batch, number)
    if begun is not None:
        yield StoryEvent(begun, where, card, "start")
    if begun is not None and finished is not None:
        if dice(card, "review") % 3:
            yield StoryEvent(begun + (finished - begun) * 0.7, where, card, "review")
        yield StoryEvent(finished, where, card, "finish")


def _mishaps(batch: Batch, number: int) -> Iterator[StoryEvent]:
    """Tell what befell one card: given up, parked, deleted, reopened, labelled anew."""
    card = name_of(batch, number)
    befallen = {
        "drop": batch.dropped,
        "cancel": batch.cancelled,
        "park": batch.parked,
        "delete": batch.deleted,
        "archive": batch.archived,
    }
    for verb, days in befallen.items():
        if number in days:
            yield StoryEvent(at_work(days[number], card, verb), batch.where, card, verb)
    for day, verb in zip(batch.reopened.get(number, ()), ("reopen", "finish"), strict=False):
        yield StoryEvent(at_work(day, card, verb), batch.where, card, verb)
    if number in batch.corrected:
        more = {"add": list(batch.labels), "remove": [batch.typo[number]]}
        yield _labelled(batch, card, batch.corrected[number], more)


def _epic(batch: Batch, begun: datetime | None) -> Iterator[StoryEvent]:
    written = dict(batch.epic or {})
    later: dict[str, date] = written.pop("later", {})
    card = f"{batch.name}/epic"
    yield StoryEvent(
        morning(batch.created), batch.where, card, "create", {"type": "Epic", **written}
    )
    if begun is not None:
        yield StoryEvent(begun, batch.where, card, "start")
    for label, day in later.items():
        yield _labelled(batch, card, day, {"add": [label], "remove": []})


def _labelled(batch: Batch, card: str, day: date, more: dict[str, list[str]]) -> StoryEvent:
    return StoryEvent(at_work(day, card, "label"), batch.where, card, "label", more)


def _subtasks(batch: Batch, number: int, finished: datetime | None) -> Iterator[StoryEvent]:
    """Tell of a card's sub-tasks: written with it, finished with it, but for the last one."""
    titles = batch.subtasks.get(number, [])
    for position, title in enumerate(titles, 1):
        card = f"{name_of(batch, number)}/{position}"
        at = _created(batch, number) + timedelta(minutes=position)
        more = {"title": title, "type": "Sub-task", "parent": name_of(batch, number)}
        yield StoryEvent(at, batch.where, card, "create", more)
        if finished is not None and position < len(titles):
            yield StoryEvent(finished, batch.where, card, "finish")
