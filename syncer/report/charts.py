"""A key result's standing and history as small SVG: shapes and titles alone, dressed by the page.

Drawn by our own hands since a library's charts come with scripts and styles that
nobody wants in a file that is mailed, at ten times the time and twice the bytes.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from markupsafe import escape

from syncer.report.text import number, plain, quantity
from syncer.review.forecast import Forecast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from syncer.core.records import Reading
    from syncer.review.briefing import KrBrief
    from syncer.review.outcome import Outcome

WIDTH, HEIGHT = 320, 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 312, 12, 128  # the plot within it
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)
_POINTS = 26  # two a week of a quarter; more can't be told apart at this size
_RUNGS = 3  # more lines than that are noise

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a report's charts show; the same for all KRs of a period."""

    begins: datetime
    ends: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where moments and values are on the drawing, in whole pixels."""

    span: Span
    low: float
    high: float

    def x(self, at: datetime) -> int:
        """Give a moment's place; what lies outside of the span is at its edge."""
        share = (at - self.span.begins) / (self.span.ends - self.span.begins)
        return round(_LEFT + (_RIGHT - _LEFT) * min(max(share, 0.0), 1.0))

    def y(self, value: float) -> int:
        """Give a value's place, larger ones higher."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(_BOTTOM - (_BOTTOM - _TOP) * min(max(share, 0.0), 1.0))

    def point(self, at: datetime, value: float) -> Point:
        """Give both."""
        return self.x(at), self.y(value)


def timeline(span: Span, name: str) -> str:
    """Draw once what all charts of a span share: its months, and today. They use it by name."""
    plot = _Plot(span, 0, 10)
    months = []
    for at in _months(span):
        x = plot.x(at)
        months += [_path(f"M{x} {_BOTTOM}v4", "guide"), _text(x + 2, HEIGHT - 8, f"{at:%b}", "x")]
    base = _path(f"M{_LEFT} {_BOTTOM}H{_RIGHT}", "guide")
    now = _path(f"M{plot.x(span.now)} {_TOP - 6}V{_BOTTOM}", "now")
    tenths = "".join(_level(plot, value) for value in (0, 5, 10))
    return f'<g id="{name}">{base}{"".join(months)}{now}</g><g id="{name}m">{tenths}</g>'


def burnup(kr: KrBrief, span: Span, name: str, *, weekly: bool = True) -> str | None:
    """Draw cards done, by thread, under the line of the scope; None where nothing was counted.

    Two shapes that open towards the period's end hold the forecast's ranges, of all
    cards and of those done, where there is one. `name` is the span's timeline. With
    `weekly` each week says its figures when it is pointed at.
    """
    readings = _sampled(kr.readings, span)
    foretold = kr.forecast if isinstance(kr.forecast, Forecast) else None
    highs = [_scope(reading) for _, reading in readings]
    top = max(highs + ([foretold.all.high] if foretold else []), default=0)
    if not top or not readings or kr.progress is None:
        return None
    plot = _Plot(span, 0, top)
    parts = [_level(plot, value) for value in _rungs(top)]
    if foretold:
        last = readings[-1][1]
        for now, bounds in ((_scope(last), foretold.all), (last.progress.done, foretold.done)):
            ends = (plot.point(foretold.by, bound) for bound in (bounds.low, bounds.high))
            parts.append(_shape([plot.point(span.now, now), *ends], "cone"))
    parts += [
        _area(plot, [(at, reading.progress.done) for at, reading in readings], "discovery"),
        _area(plot, [(at, reading.progress.delivery.done) for at, reading in readings], "delivery"),
        _line([plot.point(at, _scope(reading)) for at, reading in readings], "scope"),
        f'<g class="hit">{"".join(_weeks(plot, readings))}</g>' if weekly else "",
    ]
    total = kr.progress.done + kr.progress.remaining
    title = f"{plain(kr.id)}: {kr.progress.done} of {total} cards done"
    return _svg(parts, title, name)


def path(kr: KrBrief, span: Span, name: str) -> str | None:
    """Draw the number's way beside the straight line to the target; None where it was never told.

    The line ends where the number was last told: nobody knows what came after.
    """
    outcome = kr.number
    if outcome is None or outcome.value is None or not outcome.series:
        return None
    known = [(max(at, span.begins), value) for at, value in outcome.series if at <= span.now]
    values = [value for _, value in known] + [outcome.start, outcome.target]
    plot = _Plot(span, min(values), max(values))
    unit = plain(outcome.unit, 20)
    goal = f"target {quantity(outcome.target, unit)}"
    ends = (plot.point(span.begins, outcome.start), plot.point(span.ends, outcome.target))
    parts = [
        _level(plot, outcome.start),
        _level(plot, outcome.target),
        _text(_RIGHT, plot.y(outcome.target) + _aside(outcome), goal, "y"),
        _line(ends, "plan"),
        _line([plot.point(at, value) for at, value in known], "number"),
        *_dots(plot, known, unit),
    ]
    title = f"{plain(kr.id)}: from {number(outcome.start)} to {quantity(outcome.value, unit)}"
    return _svg(parts, title, name)


def mood(kr: KrBrief, span: Span, name: str) -> str | None:
    """Draw the confidence, 0 to 10; None before the first score."""
    scores = [(max(at, span.begins), float(score)) for at, score in kr.confidence.series]
    if not scores:
        return None
    plot = _Plot(span, 0, 10)
    parts = [
        f'<use href="#{name}m"/>',
        _line([plot.point(at, score) for at, score in scores], "number"),
        *_dots(plot, scores[-1:], "of 10"),
    ]
    series = ", ".join(f"{_day(at, span)} {score:g}" for at, score in scores)
    return _svg(parts, f"Confidence in {plain(kr.id)}: {series}", name)


def _scope(reading: Reading) -> int:
    return reading.progress.done + reading.progress.remaining


def _sampled(readings: Sequence[Reading], span: Span) -> list[tuple[datetime, Reading]]:
    """Take the reading that stood at each point of an even grid, from the first one to now."""
    times = [reading.at for reading in readings]
    begins = max(span.begins, times[0]) if times else span.now
    step = (span.now - begins) / _POINTS
    grid = (begins + step * point for point in range(_POINTS + 1))
    return [(at, readings[bisect(times, at) - 1]) for at in grid if times and times[0] <= at]


def _months(span: Span) -> Iterator[datetime]:
    """Give the beginning of each month of a span, by the span's own clock."""
    at = span.begins
    while at < span.ends:
        yield at
        later = at.replace(day=1) + 32 * _DAY
        at = later.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _rungs(high: float) -> list[float]:
    """Choose two to four round values from 0 up to the highest."""
    step = 1.0
    while high / step > _RUNGS:
        step *= 2.5 if str(step).startswith("2") else 2
    return [step * rung for rung in range(int(high / step) + 1)]


