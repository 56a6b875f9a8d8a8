"""What a KR's judged cards come to; pure."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from syncer.core.records import PointsTally, Progress, State, Tally, ThreadName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.core.records import JudgedCard


def count(judged: Iterable[JudgedCard]) -> Progress:
    """A KR's progress from its judged cards; ignored ones count nowhere (rule 6)."""
    return summed(judged).progress()


def summed(judged: Iterable[JudgedCard]) -> Count:
    """The same, to be counted on."""
    counted = Count()
    for card in judged:
        counted.add(card, card.state)
    return counted


class Count:
    """A count that cards may also be taken out of; points add up exactly, in any order."""

    def __init__(self) -> None:
        self._cards: Counter[tuple[State, ThreadName]] = Counter()
        self._points: dict[State, Fraction | int] = dict.fromkeys(State, 0)
        self._estimated: Counter[State] = Counter()

    def add(self, card: JudgedCard, state: State, times: int = 1) -> None:
        """Count a card as being in a state; `times` -1 takes it out of there again."""
        self._cards[state, card.thread] += times
        if card.points is not None:
            exact = int(card.points) if card.points.is_integer() else Fraction(card.points)
            self._points[state] += times * exact
            self._estimated[state] += times

    def progress(self) -> Progress:
        """What it comes to now."""
        discovery, delivery = self._tally(ThreadName.DISCOVERY), self._tally(ThreadName.DELIVERY)
        done, remaining = discovery.done + delivery.done, discovery.remaining + delivery.remaining
        return Progress(
            done=done,
            remaining=remaining,
            dropped=self._cards[State.DROPPED, ThreadName.DISCOVERY]
            + self._cards[State.DROPPED, ThreadName.DELIVERY],
            points=self._tally_points(done + remaining),
            discovery=discovery,
            delivery=delivery,
        )

    def text(self) -> str:
        """Write it down, exactly."""
        cards = {f"{state} {thread}": n for (state, thread), n in self._cards.items() if n}
        points = {state.value: str(sum_) for state, sum_ in self._points.items() if sum_}
        estimated = {state.value: n for state, n in self._estimated.items() if n}
        sums = {"cards": cards, "points": points, "estimated": estimated}
        return json.dumps(sums, sort_keys=True)

    @classmethod
    def read(cls, text: str) -> Count | None:
        """Read what `text` wrote; None for what it didn't."""
        counted = cls()
        try:
            sums = json.loads(text)
            for name, number in sums["cards"].items():
                state, _, thread = name.partition(" ")
                counted._cards[State(state), ThreadName(thread)] = number + 0
            for state, written in sums["points"].items():
                counted._points[State(state)] = Fraction(written)
            for state, number in sums["estimated"].items():
                counted._estimated[State(state)] = number + 0
        except (ValueError, LookupError, TypeError, AttributeError, ZeroDivisionError):
            return None
        return counted

    def _tally(self, thread: ThreadName) -> Tally:
        return Tally(self._cards[State.DONE, thread], self._cards[State.REMAINING, thread])

    def _tally_points(self, cards: int) -> PointsTally | None:
        estimated = self._estimated[State.DONE] + self._estimated[State.REMAINING]
        if not estimated:
            return None
        return PointsTally(
            done=float(self._points[State.DONE]),
            remaining=float(self._points[State.REMAINING]),
            unestimated=cards - estimated,
        )
