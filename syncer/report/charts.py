"""A KR's history as small SVG charts: cards against scope, the number, the confidence.

Drawn by pygal, then stripped of its scripts, styles and tooltips: the page's own
style sheet dresses them, in light and in dark.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from syncer.report.text import number
from syncer.review.forecast import Forecast

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from syncer.core.records import Reading
    from syncer.review.briefing import KrBrief

WIDTH, HEIGHT = 320, 150
_DAY = timedelta(days=1)
_POINTS = 40  # more can't be told apart at this size
_DECIMALS = re.compile(r"(?<=\.\d)\d+")
_NUMBERED = ("d", "x", "y", "cx", "cy", "r", "width", "height")
_SPARE = {"background", "text-overlay", "tooltip-overlay", "titles"}
_BARE = ("defs", "title", "desc")


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a report's charts show; the same for all KRs of a period."""

    begins: datetime
    ends: datetime
    now: datetime


def burnup(kr: KrBrief, span: Span) -> str | None:
    """Draw cards done, by thread, under the line of the scope; None where nothing was counted.

    Two broken lines hold the forecast's range, where there is one.
    """
    readings = _sampled(kr.readings, span)
    told = kr.forecast if isinstance(kr.forecast, Forecast) else None
    top = max([_scope(r) for _, r in readings] + [told.done_high if told else 0], default=0)
    if not top or not readings:
        return None
    chart = _chart(span, top)
    chart.add("done", [(at, r.progress.done) for at, r in readings], fill=True)
    delivery = [(at, r.progress.delivery.done) for at, r in readings]
    chart.add("delivery", delivery, fill=True)
    chart.add("scope", [(at, _scope(r)) for at, r in readings])
    if told:
        for bound in (told.done_low, told.done_high):
            chart.add("forecast", [(span.now, readings[-1][1].progress.done), (span.ends, bound)])
    return _clean(chart, f"Cards of {kr.id} over time: {_told(kr)}", "burnup")


def path(kr: KrBrief, span: Span) -> str | None:
    """Draw the number's way beside the straight line to the target; None without two points."""
    outcome = kr.number
    if outcome is None or outcome.value is None:
        return None
    told: list[tuple[datetime, float]] = [(span.begins, outcome.start), *outcome.series]
    told = [(max(at, span.begins), value) for at, value in told if at <= span.now]
    told.append((span.now, outcome.value))
    values = [value for _, value in told] + [outcome.start, outcome.target]
    chart = _chart(span, max(values), min(values))
    chart.y_labels = sorted({outcome.start, outcome.target})
    chart.add("plan", [(span.begins, outcome.start), (span.ends, outcome.target)])
    chart.add("number", told)
    summary = f"from {number(outcome.start)} to {number(outcome.value)} {outcome.unit}"
    return _clean(chart, f"Number of {kr.id} over time: {summary}", "path")


def mood(kr: KrBrief, span: Span) -> str | None:
    """Draw the confidence, 0 to 10; None before the first score."""
    scores: list[tuple[datetime, float]] = [
        (max(at, span.begins), score) for at, score in kr.confidence.series
    ]
    if not scores:
        return None
    chart = _chart(span, 10)
    chart.y_labels = [0, 5, 10]
    chart.show_dots = True
    chart.dots_size = 2.5
    chart.add("confidence", scores)
    told = ", ".join(str(score) for _, score in kr.confidence.series[-8:])
    return _clean(chart, f"Confidence in {kr.id}, the last scores: {told}", "mood")


def _told(kr: KrBrief) -> str:
    progress = kr.progress
    return f"{progress.done} done, {progress.remaining} left" if progress else "none"


def _scope(reading: Reading) -> int:
    return reading.progress.done + reading.progress.remaining


def _sampled(readings: Sequence[Reading], span: Span) -> list[tuple[datetime, Reading]]:
    """Take the reading that stood at each point of an even grid, from the first one to now."""
    times = [reading.at for reading in readings]
    begins = max(span.begins, times[0]) if times else span.now
    step = (span.now - begins) / _POINTS
    grid = (begins + step * point for point in range(_POINTS + 1))
    return [(at, readings[bisect(times, at) - 1]) for at in grid if times and times[0] <= at]


def _chart(span: Span, high: float, low: float = 0.0) -> Any:
    from syncer.report.lines import LineOverTime  # noqa: PLC0415 - only a page has charts

    chart = LineOverTime(
        js=[],
        css=[],
        width=WIDTH,
        height=HEIGHT,
        margin=2,
        margin_right=6,
        show_legend=False,
        show_dots=False,
        disable_xml_declaration=True,
        no_prefix=True,
        truncate_label=-1,
        range=(low, high),
        xrange=(span.begins, span.ends),
        x_value_formatter=lambda at: f"{at:%b}",
        value_formatter=number,
    )
    chart.x_labels = list(_months(span))
    chart.y_labels = _rungs(high)
    return chart


def _months(span: Span) -> Iterable[dict[str, object]]:
    """Label the period's months; midnight where the teams are may be the day before in UTC."""
    at = span.begins
    while at < span.ends - _DAY:
        yield {"value": at, "label": f"{at + _DAY:%b}"}
        at = (at + _DAY).replace(day=1, hour=0, minute=0) + 32 * _DAY
        at = at.replace(day=1)


def _rungs(high: float) -> list[float]:
    """Choose two to four round values from 0 up to the highest."""
    step = 1.0
    while high / step > 3:  # noqa: PLR2004 - more lines than that are noise
        step *= 2.5 if str(step).startswith("2") else 2
    return [step * rung for rung in range(int(high / step) + 1)]


def _clean(chart: Any, label: str, kind: str) -> str:
    """Keep the drawing and drop the rest; coordinates to a tenth, no ids, one label for all."""
    root = chart.render_tree()
    _prune(root)
    root.attrib.clear()
    root.attrib |= {"class": f"chart {kind}", "viewBox": f"0 0 {WIDTH} {HEIGHT}"}
    root.attrib |= {"role": "img", "aria-label": label}
    return ET.tostring(root, encoding="unicode")


def _prune(parent: ET.Element) -> None:
    for name in _NUMBERED:
        if name in parent.attrib:
            parent.set(name, _DECIMALS.sub("", parent.attrib[name]))
    for child in list(parent):
        if _is_spare(child):
            parent.remove(child)
        else:
            _prune(child)


def _is_spare(element: ET.Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _BARE:  # a comment's tag is none
        return True
    classes = element.get("class", "").split()
    if element.tag == "g" and not len(element) and "dots" not in classes:
        return True
    return not _SPARE.isdisjoint(classes)
