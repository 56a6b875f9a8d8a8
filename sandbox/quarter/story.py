"""The whole quarter in its order: every batch's life, the sprints, and what else lies about."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.quarter.batches import StoryEvent, batches, read
from sandbox.quarter.card_events import lives
from sandbox.quarter.sprints import planned, turns
from sandbox.quarter.working_hours import NOW, morning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FIRST_KEY = {"PBL": 2140, "ACCT": 310, "SIGN": 75}


def story() -> tuple[StoryEvent, ...]:
    """Return everything that happens until now, in order; the same every time."""
    events = [*_work(), *turns(), *_clutter()]
    in_order = sorted((each for each in events if each.at <= NOW), key=lambda each: each.at)
    return tuple(_numbered(in_order))


def _work() -> Iterator[StoryEvent]:
    for batch in batches():
        happened = list(lives(batch))
        yield from happened
        yield from planned(batch, happened)


def _clutter() -> Iterator[StoryEvent]:
    """Put on the boards what is no work: separators, templates, links and mirrors."""
    for number, each in enumerate(read("clutter.yaml")):
        more = {name: value for name, value in each.items() if name not in ("where", "created")}
        at = morning(each["created"]) + timedelta(minutes=number)
        yield StoryEvent(at, each["where"], f"clutter/{number + 1}", "create", more)


def _numbered(events: Iterable[StoryEvent]) -> Iterator[StoryEvent]:
    """Give every Jira issue its key, in the order in which they were written."""
    written: Counter[str] = Counter()
    for each in events:
        if each.verb == "create" and each.where in FIRST_KEY:
            written[each.where] += 1
            key = f"{each.where}-{FIRST_KEY[each.where] + written[each.where]}"
            yield replace(each, more={**each.more, "key": key})
        else:
            yield each
