"""A row's small drawings as shapes over a slide's table: all of them can be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from syncer.report.glyphs import SCORES, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syncer.report.glyphs import Bar
    from syncer.report.slide_parts import Box
    from syncer.review.outcome import Outcome

# An organisation's template colours them: its first accent, its text, its background.
_DONE = (MSO_THEME_COLOR.ACCENT_1, 0.0)
_SINCE = (MSO_THEME_COLOR.ACCENT_1, 0.45)
_LEFT = (MSO_THEME_COLOR.BACKGROUND_1, -0.15)
_ADDED = (MSO_THEME_COLOR.BACKGROUND_1, -0.35)
_INK = (MSO_THEME_COLOR.TEXT_1, 0.0)
_DIM = (MSO_THEME_COLOR.TEXT_1, 0.45)
_THIN = Pt(4)


def rail(slide: Any, box: Box, outcome: Outcome) -> None:
    """Draw how far a number has come, and a tick where a straight line is today."""
    middle = box.top + box.height // 2
    _block(slide, (box.left, middle - _THIN // 2, box.width, _THIN), _LEFT)
    if outcome.reached is not None:
        gone = int(box.width * within(outcome.reached))
        _block(slide, (box.left, middle - _THIN // 2, gone, _THIN), _DONE)
    if outcome.reached_expected is not None:
        due = box.left + int(box.width * within(outcome.reached_expected))
        _block(slide, (due, middle - Pt(7), Pt(1.5), Pt(14)), _INK)
    if outcome.reached is not None:
        radius = Pt(5)
        dot = (box.left + gone - radius, middle - radius, 2 * radius, 2 * radius)
        _block(slide, dot, _DONE, MSO_SHAPE.OVAL)


def cards(slide: Any, box: Box, drawn: Bar, scale: int) -> None:
    """Draw a KR's cards on the deck's one scale, with the likely end under them."""

    def x(count: float) -> int:
        return int(box.left + box.width * count / scale)

    middle = box.top + box.height // 2
    done = drawn.done_before + drawn.done_since
    ends = (
        (0, drawn.done_before, _DONE),
        (drawn.done_before, done, _SINCE),
        (done, drawn.total - drawn.added, _LEFT),
        (drawn.total - drawn.added, drawn.total, _ADDED),
    )
    for begin, end, colour in ends:
        if end > begin:
            _block(slide, (x(begin), middle - Pt(5), x(end) - x(begin), Pt(9)), colour)
    if drawn.likely:
        low, high = drawn.likely
        _block(slide, (x(low), middle + Pt(7), max(x(high) - x(low), Pt(2)), Pt(2)), _DIM)


def scores(slide: Any, box: Box, given: Sequence[int]) -> None:
    """Draw the last scores, 0 to 10, as a line with a dot at its end."""
    step = box.width / (SCORES - 1)
    points = [
        (int(box.left + step * number), int(box.top + box.height * (1 - score / 10)))
        for number, score in enumerate(given[-SCORES:])
    ]
    if len(points) > 1:
        pen = slide.shapes.build_freeform(*points[0])
        pen.add_line_segments(points[1:], close=False)
        line = pen.convert_to_shape()
        line.fill.background()
        undress(line)
        line.line.width = Pt(1.5)
        line.line.color.theme_color, line.line.color.brightness = _DIM
    radius = Pt(3)
    x, y = points[-1]
    _block(slide, (x - radius, y - radius, 2 * radius, 2 * radius), _DONE, MSO_SHAPE.OVAL)


def _block(
    slide: Any,
    where: tuple[int, int, int, int],
    colour: tuple[Any, float],
    kind: Any = MSO_SHAPE.RECTANGLE,
) -> None:
    left, top, width, height = (Emu(int(length)) for length in where)
    shape = slide.shapes.add_shape(kind, left, top, width, height)
    undress(shape)
    shape.line.fill.background()
    shape.fill.solid()
    shape.fill.fore_color.theme_color, shape.fill.fore_color.brightness = colour


def undress(shape: Any) -> None:
    """Take off the theme's style, whose shadows and slopes blur what is as small as this."""
    style = shape._element.find(qn("p:style"))  # noqa: SLF001 - no interface
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001
