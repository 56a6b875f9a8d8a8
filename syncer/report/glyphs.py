"""The small drawings of a key result's row: its way, its cards, its last scores.

Their figures are worked out once, for the page's SVG and the slide's shapes alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from syncer.report.text import number, plain, quantity
from syncer.review.forecast import Forecast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncer.review.briefing import KrBrief
    from syncer.review.outcome import Confidence, Outcome

SCORES = 7  # of the last check-ins
_RAIL, _BAR, _MOOD, _TALL = 120, 160, 74, 30  # pixels
_EDGE = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A KR's cards as parts of one bar: done by the last review, done since, left, added since.

    `added` is a part of `left`. `likely` is the range of cards done by the
    period's end, None without a forecast. All are numbers of cards.
    """

    done_before: int
    done_since: int
    left: int
    added: int
    likely: tuple[int, int] | None

    @property
    def total(self) -> int:
        """All cards that count."""
        return self.done_before + self.done_since + self.left

    @property
    def longest(self) -> int:
        """How many cards the drawing has to have room for."""
        return max(self.total, self.likely[1] if self.likely else 0)


def bar(kr: KrBrief) -> Bar | None:
    """Work out a KR's bar; None where no card counts."""
    progress = kr.progress
    if progress is None or not progress.done + progress.remaining:
        return None
    before = min(kr.delta.before.done, progress.done) if kr.delta else progress.done
    foretold = kr.forecast if isinstance(kr.forecast, Forecast) else None
    return Bar(
        done_before=before,
        done_since=progress.done - before,
        left=progress.remaining,
        added=min(kr.delta.added, progress.remaining) if kr.delta else 0,
        likely=(foretold.done.low, foretold.done.high) if foretold else None,
    )


def longest(krs: Iterable[KrBrief]) -> int:
    """Give the scale of a page's bars: the most cards that one of them has to show."""
    return max((drawn.longest for drawn in map(bar, krs) if drawn), default=1)


def within(share: float) -> float:
    """Keep a share of a way on its rail."""
    return min(max(share, 0.0), 1.0)


def rail(outcome: Outcome) -> Markup:
    """Draw how far a number has come from its start (left) to its target (right).

    Rising and falling numbers look alike: right is good. A tick is where a
    straight line is today.
    """

    def x(share: float) -> int:
        return round(_EDGE + (_RAIL - 2 * _EDGE) * within(share))

    middle, reached, due = _TALL // 2, outcome.reached, outcome.reached_expected
    parts = [_line(x(0), middle, x(1), middle, "rail")]
    if reached is not None:
        parts.append(_line(x(0), middle, x(reached), middle, "gone"))
    if due is not None:
        parts.append(_line(x(due), middle - 7, x(due), middle + 7, "tick"))
    if reached is not None:
        parts.append(f'<circle cx="{x(reached)}" cy="{middle}" r="5" class="dot"/>')
    return _svg(parts, _RAIL, _rail_title(outcome))


def _rail_title(outcome: Outcome) -> str:
    goal = f"from {number(outcome.start)} to {quantity(outcome.target, plain(outcome.unit, 20))}"
    if outcome.reached is None:
        return f"not told yet; {goal}"
    title = f"{number(outcome.value or 0.0)}: {round(100 * outcome.reached)} % of the way {goal}"
    if outcome.reached_expected is None:
        return title
    return f"{title}; a straight line is at {round(100 * outcome.reached_expected)} %"


def cards(drawn: Bar, scale: int) -> Markup:
    """Draw a KR's cards on the page's one scale, with the likely end under them."""

    def x(count: float) -> int:
        return round(2 + (_BAR - 4) * count / scale)

    ends = (
        (0, drawn.done_before, "before"),
        (drawn.done_before, drawn.done_before + drawn.done_since, "since"),
        (drawn.total - drawn.left, drawn.total - drawn.added, "left"),
        (drawn.total - drawn.added, drawn.total, "added"),
    )
    parts = [
        f'<path d="M{x(begin)} 9H{x(end)}v10H{x(begin)}z" class="{kind}"/>'
        for begin, end, kind in ends
        if end > begin
    ]
    if drawn.likely:
        low, high = drawn.likely
        parts.append(_line(x(low), 24, max(x(high), x(low) + 2), 24, "likely"))
    return _svg(parts, _BAR, _bar_title(drawn))


def _bar_title(drawn: Bar) -> str:
    done = drawn.done_before + drawn.done_since
    title = f"{done} of {drawn.total} cards done, {drawn.done_since} of them since the last review"
    if drawn.likely:
        low, high = drawn.likely
        title += (
            f"; likely {low} to {high} done by the end"
            if low < high
            else f"; likely {low} by the end"
        )
    return title


def mood(confidence: Confidence) -> Markup:
    """Draw the last seven scores on a rule at 5 of 10."""
    scores = [score for _, score in confidence.series[-SCORES:]]
    step = (_MOOD - 8) / (SCORES - 1)
    points = [(round(4 + step * n), round(26 - 2.2 * score)) for n, score in enumerate(scores)]
    line = "L".join(f"{x} {y}" for x, y in points)
    parts = [
        _line(2, 15, _MOOD - 2, 15, "mid"),
        f'<path d="M{line}" class="scores"/>',
        f'<circle cx="{points[-1][0]}" cy="{points[-1][1]}" r="3" class="dot"/>',
    ]
    return _svg(parts, _MOOD, f"The last scores: {', '.join(map(str, scores))}")


def _line(x1: int, y1: int, x2: int, y2: int, kind: str) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" class="{kind}"/>'


def _svg(parts: Iterable[str], width: int, title: str) -> Markup:
    drawn = f'<svg class="glyph" width="{width}" height="{_TALL}" role="img">'
    return Markup(f"{drawn}<title>{escape(title)}</title>{''.join(parts)}</svg>")  # noqa: S704 - escaped