def _level(plot: _Plot, value: float) -> str:
    """Draw a level with its number at the left."""
    y = plot.y(value)
    return _path(f"M{_LEFT} {y}H{_RIGHT}", "guide") + _text(_LEFT - 5, y + 3, number(value), "y")


def _aside(outcome: Outcome) -> int:
    """Put the target's name on the side of its line that the way doesn't come from."""
    return -4 if outcome.target > outcome.start else 12


def _day(at: datetime, span: Span) -> str:
    local = at.astimezone(span.begins.tzinfo)
    return f"{local.day} {local:%b}"


def _dots(plot: _Plot, points: Iterable[tuple[datetime, float]], unit: str) -> Iterator[str]:
    for at, value in points:
        x, y = plot.point(at, value)
        title = f"{_day(at, plot.span)}: {number(value)} {unit}".rstrip()
        yield f'<circle cx="{x}" cy="{y}" r="2.5"><title>{escape(title)}</title></circle>'


def _weeks(plot: _Plot, readings: Sequence[tuple[datetime, Reading]]) -> Iterator[str]:
    """Lay a strip over each week that says what stood at its end when it is pointed at."""
    at = plot.span.begins
    while at < plot.span.now:
        ends = min(at + _WEEK, plot.span.now)
        known = [reading for moment, reading in readings if moment <= ends]
        if known:
            progress = known[-1].progress
            title = f"{_day(ends, plot.span)}: {progress.done} of {_scope(known[-1])}"
            left, right = plot.x(at), plot.x(ends)
            strip = f"M{left} {_TOP}H{right}V{_BOTTOM}H{left}z"
            yield f'<path d="{strip}"><title>{title}</title></path>'
        at = ends


def _area(plot: _Plot, points: Sequence[tuple[datetime, float]], kind: str) -> str:
    corners = [plot.point(at, value) for at, value in points]
    return _shape([(corners[0][0], _BOTTOM), *corners, (corners[-1][0], _BOTTOM)], kind)


def _shape(points: Iterable[Point], kind: str) -> str:
    return _path(f"{_trace(points)}z", kind)


def _line(points: Iterable[Point], kind: str) -> str:
    return _path(_trace(points), kind)


def _trace(points: Iterable[Point]) -> str:
    """Write points short: one on a level between two others says nothing."""
    kept: list[Point] = []
    for x, y in points:
        if len(kept) > 1 and kept[-1][1] == kept[-2][1] == y:
            kept.pop()
        kept.append((x, y))
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def _path(trace: str, kind: str) -> str:
    return f'<path d="{trace}" class="{kind}"/>'


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(text)}</text>'


def _svg(parts: Iterable[str], title: str, name: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f'<title>{escape(title)}</title><use href="#{name}"/>{"".join(parts)}</svg>'
    )
